"""A member of a bundle is a symbolic link to a file of the device."""

import io
import zipfile
from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.bundle_lab import bundle_of, refused_file
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.BAD_BUNDLE)


def test_a_link_is_no_plain_file(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    file = io.BytesIO(bundle_of(lab))
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo("metadata/9.snapshot.json", (1980, 1, 1, 0, 0, 0))
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd", zipfile.ZIP_DEFLATED)
    refused_file(lab, file.getvalue(), EXPECT)
