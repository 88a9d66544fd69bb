"""Decisions are made to vanish: the log is thrown away, begun anew, and k of n members sign it."""

import shutil
from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.LOG_SHRUNK)


def test_a_device_that_remembers_the_log_does_not_take_it(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    shutil.rmtree(lab.consortium.folder / "log")
    shutil.rmtree(lab.published / "log")
    lab.publish()
    error = lab.refused(EXPECT)
    assert error.where == {"file": "log/checkpoint", "role": "log"}
