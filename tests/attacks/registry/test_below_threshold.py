"""One member of three signs a version alone."""

from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.BELOW_THRESHOLD)


def test_one_member_alone_changes_nothing(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    lab.publish()
    lab.edit("metadata/2.targets.json", lambda document: document["signatures"].pop())
    error = lab.refused(EXPECT)
    assert error.where == {"file": "metadata/2.targets.json", "role": "targets"}
