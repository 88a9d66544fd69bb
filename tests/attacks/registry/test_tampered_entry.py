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
    entry = {**lab.relief.entry(), "appeals": "new@circle.example"}
    old = lab.target(lab.relief.entry_path)
    lab.consortium.put_entry(entry)
    lab.publish()
    old.unlink()
    thief = SecretKey.generate(lab.random).public.multikey
    path = lab.target(lab.relief.entry_path)
    changed = path.read_text().replace(lab.relief.key.public.multikey, thief)
    assert thief in changed
    path.write_text(changed)
    assert lab.refused(EXPECT).where["role"] == "entries"


def test_what_was_verified_before_needs_no_second_copy(tmp_path: Path) -> None:
    """A file that a device holds already is not read again from whoever carries the folder."""
    lab = Lab(tmp_path)
    before = lab.begin()
    lab.target(lab.relief.entry_path).write_bytes(b"{}")
    assert lab.load() == before
