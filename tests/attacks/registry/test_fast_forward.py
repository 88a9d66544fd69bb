"""Whoever stole the timestamp and snapshot keys gives files the highest versions there are.

Devices then take every honest version for an old one. Members help them with a root that names
other automated keys; no device has to be touched by hand.
"""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import elsewhere, rotate

EXPECT = (RegistryError, Reason.ROLLBACK)
HIGH = 2**31 - 1


def forwarded(tmp_path: Path) -> Lab:
    """A device has met versions that the consortium will not reach in its life."""
    lab = Lab(tmp_path)
    lab.begin()
    someone = elsewhere(lab)
    someone.forge("snapshot", by=[someone.stolen["snapshot"]], version=HIGH)
    someone.point_at(HIGH, version=HIGH)
    assert lab.load(someone.published).version == 1
    return lab


def test_honest_versions_look_old_until_the_keys_are_exchanged(tmp_path: Path) -> None:
    """C112: members recover what automated keys can't."""
    lab = forwarded(tmp_path)
    lab.publish()
    assert lab.refused(EXPECT).where["role"] == "timestamp"
    fresh = {role: SecretKey.generate(lab.random) for role in lab.consortium.automated}
    rotate(lab, automated=fresh)
    assert lab.load().version == 3
    assert lab.relief.did in lab.cached().entries


def test_the_stolen_keys_are_of_no_use_afterwards(tmp_path: Path) -> None:
    lab = forwarded(tmp_path)
    mirror = lab.folder / "mirror"
    fresh = {role: SecretKey.generate(lab.random) for role in lab.consortium.automated}
    rotate(lab, automated=fresh)
    lab.load()
    error = lab.refused((RegistryError, Reason.BELOW_THRESHOLD), published=mirror)
    assert error.where["role"] == "timestamp"


@pytest.mark.parametrize("version", [2**63, 10**40, 0, -1, 1.5, "2"])
def test_a_version_that_no_counter_reaches_is_refused_or_kept(
    tmp_path: Path, version: object
) -> None:
    """The numbers that break a reader: nothing but a typed refusal, and the good state stays."""
    lab = Lab(tmp_path)
    before = lab.begin()
    someone = elsewhere(lab)

    def change(signed: dict[str, object]) -> None:
        signed["version"] = version

    if type(version) is int and version > 0:
        someone.forge("timestamp", change, by=[someone.stolen["timestamp"]])
        assert lab.load(someone.published) == before
        return
    lab.edit("metadata/timestamp.json", lambda document: change(document["signed"]))
    error = lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
    assert error.where == {"file": "metadata/timestamp.json", "role": "timestamp"}
