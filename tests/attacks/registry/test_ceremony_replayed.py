"""Signatures, packages or published folders of an earlier ceremony are used again."""

from __future__ import annotations

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from tests.signing_table import Table, reason_of
from trust_registry.snapshot import State

EXPECT = (RegistryError, Reason.ROLLBACK)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    return Table(lab)


def test_a_package_is_published_once(table: Table) -> None:
    package = table.start()
    signatures = [table.sign(member, package) for member in (0, 1)]
    table.finish(package, signatures)
    kind, reason, _ = reason_of(lambda: table.finish(package, signatures))
    assert (kind, reason) == EXPECT
    assert table.lab.load().version == 1


def test_nor_is_it_signed_again_afterwards(table: Table) -> None:
    package = table.held()
    kind, reason, where = reason_of(lambda: table.sign(2, package))
    assert (kind, reason) == EXPECT
    assert where["role"] == "targets"


def test_an_older_ceremony_does_not_lift_a_suspension(table: Table) -> None:
    """It was never finished: one signature was missing, and turns up when it is out of date."""
    table.held()
    stale = table.start()
    signatures = [table.sign(member, stale) for member in (0, 1)]
    lab = table.lab
    lab.consortium.change_state(lab.relief.did, State.SUSPENDED, reason="fraud", now=NOW)
    table.held()
    kind, reason, _ = reason_of(lambda: table.finish(stale, signatures))
    assert (kind, reason) == EXPECT
    assert lab.load().entries[lab.relief.did].history[-1].state is State.SUSPENDED


def test_signatures_of_one_ceremony_count_in_no_other(table: Table) -> None:
    table.held()
    first = table.start()
    signatures = [table.sign(member, first) for member in (0, 1)]
    table.lab.consortium.put_entry(table.lab.issuer("clinic.example").entry())
    second = table.start()
    kind, reason, _ = reason_of(lambda: table.finish(second, signatures))
    assert (kind, reason) == (RegistryError, Reason.BAD_CEREMONY)


def test_a_member_is_not_shown_an_older_registry_than_they_know(table: Table) -> None:
    """Against it, an entry that was suspended would look as if nothing had happened to it."""
    table.held()
    old = table.lab.copy("old")
    table.held()
    table.sign(0, table.start())  # now this member has verified version 2
    package = table.start()
    kind, reason, _ = reason_of(lambda: table.look(0, package, published=old))
    assert (kind, reason) == EXPECT


def test_another_registrys_package_is_not_signed(table: Table, tmp_path: Path) -> None:
    other = Table(Lab(tmp_path / "other", label="other"))
    other.lab.consortium.put_entry(other.lab.relief.entry())
    kind, reason, _ = reason_of(lambda: table.look(0, other.start()))
    assert (kind, reason) == (RegistryError, Reason.ANOTHER_REGISTRY)
