"""Whoever carries the folder puts a key of their own into an entry."""

from pathlib import Path

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)


def test_a_changed_entry_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    thief = SecretKey.generate(lab.random).public.multikey
    path = lab.target(lab.relief.entry_path)
    changed = path.read_text().replace(lab.relief.key.public.multikey, thief)
    assert thief in changed
    path.write_text(changed)
    assert lab.refused(EXPECT).where["role"] == "targets"
