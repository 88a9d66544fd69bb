"""A regional registrar accredits what members did not let it accredit.

Its signatures are good. Every device holds the entry against the limits that k of n signed, and
leaves it out; whoever is within the limits is not harmed by a neighbour who is not.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from tests.registry_thief import admit, registrar
from trust_registry.snapshot import LeftOut

EXPECT = Reason.BEYOND_LIMITS  # left out, for that


@pytest.mark.parametrize(
    "changes",
    [
        {"actions": [("ask", "PurposeCredential")]},
        {"actions": [("issue", "PurposeCredential"), ("issue", "AidVoucher")]},
        {"jurisdictions": ["KE", "UG"]},
        {"jurisdictions": []},
        {"registrar": "the members"},
        {"since": NOW - timedelta(days=1)},
    ],
)
def test_what_goes_beyond_its_limits_is_left_out(tmp_path: Path, changes: dict[str, Any]) -> None:
    """C110: who admitted an organisation can have admitted it to no more than it may itself."""
    lab = Lab(tmp_path)
    lab.begin()
    one, good, bad = registrar(lab), lab.issuer("clinic.example"), lab.issuer("shop.example")
    files = {one.entry_path(good): one.entry(good), one.entry_path(bad): one.entry(bad, **changes)}
    admit(lab, (one, files))
    found = lab.load()
    assert found.left_out == (
        LeftOut(file=one.entry_path(bad), role="registrar-nairobi", rule=EXPECT),
    )
    assert found.entry(bad.did) is None
    assert set(found.entries) == {lab.relief.did, good.did}


def test_more_entries_than_it_may_have(tmp_path: Path) -> None:
    """Those whom it admitted first stay; a thief of its keys crowds nobody out."""
    lab = Lab(tmp_path)
    lab.begin()
    one = registrar(lab)
    first = [lab.issuer(f"clinic-{number}.example") for number in range(2)]
    later = [lab.issuer(f"shop-{number}.example") for number in range(5)]
    files = {one.entry_path(org): one.entry(org) for org in first}
    files |= {
        one.entry_path(org): one.entry(org, since=NOW + timedelta(minutes=1)) for org in later
    }
    admit(lab, (one, files))
    found = lab.load(now=NOW + timedelta(hours=1))
    assert {org.did for org in first} < set(found.entries)
    assert not {org.did for org in later} & set(found.entries)
    assert {left.rule for left in found.left_out} == {EXPECT}
    assert len(found.left_out) == len(later)


def test_narrower_limits_count_at_once(tmp_path: Path) -> None:
    """Members take a region away: nothing has to be signed by the registrar for that."""
    lab = Lab(tmp_path)
    lab.begin()
    one, clinic = registrar(lab), lab.issuer("clinic.example")
    files = {one.entry_path(clinic): one.entry(clinic)}
    admit(lab, (one, files))
    assert clinic.did in lab.load().entries
    narrow = one.limits(jurisdictions=frozenset({"UG"}))
    admit(lab, (one, files), limits={"registrars/nairobi.json": narrow})
    found = lab.load()
    assert found.entry(clinic.did) is None
    assert {left.rule for left in found.left_out} == {EXPECT}
