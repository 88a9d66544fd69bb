"""One file that two readers see differently: a member twice, or a second directory behind."""

import zipfile
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.bundle_lab import bundle_of, members_of, packed, refused_file
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.BAD_BUNDLE)


def test_a_member_that_stands_in_it_twice(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    old = bundle_of(lab)
    lab.publish()
    lab.load()
    new = members_of(bundle_of(lab))
    stamp = ("metadata/timestamp.json", dict(members_of(old))["metadata/timestamp.json"])
    for members in ([*new, stamp], [stamp, *new]):
        with pytest.warns(UserWarning, match="Duplicate name"):
            data = packed(members)
        refused_file(lab, data, EXPECT)


def test_a_bundle_behind_a_bundle(tmp_path: Path) -> None:
    """The library that wrote it reads the second one; another program may read the first."""
    lab = Lab(tmp_path)
    lab.begin()
    old = bundle_of(lab)
    lab.publish()
    both = old + bundle_of(lab)
    file = refused_file(lab, both, EXPECT)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
