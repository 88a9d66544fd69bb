"""A chain of roots with a gap: what stands behind it has not been agreed to by those before it."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import rotate, thief

EXPECT = (RegistryError, Reason.ROLLBACK)


@pytest.mark.parametrize("version", [1, 3])
def test_a_root_of_another_version_than_its_file_is_refused(tmp_path: Path, version: int) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    thief(lab).forge("root", by=lab.keys, version=version)
    written = lab.published / f"metadata/{version}.root.json"
    written.rename(lab.published / "metadata/2.root.json")
    error = lab.refused(EXPECT)
    assert error.where == {"file": "metadata/2.root.json", "role": "root"}


def test_a_root_behind_a_gap_is_not_looked_at(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    before = lab.begin()
    thief(lab).forge("root", by=[SecretKey(bytes(32))], version=3)
    assert lab.load() == before


def test_what_the_missing_root_named_does_not_count(tmp_path: Path) -> None:
    """A carrier leaves out root 2: the members it named can't sign for a device that trusts root 1.

    The older root is good, so devices go on with what they have, and say how old it is.
    """
    lab = Lab(tmp_path)
    lab.begin()
    fresh = [SecretKey.generate(lab.random) for _ in range(3)]
    rotate(lab, members=fresh)
    (lab.published / "metadata/2.root.json").unlink()
    error = lab.refused((RegistryError, Reason.BELOW_THRESHOLD))
    assert error.where["role"] == "targets"
