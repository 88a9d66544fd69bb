"""A signature that a registrar's member gave for one draft is laid under another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.region_lab import ROLE, RegionLab
from tests.registry_lab import NOW, Lab
from trust_registry.regional import take

EXPECT = (RegistryError, Reason.BAD_CEREMONY)


def world(tmp_path: Path) -> RegionLab:
    found = RegionLab(Lab(tmp_path))
    found.add()
    return found


def refused(nairobi: RegionLab, draft: bytes, signed: list[bytes]) -> RegistryError:
    with pytest.raises(EXPECT[0]) as caught:
        nairobi.complete(draft, signed)
    assert caught.value.reason is EXPECT[1]
    assert nairobi.region.signed() is None
    return caught.value


def test_of_an_earlier_draft(tmp_path: Path) -> None:
    """C112: what two members signed when nobody was in it admits nobody."""
    nairobi = world(tmp_path)
    earlier = nairobi.sign(nairobi.draw())
    nairobi.admit(nairobi.lab.issuer("clinic.example"))
    later = nairobi.draw()
    refused(nairobi, later, earlier)
    # Named for the later draft, it does not fit: the signature is over the metadata itself.
    (digest,) = {json.loads(one)["ceremony"] for one in nairobi.sign(later)}
    renamed = [canonical({**json.loads(one), "ceremony": digest}) for one in earlier]
    error = refused(nairobi, later, renamed)
    assert error.where == {"file": f"metadata/1.{ROLE}.json", "role": ROLE}


def test_of_one_member_in_anothers_name(tmp_path: Path) -> None:
    nairobi = world(tmp_path)
    draft = nairobi.draw()
    one = json.loads(nairobi.sign(draft, nairobi.machines[:1])[0])
    other = canonical({**one, "key": nairobi.keys[1].public.multikey})
    refused(nairobi, draft, [canonical(one), other])


def test_under_what_is_handed_in(tmp_path: Path) -> None:
    """Past the registrar's own desk: the consortium counts signatures again."""
    nairobi = world(tmp_path)
    honest = json.loads(nairobi.signed())
    nairobi.admit(nairobi.lab.issuer("clinic.example"))
    draft = json.loads(nairobi.draw())
    forged = {
        **honest,
        "targets": draft["targets"],
        "metadata": {**honest["metadata"], "signed": draft["metadata"][ROLE]},
    }
    with pytest.raises(RegistryError) as caught:
        take(nairobi.lab.consortium, canonical(forged), now=NOW)
    assert caught.value.reason is Reason.BELOW_THRESHOLD
    assert caught.value.where == {"file": f"{ROLE}.json", "role": ROLE}
    assert "signed.json" not in nairobi.staged()
