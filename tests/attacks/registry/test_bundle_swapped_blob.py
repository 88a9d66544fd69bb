"""The bytes of one organisation's entry are exchanged inside a bundle that is right otherwise."""

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.bundle_lab import blobs_of, bundle_of, changed, refused_file
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(tmp_path_factory.mktemp("swapped"))
    made.begin()
    made.consortium.put_entry(made.issuer("other.example").entry())
    made.publish()
    return made


def _repacked(pack: bytes, old: bytes, new: bytes) -> bytes:
    blobs = [new if blob == old else blob for blob in blobs_of(pack)]
    return b"".join(len(blob).to_bytes(4) + blob for blob in blobs)


def test_an_entry_with_a_thiefs_key(lab: Lab) -> None:
    honest = next(
        path
        for path in (lab.published / "targets/entries").iterdir()
        if b"other" in path.read_bytes()
    ).read_bytes()
    thief = canonical(lab.issuer("other.example").entry())
    spoiled = changed(
        bundle_of(lab), lambda _, data: _repacked(data, honest, thief) if honest in data else data
    )
    assert spoiled != bundle_of(lab)
    refused_file(lab, spoiled, EXPECT)


def test_an_entry_that_is_gone(lab: Lab) -> None:
    spoiled = changed(
        bundle_of(lab), lambda name, data: b"" if name.startswith("packs/entries") else data
    )
    refused_file(lab, spoiled, EXPECT)
