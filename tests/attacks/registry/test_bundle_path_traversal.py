"""Members of a bundle whose names lead out of the folder, as unpackers have fallen for."""

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.bundle_lab import bundle_of, members_of, packed, refused_file
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.BAD_BUNDLE)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(tmp_path_factory.mktemp("traversal"))
    made.begin()
    return made


@pytest.mark.parametrize(
    "name",
    [
        "metadata/../../../evil.json", "../evil.json", "/tmp/evil.json", "metadata//evil.json",
        "C:/evil.json", "metadata\\..\\evil.json", "metadata/..", "evil.json",
        "metadata/a/evil.json",  "metadata/\u2025/evil.json", "metadata/",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere(lab: Lab, name: str) -> None:
    before = set(lab.folder.rglob("*"))
    file = refused_file(lab, packed([*members_of(bundle_of(lab)), (name, b"{}")]), EXPECT)
    file.unlink()
    assert not [p for p in set(lab.folder.rglob("*")) - before if "evil" in p.name]
