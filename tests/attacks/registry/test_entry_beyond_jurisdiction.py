"""A regional registrar's members sign an entry for a place that is not in their region.

They were trusted with one county and one country. What they sign for a neighbour, for the country
around the county, or for everywhere, is left out by every client (C87, C112).
"""

from pathlib import Path

import pytest

from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import admit, registrar
from trust_registry.snapshot import LeftOut

EXPECT = (LeftOut, Reason.BEYOND_LIMITS)


@pytest.mark.parametrize("places", [["KE-30"], ["KE"], ["TZ-07", "SO"], []])
def test_an_entry_counts_only_in_its_registrars_region(tmp_path: Path, places: list[str]) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    coast = registrar(lab, "coast")
    good, bad = lab.issuer("good.example"), lab.issuer("bad.example")
    files = {
        coast.entry_path(good): coast.entry(good, jurisdictions=["TZ-07", "KE-28"]),
        coast.entry_path(bad): coast.entry(bad, jurisdictions=places),
    }
    limits = coast.limits(jurisdictions=frozenset({"KE-28", "TZ"}))
    admit(lab, (coast, files), limits={"registrars/coast.json": limits})
    snapshot = lab.load()
    assert set(snapshot.entries) == {lab.relief.did, good.did}
    (left,) = snapshot.left_out
    assert (type(left), left.rule) == EXPECT
    assert (left.file, left.role) == (coast.entry_path(bad), "registrar-coast")
