"""Signed metadata names a target, or a hash, that leads out of the folder."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)


@pytest.mark.parametrize(
    "path", ["entries/../../../secret.json", "entries/\0.json", "entries/a b.json", "entries//a"]
)
def test_a_target_outside_the_folder_is_never_read(tmp_path: Path, path: str) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    lab.force(
        entries={lab.relief.entry_path: canonical(lab.relief.entry()), "entries/x.json": b"{}"}
    )

    def rename(signed: Any) -> None:
        signed["targets"][path] = signed["targets"].pop("entries/x.json")

    lab.resign("metadata/2.targets.json", rename)
    lab.refused(EXPECT)
    assert not list(tmp_path.rglob("*secret.json"))


def test_a_hash_that_is_a_path_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())})

    def rename(signed: Any) -> None:
        signed["targets"][lab.relief.entry_path]["hashes"]["sha256"] = "../../../x"

    lab.resign("metadata/2.targets.json", rename)
    lab.refused(EXPECT)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    stamp = lab.published / "metadata/timestamp.json"
    shutil.move(stamp, tmp_path / "outside.json")
    stamp.symlink_to(tmp_path / "outside.json")
    lab.refused(EXPECT)
