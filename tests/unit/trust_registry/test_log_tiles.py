"""Where tiles lie, what they hold, and what is said of them when they do not fit."""

import hashlib

import pytest

from amana.errors import InputError, RegistryError
from amana.reasons import Reason
from tests import log_lab
from trust_registry._merkle import leaf_hash
from trust_registry._tiles import Tiles, grown, read_bundle, root_of_hashes, tile_path


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1_234_067, 256, "tile/0/x001/x234/067"),  # the example of the specification
        (0, 999, 256, "tile/0/999"),
        (0, 1_000, 256, "tile/0/x001/000"),
        (2, 0, 1, "tile/2/000.p/1"),
        ("entries", 273, 112, "tile/entries/273.p/112"),
    ],
)
def test_names_of_tiles(level: int | str, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path


def test_seventy_thousand_leaves_lie_as_the_specification_counts_them() -> None:
    """C2SP tlog-tiles, "Partial Tiles", its example, and that of 256 leaves."""
    files = grown((b"" for _ in range(70_000)), size=0, read=dict[str, bytes]().get)
    tiles = [name for name in files if not name.startswith("tile/entries/")]
    full = [name for name in tiles if ".p/" not in name]
    assert sum(name.startswith("tile/0/") for name in full) == 273
    assert [name for name in full if not name.startswith("tile/0/")] == ["tile/1/000"]
    assert [name for name in tiles if ".p/" in name] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert {len(files[name]) for name in full} == {8192}
    assert len(files["tile/0/273.p/112"]) == 112 * 32
    files = grown((b"" for _ in range(256)), size=0, read=dict[str, bytes]().get)
    assert list(files) == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]


def test_the_hashes_in_a_tile_are_those_of_the_definition() -> None:
    data = [b"%d" % number for number in range(600)]
    files = grown(data, size=0, read=dict[str, bytes]().get)
    assert files["tile/0/001"] == b"".join(map(leaf_hash, data[256:512]))
    assert files["tile/1/000.p/2"] == log_lab.mth(data[:256]) + log_lab.mth(data[256:512])
    assert read_bundle(files["tile/entries/002.p/88"]) == data[512:]
    tiles = Tiles(files.get, 600)
    assert tiles.root() == log_lab.mth(data)
    for level, index in ((0, 599), (3, 70), (8, 1), (9, 0), (4, 36)):
        part = data[index << level : (index + 1) << level]
        assert tiles.subtree(level, index) == log_lab.mth(part)
    assert root_of_hashes([leaf_hash(one) for one in data[:5]]) == log_lab.mth(data[:5])


def test_growing_step_by_step_gives_the_same_tiles_and_never_touches_a_full_one() -> None:
    data = [hashlib.sha256(b"%d" % number).digest() for number in range(1_100)]
    at_once = grown(data, size=0, read=dict[str, bytes]().get)
    files: dict[str, bytes] = {}
    size = 0
    for step in (1, 1, 253, 1, 1, 255, 300, 0, 212, 76):
        added = grown(data[size : size + step], size=size, read=files.get)
        assert not {name for name in added if name in files}
        files |= added
        size += step
    assert size == len(data)
    assert {name: files[name] for name in at_once} == at_once
    assert {name for name in files if ".p/" not in name} <= at_once.keys()


def test_the_full_tile_stands_for_a_partial_one_that_went() -> None:
    """C2SP tlog-tiles: a partial tile may be deleted once there is the full one."""
    data = [b"%d" % number for number in range(300)]
    files = grown(data, size=0, read=dict[str, bytes]().get)
    assert "tile/0/000.p/200" not in files
    assert Tiles(files.get, 200).root() == log_lab.mth(data[:200])
    assert Tiles(files.get, 200).bundle(0) == data[:200]


def test_missing_and_spoiled_files_are_named() -> None:
    data = [b"%d" % number for number in range(300)]
    files = grown(data, size=0, read=dict[str, bytes]().get)

    def said(change: dict[str, bytes | None], at: int = 1) -> tuple[Reason, str]:
        changed = {**files, **change}
        with pytest.raises(RegistryError) as caught:
            Tiles(changed.get, 300).bundle(at)
        assert caught.value.where["role"] == "log"
        return caught.value.reason, str(caught.value.where["file"])

    bundle, tile = "tile/entries/001.p/44", "tile/0/001.p/44"
    assert said({bundle: None}) == (Reason.REGISTRY_MISSING, bundle)
    assert said({tile: None}) == (Reason.REGISTRY_MISSING, tile)
    assert said({tile: files[tile][:-1]}) == (Reason.LOG_CORRUPT, tile)
    assert said({tile: files[tile] + b"x"}) == (Reason.LOG_CORRUPT, tile)
    assert said({bundle: files[bundle][:-1]}) == (Reason.LOG_CORRUPT, bundle)
    assert said({bundle: files[bundle].replace(b"299", b"298")}) == (Reason.LOG_CORRUPT, bundle)
    assert said({bundle: b""}) == (Reason.LOG_CORRUPT, bundle)


def test_a_tile_below_another_is_compared_with_its_hash_there() -> None:
    data = [b"%d" % number for number in range(600)]
    files = grown(data, size=0, read=dict[str, bytes]().get)
    Tiles(files.get, 600).check_all()
    Tiles(files.get, 255).check_all()
    files["tile/0/001"] = files["tile/0/001"][:-1] + b"x"
    with pytest.raises(RegistryError) as caught:
        Tiles(files.get, 600).check_all()
    assert caught.value.where["file"] == "tile/0/001"
    assert caught.value.reason is Reason.LOG_CORRUPT


@pytest.mark.parametrize(
    "data", [b"\x00", b"\x00\x01", b"\x00\x00\x00", b"\xff\xffx", b"\x00\x00" * 257]
)
def test_bundles_that_end_inside_a_leaf_or_never(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_bundle(data)
    assert caught.value.reason is Reason.BAD_LOG
    assert read_bundle(b"") == []
    assert read_bundle(b"\x00\x02ab\x00\x00") == [b"ab", b""]
