"""Whoever carries the folder clears a revocation in the list's own bytes."""

from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)


def test_a_changed_status_list_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    old = lab.target(lab.relief.list_path)
    lab.consortium.collect_status(lab.relief.list(revoked=(7, 8)), now=NOW)
    lab.consortium.publish_status(now=NOW)
    old.unlink()
    lab.target(lab.relief.list_path).write_bytes(lab.relief.list(revoked=()))
    assert lab.refused(EXPECT).where["role"] == "status"
