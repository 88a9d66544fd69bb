"""A small file that would grow into more than any device has."""

import pytest

from amana.errors import RegistryError
from amana.limits import LIMITS
from amana.reasons import Reason
from tests.bundle_lab import bundle_of, members_of, packed, refused_file
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.ZIP_BOMB)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(tmp_path_factory.mktemp("bomb"))
    made.begin()
    return made


def test_a_member_that_grows_without_end(lab: Lab) -> None:
    data = packed([*members_of(bundle_of(lab)), ("packs/x", bytes(LIMITS.bundle_member_bytes + 1))])
    assert len(data) < 100_000
    refused_file(lab, data, EXPECT)


def _directory(data: bytes, size: int) -> bytes:
    """A directory that says `size` of its last member."""
    at = data.rindex(b"PK\1\2") + 24
    return data[:at] + size.to_bytes(4, "little") + data[at + 4 :]


def test_a_directory_that_admits_it(lab: Lab) -> None:
    members = [*members_of(bundle_of(lab)), ("packs/x", b"")]
    refused_file(lab, _directory(packed(members), 0xFFFFFFFF), EXPECT)


def test_more_members_than_any_registry_has(lab: Lab) -> None:
    data = bundle_of(lab)
    count = (LIMITS.bundle_members + 1).to_bytes(2, "little")
    refused_file(lab, data[:-14] + count + count + data[-10:], EXPECT)
