"""A regional registrar lists what is not its own: the members' entries, another's, status lists."""

from pathlib import Path

import pytest

from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import admit, registrar
from trust_registry.snapshot import LeftOut

EXPECT = Reason.REGISTRY_CORRUPT  # left out, for that; everybody else goes on


@pytest.mark.parametrize(
    "path",
    [
        "{relief.entry_path}",
        "registrars/mombasa/entries/{slug}.json",
        "registrars/nairobi.json",
        "registrars/nairobi/entries/deeper/{slug}.json",
        "{relief.list_path}",
        "governance.json",
    ],
)
def test_what_is_not_its_own_is_left_out(tmp_path: Path, path: str) -> None:
    lab = Lab(tmp_path)
    before = lab.begin()
    one, ours = registrar(lab), lab.issuer("clinic.example")
    slug = Path(lab.issuer("intruder.example").entry_path).stem
    taken = path.format(relief=lab.relief, slug=slug)
    admit(lab, (one, {one.entry_path(ours): one.entry(ours), taken: one.entry(lab.relief)}))
    found = lab.load()
    assert found.left_out == (LeftOut(file=taken, role="registrar-nairobi", rule=EXPECT),)
    assert set(found.entries) == {lab.relief.did, ours.did}
    assert found.entry(lab.relief.did) == before.entry(lab.relief.did)
    assert found.governance == before.governance


def test_it_takes_nobody_over_whom_the_members_admitted(tmp_path: Path) -> None:
    """Under its own path, with keys of its own: the members' entry is the one that counts."""
    lab = Lab(tmp_path)
    lab.begin()
    one = registrar(lab)
    stolen = lab.issuer("relief.example")  # the same DID, another key
    admit(lab, (one, {one.entry_path(stolen): one.entry(stolen)}))
    entry = lab.load().entries[lab.relief.did]
    assert entry.keys[lab.relief.method].public == lab.relief.key.public
