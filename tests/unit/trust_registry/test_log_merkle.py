"""RFC 6962's tree: the published vectors of Certificate Transparency, and a naive definition."""

import hashlib

import pytest

from tests import log_lab
from trust_registry._merkle import (
    EMPTY,
    Subtree,
    both_roots,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_from_path,
    root_of,
)

# Eight leaves, and the roots of the trees of 1 to 8 of them, as CT's own tests have them.
CT = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CT_CONSISTENCY = {
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
DATA = [hashlib.sha512(bytes([n])).digest()[: n % 70] for n in range(27)]


def subtree_of(data: list[bytes]) -> Subtree:
    return lambda level, index: log_lab.mth(data[index << level : (index + 1) << level])


def test_the_empty_tree_and_roots_of_certificate_transparency() -> None:
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of(0, 0, subtree_of([])) == EMPTY
    for size, expected in enumerate(CT_ROOTS, 1):
        assert root_of(0, size, subtree_of(CT)).hex() == expected


@pytest.mark.parametrize("where", CT_INCLUSION)
def test_audit_paths_of_certificate_transparency(where: tuple[int, int]) -> None:
    index, size = where
    path = [bytes.fromhex(text) for text in CT_INCLUSION[where]]
    assert inclusion_path(index, size, subtree_of(CT)) == path
    root = root_from_path(index, size, leaf_hash(CT[index]), path)
    assert root is not None
    assert root.hex() == CT_ROOTS[size - 1]


@pytest.mark.parametrize("where", CT_CONSISTENCY)
def test_consistency_proofs_of_certificate_transparency(where: tuple[int, int]) -> None:
    old, new = where
    path = [bytes.fromhex(text) for text in CT_CONSISTENCY[where]]
    assert consistency_path(old, new, subtree_of(CT)) == path
    whole = consistency_path(old, new, subtree_of(CT), whole=True)
    found = both_roots(old, new, whole)
    assert found is not None
    assert [root.hex() for root in found] == [CT_ROOTS[old - 1], CT_ROOTS[new - 1]]


def test_the_example_of_seven_leaves() -> None:
    """RFC 9162, section 2.1.5: nodes named as there."""
    d = CT[:7]
    a, b, c, e, f, j = (leaf_hash(d[n]) for n in (0, 1, 2, 4, 5, 6))
    dd = leaf_hash(d[3])
    g, h, i = node_hash(a, b), node_hash(c, dd), node_hash(e, f)
    k, l_ = node_hash(g, h), node_hash(i, j)
    tree = subtree_of(d)
    assert root_of(0, 7, tree) == node_hash(k, l_)
    assert inclusion_path(0, 7, tree) == [b, h, l_]
    assert inclusion_path(3, 7, tree) == [c, g, l_]
    assert inclusion_path(4, 7, tree) == [f, j, k]
    assert inclusion_path(6, 7, tree) == [i, k]
    assert consistency_path(3, 7, tree) == [c, dd, g, l_]
    assert consistency_path(4, 7, tree) == [l_]
    assert consistency_path(6, 7, tree) == [i, j, k]


def test_proofs_are_those_of_the_definition() -> None:
    tree = subtree_of(DATA)
    for size in range(1, len(DATA) + 1):
        data = DATA[:size]
        root = log_lab.mth(data)
        assert root_of(0, size, tree) == root
        for index in range(size):
            path = inclusion_path(index, size, tree)
            assert path == log_lab.path(index, data)
            assert root_from_path(index, size, leaf_hash(data[index]), path) == root
        for old in range(1, size):
            assert consistency_path(old, size, tree) == log_lab.proof(old, data)
            whole = consistency_path(old, size, tree, whole=True)
            assert both_roots(old, size, whole) == (log_lab.mth(data[:old]), root)


def test_a_path_of_another_length_leads_nowhere() -> None:
    tree = subtree_of(DATA)
    for size in range(1, 20):
        path = inclusion_path(size // 2, size, tree)
        found = leaf_hash(DATA[size // 2])
        assert root_from_path(size // 2, size, found, [*path, EMPTY]) is None
        if path:
            assert root_from_path(size // 2, size, found, path[:-1]) is None
    for old, new in ((1, 2), (3, 7), (4, 8), (6, 13)):
        whole = consistency_path(old, new, tree, whole=True)
        assert both_roots(old, new, [*whole, EMPTY]) is None
        assert both_roots(old, new, whole[:-1]) is None
    assert both_roots(3, 7, []) is None
