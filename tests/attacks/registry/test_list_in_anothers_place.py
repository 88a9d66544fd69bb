"""An accredited organisation lays its status list where another keeps its own.

Verifiers find a list by its URL. A second list there would stop all of them from loading the
registry, or have the other's proofs rejected.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from amana.did.key import verification_method
from amana.errors import InputError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import NOW, Issuer, Lab

EXPECT = (InputError, Reason.BAD_STATUS_LIST)


class Neighbour(Issuer):
    """A did:key, which has no host that its list's URL could be held to."""

    @property
    def method(self) -> str:
        return verification_method(self.did)


def neighbour(lab: Lab, base: str) -> Neighbour:
    key = SecretKey.generate(lab.random)
    return Neighbour(key.public.did, key, base)


def refused(lab: Lab, thief: Issuer) -> None:
    lab.consortium.put_entry(thief.entry())
    with pytest.raises(InputError) as caught:
        lab.consortium.collect_status(thief.list(), now=NOW)
    assert (type(caught.value), caught.value.reason) == EXPECT


def test_where_another_list_is_already(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    elsewhere = replace(lab.issuer("aid.example"), base="https://aid.example/lists")
    lab.consortium.put_entry(elsewhere.entry())
    lab.consortium.collect_status(elsewhere.list(), now=NOW)
    refused(lab, neighbour(lab, lab.relief.base))
    refused(lab, neighbour(lab, elsewhere.base))
    lab.publish()
    assert set(lab.load().status_lists) == {lab.relief.url, elsewhere.url}


def test_before_the_other_has_a_list(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    refused(lab, neighbour(lab, lab.relief.base))
    below = Issuer("did:web:relief.example:branch", lab.relief.key, lab.relief.base)
    refused(lab, below)
    assert not list((lab.consortium.folder / "status").rglob("*.json"))
    lab.consortium.collect_status(lab.relief.list(), now=NOW)
    lab.publish()
    assert lab.load().status_lists[lab.relief.url].issuer == lab.relief.did


def test_a_neighbour_at_the_same_host_keeps_its_own(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    branch = Issuer(
        "did:web:relief.example:branch", lab.relief.key, "https://relief.example/branch"
    )
    lab.consortium.put_entry(branch.entry())
    lab.consortium.collect_status(branch.list(), now=NOW)
    lab.publish()
    assert set(lab.load().status_lists) == {lab.relief.url, branch.url}


def test_past_a_collector_that_does_not_look(tmp_path: Path) -> None:
    """The client takes the list for nobody's, and keeps nothing of it against the other."""
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    thief = neighbour(lab, lab.relief.base)
    lab.consortium.put_entry(thief.entry())
    lab.publish()
    lab.force(lists={thief.list_path: thief.list(revoked=range(1_000))})
    assert not lab.load().status_lists
    lab.force(
        lists={
            thief.list_path: thief.list(revoked=range(1_000)),
            lab.relief.list_path: lab.relief.list(),
        }
    )
    assert lab.load().status_lists[lab.relief.url].issuer == lab.relief.did
