"""Members sign a version of the year 2028, by mistake or because k of them were deceived.

Every device then takes its honest clock for one that is set back. No single key does that, and a
newer root, which is k of n as well, undoes it on devices that nobody touches.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Outcome, Reason
from tests.registry_counter import judged
from tests.registry_lab import NOW, Lab
from tests.registry_thief import rotate, thief

EXPECT = (Outcome.UNDECIDED, Reason.CLOCK_UNTRUSTED)
FAR = "2028-01-01T00:00:00Z"


def misdated(tmp_path: Path, published: str) -> Lab:
    lab = Lab(tmp_path)
    lab.begin()
    lab.force(
        entries={
            lab.relief.entry_path: canonical(lab.relief.entry()),
            "registry.json": lab.statement(2, published=published),
        }
    )
    return lab


def poisoned(tmp_path: Path) -> Lab:
    lab = misdated(tmp_path, FAR)
    found = lab.load()
    assert found.floor == datetime(2028, 1, 1, tzinfo=UTC)
    assert judged(lab, found, now=NOW, years=5) == EXPECT
    return lab


def test_the_next_version_alone_does_not_help(tmp_path: Path) -> None:
    """Else whoever rolls versions forward could bring the floor down as well."""
    lab = poisoned(tmp_path)
    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())})
    found = lab.load()
    assert found.floor == datetime(2028, 1, 1, tzinfo=UTC)
    assert judged(lab, found, now=NOW, years=5) == EXPECT


def test_a_newer_root_brings_it_down(tmp_path: Path) -> None:
    lab = poisoned(tmp_path)
    rotate(lab)
    found = lab.load()
    assert found.floor == NOW
    assert judged(lab, found, now=NOW, years=5)[0] is Outcome.ACCEPTED
    assert lab.cached().floor == NOW


def test_a_date_past_the_expiry_of_what_signed_it_is_refused(tmp_path: Path) -> None:
    lab = misdated(tmp_path, "2099-01-01T00:00:00Z")
    error = lab.refused((RegistryError, Reason.REGISTRY_EXPIRED))
    assert error.where["role"] == "root"
    assert lab.cached().floor == NOW


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "status"])
def test_no_automated_key_raises_it(tmp_path: Path, role: str) -> None:
    lab = Lab(tmp_path)
    before = lab.begin()
    someone = thief(lab)

    def far(signed: dict[str, str]) -> None:
        signed["expires"] = signed["published"] = FAR

    number = someone.forge(role, far, by=[someone.stolen[role]])
    if role == "snapshot":
        someone.point_at(number)
    if role == "status":
        someone.reseal({role: number})
    assert lab.load().floor == before.floor == NOW


def test_nor_does_one_member(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    someone = thief(lab)
    someone.reseal({"targets": someone.forge("targets", by=lab.keys[:1])})
    error = lab.refused((RegistryError, Reason.BELOW_THRESHOLD))
    assert error.where["role"] == "targets"
    assert lab.cached().floor == NOW
