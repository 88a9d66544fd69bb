"""Of any tree, every proof verifies; changed anywhere, none does."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from amana.errors import RegistryError
from amana.reasons import Reason
from tests import log_lab
from tests.log_lab import LogLab, leaf
from trust_registry._merkle import (
    both_roots,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_from_path,
    root_of,
)
from trust_registry._tiles import Tiles, grown
from trust_registry.log import grew

SIZES = st.integers(1, 600)
# Trees of every size up to 600 are the beginnings of one; its tiles are the only thing kept.
DATA = [b"leaf %d" % number for number in range(600)]
FILES = grown(DATA, size=0, read=dict[str, bytes]().get)


SUBTREE = Tiles(FILES.get, len(DATA)).subtree


def root(size: int) -> bytes:
    return root_of(0, size, SUBTREE)


def changed(path: list[bytes], at: int, bit: int) -> list[bytes]:
    spoiled = bytearray(path[at])
    spoiled[bit // 8] ^= 1 << bit % 8
    return [*path[:at], bytes(spoiled), *path[at + 1 :]]


@given(SIZES, st.data())
def test_an_inclusion_proof_holds_for_its_leaf_and_for_nothing_else(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, head, found = inclusion_path(index, size, SUBTREE), root(size), leaf_hash(DATA[index])
    assert root_from_path(index, size, found, path) == head
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert root_from_path(other, size, found, path) != head
        assert root_from_path(index, size, leaf_hash(DATA[other]), path) != head
    if path:
        at, bit = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 255))
        assert root_from_path(index, size, found, changed(path, at, bit)) != head
        assert root_from_path(index, size, found, path[:at] + path[at + 1 :]) != head
        assert root_from_path(index, size, found, [*path[: at + 1], *path[at:]]) != head


@given(SIZES, SIZES, st.data())
def test_a_consistency_proof_holds_for_its_two_trees_and_for_nothing_else(
    one: int, other: int, data: st.DataObject
) -> None:
    assume(one != other)
    old, new = sorted((one, other))
    path = consistency_path(old, new, SUBTREE, whole=True)
    roots = (root(old), root(new))
    assert both_roots(old, new, path) == roots
    at, bit = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 255))
    spoiled = both_roots(old, new, changed(path, at, bit))
    assert spoiled is not None
    assert spoiled[1] != roots[1]  # whatever is changed shows in the newer root
    assert both_roots(old, new, path[:at] + path[at + 1 :]) != roots
    wrong = data.draw(st.integers(1, new - 1))
    if wrong != old:
        assert both_roots(wrong, new, path) != (root(wrong), roots[1])


@given(
    st.lists(st.integers(0, 20), min_size=2, max_size=4),
    st.data(),
)
def test_a_log_that_was_rewritten_anywhere_is_a_fork(steps: list[int], data: st.DataObject) -> None:
    """Whatever an older checkpoint saw can't be changed without its being found."""
    honest = LogLab()
    for step in steps:
        size = len(honest.heads) and honest.heads[-1].size
        honest.add(*log_lab.leaves(size, size + step))
    total = honest.heads[-1].size
    for head in honest.heads:
        assert grew(head, honest.heads[-1], read=honest.read) is True
    assume(total > 1)
    place = data.draw(st.integers(0, total - 1))
    other = LogLab()
    given = log_lab.leaves(0, total)
    other.add(*given[:place], leaf(place, kind="rewritten"), *given[place + 1 :])
    for head in honest.heads:
        try:
            assert grew(head, other.heads[-1], read=other.read) is True
            assert head.size <= place
        except RegistryError as error:
            fork = error
        else:
            continue
        assert fork.reason is Reason.LOG_FORKED
        assert head.size > place
