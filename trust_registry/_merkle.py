"""The Merkle tree of RFC 6962, section 2.1 (RFC 9162, section 2.1): hashes, proofs, verification.

Pure arithmetic over hashes. Where the hashes lie is `_tiles`' matter; who vouches for a root is
`log`'s. Whoever makes a proof asks for the hash of a complete subtree: `Subtree(level, index)` is
the hash of the leaves from `index * 2**level` on, `2**level` of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

__all__ = [
    "EMPTY",
    "HASH_BYTES",
    "Subtree",
    "both_roots",
    "consistency_path",
    "inclusion_path",
    "leaf_hash",
    "node_hash",
    "root_from_path",
    "root_of",
]

HASH_BYTES: Final = 32
EMPTY: Final = hashlib.sha256(b"").digest()

Subtree = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node above two others (RFC 9162, section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(begin: int, end: int, subtree: Subtree) -> bytes:
    """MTH of the leaves from `begin` to before `end`; `begin` fits the greatest subtree inside."""
    count = end - begin
    if count == 0:
        return EMPTY
    level = count.bit_length() - 1
    if count == 1 << level:
        return subtree(level, begin >> level)
    middle = begin + (1 << level)
    return node_hash(subtree(level, begin >> level), root_of(middle, end, subtree))


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 9162, section 2.1.3.1)."""
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(root_of(middle, end, subtree))
            end = middle
        else:
            path.append(root_of(begin, middle, subtree))
            begin = middle
    return path[::-1]


def consistency_path(old: int, new: int, subtree: Subtree, *, whole: bool = False) -> list[bytes]:
    """The proof that the tree of `new` leaves grew out of that of `old` (section 2.1.4.1).

    `0 < old < new`. With `whole`, the path never leaves out the old root that its reader is
    supposed to know, so that `both_roots` can tell what the old root should have been.
    """
    path: list[bytes] = []
    begin, end, size = 0, new, old
    while size < end:
        middle = begin + _split(end - begin)
        if size <= middle:
            path.append(root_of(middle, end, subtree))
            end = middle
        else:
            path.append(root_of(begin, middle, subtree))
            begin = middle
    if begin or whole:
        path.append(root_of(begin, end, subtree))
    return path[::-1]


def root_from_path(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to from a leaf's hash (RFC 9162, section 2.1.3.2).

    None for a path of another length than such a leaf in such a tree has.
    """
    position, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            position, last = _past_left_edge(position, last)
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    return found if last == 0 else None


def both_roots(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The old and the new root that a `whole` consistency path leads to (section 2.1.4.2).

    Every hash of the path goes into the new root. So where that is the right one, all of them are,
    and the old root found is what the new tree really began with. None for another length.
    """
    if not path:
        return None
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            position, last = _past_left_edge(position, last)
        else:
            after = node_hash(after, sibling)
        position, last = position >> 1, last >> 1
    return (before, after) if last == 0 else None


def _split(count: int) -> int:
    """The largest power of two below `count`, which is 2 or more."""
    return 1 << ((count - 1).bit_length() - 1)


def _past_left_edge(position: int, last: int) -> tuple[int, int]:
    """Skip levels at which a node on the right edge has no sibling and is handed up as it is."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last
