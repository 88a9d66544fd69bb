"""Where a log's hashes and entries lie: C2SP tlog-tiles (c2sp.org/tlog-tiles), SHA-256.

    tile/<L>/<N>[.p/<W>]         256 hashes of level 8L, or the first W of them
    tile/entries/<N>[.p/<W>]     the 256 leaves themselves, or the first W of them

Files are asked for by name and come from anybody; what was read here is worth nothing until it has
led to a signed root. A full tile is never written again, and holds the tiles before it as its
beginning.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from amana.errors import InputError, RegistryError
from amana.reasons import Reason
from trust_registry._merkle import HASH_BYTES, leaf_hash, node_hash, root_of

__all__ = ["WIDTH", "Read", "Tiles", "grown", "read_bundle", "tile_path"]

Read = Callable[[str], bytes | None]  # a file of the log by its name; None where there is none

WIDTH: Final = 256
_HEIGHT: Final = 8
_LENGTH: Final = struct.Struct(">H")
_ENTRIES: Final = "entries"


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """The name of a tile, or with level "entries" of a bundle."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    return f"tile/{level}/{name}" + (f".p/{width}" if width != WIDTH else "")


class Tiles:
    """The tree of `size` leaves as its tiles tell it. Each is read once, and believed by nobody.

    Methods raise RegistryError REGISTRY_MISSING or LOG_CORRUPT, naming the file (its carrier).
    """

    def __init__(self, read: Read, size: int) -> None:
        self._read = read
        self._size = size
        self._known: dict[tuple[int, int], list[bytes]] = {}

    def subtree(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree, as `_merkle.Subtree` says."""
        above, below = divmod(level, _HEIGHT)
        number, begin = divmod(index << below, WIDTH)
        hashes = self.tile(above, number)[begin : begin + (1 << below)]
        return root_of_hashes(hashes)

    def root(self) -> bytes:
        """The root of the tree, from its right edge."""
        return root_of(0, self._size, self.subtree)

    def tile(self, level: int, index: int) -> list[bytes]:
        """The hashes of one tile, as many as the tree has there."""
        known = self._known.get((level, index))
        if known is None:
            width = self._width(level, index)
            data = self._file(level, index, width)
            if len(data) not in (width * HASH_BYTES, WIDTH * HASH_BYTES):
                raise _corrupt(tile_path(level, index, width), "a tile of another length")
            known = [data[at : at + HASH_BYTES] for at in range(0, width * HASH_BYTES, HASH_BYTES)]
            self._known[level, index] = known
        return known

    def bundle(self, index: int) -> list[bytes]:
        """The leaves of one bundle, which are those of the tile of level 0 of the same number."""
        width = self._width(0, index)
        path = tile_path(_ENTRIES, index, width)
        try:
            leaves = read_bundle(self._file(_ENTRIES, index, width))[:width]
        except InputError as error:
            raise _corrupt(path, error.detail) from None
        if list(map(leaf_hash, leaves)) != self.tile(0, index):
            raise _corrupt(path, "its leaves are not those of the tree")
        return leaves

    def check_all(self) -> None:
        """Compare every full tile with its hash in the tile above it. Raises: as said above."""
        level, count = 0, self._size
        while count >= WIDTH:
            for index in range(count // WIDTH):
                number, place = divmod(index, WIDTH)
                if root_of_hashes(self.tile(level, index)) != self.tile(level + 1, number)[place]:
                    raise _corrupt(tile_path(level, index), "not the tile that was hashed")
            level, count = level + 1, count // WIDTH

    def _width(self, level: int, index: int) -> int:
        return min(WIDTH, (self._size >> _HEIGHT * level) - index * WIDTH)

    def _file(self, level: int | str, index: int, width: int) -> bytes:
        """A partial file, or the full one that may have taken its place."""
        for path in dict.fromkeys((tile_path(level, index, width), tile_path(level, index))):
            data = self._read(path)
            if data is not None:
                return data
        raise RegistryError(
            Reason.REGISTRY_MISSING, "not there", file=tile_path(level, index, width), role="log"
        )


def root_of_hashes(hashes: Sequence[bytes]) -> bytes:
    """The root of a tree whose leaves have these hashes."""

    def subtree(level: int, index: int) -> bytes:
        row = list(hashes[index << level : (index + 1) << level])
        while len(row) > 1:
            row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
        return row[0]

    return root_of(0, len(hashes), subtree)


def read_bundle(data: bytes) -> list[bytes]:
    """The leaves in a bundle: each behind its length, in two bytes.

    Raises: InputError BAD_LOG (whoever wrote it). Not checked: what the leaves say.
    """
    leaves: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + _LENGTH.size
        if end <= len(data):
            end += _LENGTH.unpack_from(data, at)[0]
        if end > len(data) or len(leaves) == WIDTH:
            raise InputError(Reason.BAD_LOG, "a bundle that ends inside a leaf, or never")
        leaves.append(data[at + _LENGTH.size : end])
        at = end
    return leaves


def grown(leaves: Iterable[bytes], *, size: int, read: Read) -> dict[str, bytes]:
    """The files that `leaves` add to a log of `size` leaves: none of them a full tile of before.

    Raises: RegistryError as `Tiles` (whoever kept the log's files). Not checked: that what `read`
    gives leads to a signed root; `log.append` sees to that first.
    """
    files: dict[str, bytes] = {}
    tiles = Tiles(read, size)
    added = list(leaves)
    if not added:
        return files
    number, rest = divmod(size, WIDTH)
    entries = (tiles.bundle(number) if rest else []) + added
    for begin in range(0, len(entries), WIDTH):
        part = entries[begin : begin + WIDTH]
        path = tile_path(_ENTRIES, number + begin // WIDTH, len(part))
        files[path] = b"".join(_LENGTH.pack(len(leaf)) + leaf for leaf in part)
    level, before, hashes = 0, size, [leaf_hash(leaf) for leaf in added]
    while hashes:
        number, rest = divmod(before, WIDTH)
        row = (tiles.tile(level, number) if rest else []) + hashes
        parts = [row[begin : begin + WIDTH] for begin in range(0, len(row), WIDTH)]
        for index, part in enumerate(parts, number):
            files[tile_path(level, index, len(part))] = b"".join(part)
        hashes = [root_of_hashes(part) for part in parts if len(part) == WIDTH]
        level, before = level + 1, number
    return files


def _corrupt(path: str, detail: str) -> RegistryError:
    return RegistryError(Reason.LOG_CORRUPT, detail, file=path, role="log")
