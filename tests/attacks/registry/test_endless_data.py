"""A mirror answers with a file without end, or one that never answers at all."""

import os
from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.TOO_LARGE)


def test_a_file_larger_than_its_role_allows_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    (lab.published / "metadata/timestamp.json").write_bytes(b" " * 20_000_000)
    assert lab.refused(EXPECT).where["role"] == "timestamp"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    stamp = lab.published / "metadata/timestamp.json"
    stamp.unlink()
    os.mkfifo(stamp)
    lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    stamp = lab.published / "metadata/timestamp.json"
    stamp.write_bytes(stamp.read_bytes()[:-40])
    lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
