"""A bundle that was cut short, anywhere, or glued together from two."""

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.bundle_lab import bundle_of, refused_file
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.BAD_BUNDLE)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(tmp_path_factory.mktemp("truncated"))
    made.begin()
    return made


def test_half_a_bundle_is_none(lab: Lab) -> None:
    whole = bundle_of(lab)
    for length in (0, 22, len(whole) // 2, len(whole) - 1):
        refused_file(lab, whole[:length], EXPECT)
    refused_file(lab, whole[: len(whole) // 2] + whole, EXPECT)
    refused_file(lab, whole + whole[:10], EXPECT)


def test_a_hole_in_a_bundle(lab: Lab) -> None:
    """The directory at the end is whole; the members before it moved."""
    whole = bundle_of(lab)
    at = whole.index(b"PK\1\2") // 2
    refused_file(lab, whole[:at] + whole[at + 1 :], EXPECT)
