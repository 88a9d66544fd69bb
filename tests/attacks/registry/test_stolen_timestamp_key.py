"""Whoever stole the timestamp key points devices at another snapshot.

The key can hold devices back and admit nobody: what it names has to be signed by others.
"""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import thief

EXPECT = (RegistryError, Reason.ROLLBACK)


def test_an_older_snapshot_is_not_taken_again(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    lab.publish()
    assert lab.load().version == 2
    thief(lab).point_at(1)
    error = lab.refused(EXPECT)
    assert error.where == {"file": "metadata/timestamp.json", "role": "timestamp"}


def test_a_snapshot_that_the_thief_wrote_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    someone = thief(lab)
    someone.point_at(someone.forge("snapshot", by=[someone.stolen["timestamp"]]))
    error = lab.refused((RegistryError, Reason.BELOW_THRESHOLD))
    assert error.where == {"file": "metadata/2.snapshot.json", "role": "snapshot"}


def test_a_snapshot_that_nobody_wrote_is_not_there(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    thief(lab).point_at(7)
    error = lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
    assert error.where == {"file": "metadata/7.snapshot.json", "role": "snapshot"}


@pytest.mark.parametrize("key", ["snapshot", "status", "log"])
def test_another_automated_key_signs_no_timestamp(tmp_path: Path, key: str) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    someone = thief(lab)
    someone.forge("timestamp", by=[someone.stolen[key], SecretKey(bytes(32))])
    error = lab.refused((RegistryError, Reason.BELOW_THRESHOLD))
    assert error.where == {"file": "metadata/timestamp.json", "role": "timestamp"}
