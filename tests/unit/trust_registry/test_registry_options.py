"""The registry as other roles' commands name it."""

import argparse
from pathlib import Path

import pytest

from amana.errors import InputError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry.options import add_registry_options, read_snapshot


def options(*arguments: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_registry_options(parser)
    return parser.parse_args([str(argument) for argument in arguments])


def test_a_registry_is_loaded_and_then_remembered(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.publish()
    root = ("--root", lab.consortium.folder / "trust-anchor.json", "--cache", tmp_path / "c")
    loaded = read_snapshot(options("--registry", lab.published, *root), now=NOW)
    assert loaded is not None
    assert read_snapshot(options(*root), now=NOW) == loaded


def test_without_a_root_there_is_no_trust(tmp_path: Path) -> None:
    assert read_snapshot(options(), now=NOW) is None
    with pytest.raises(InputError) as caught:
        read_snapshot(options("--registry", tmp_path), now=NOW)
    assert caught.value.reason is Reason.REGISTRY_MISSING
