"""The registry in one file: what goes in comes out, and only a file of that kind is read."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from amana.errors import AmanaError, InputError, RegistryError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from tests.bundle_lab import Members, bundle_of, members_of, packed
from tests.parser_trials import Parser, trial
from tests.registry_lab import NOW, Lab
from trust_registry import _zip
from trust_registry import bundle as bundles
from trust_registry._inventory import bins_of, read_contents
from trust_registry.bundle import (
    check_anchor,
    open_bundle,
    pack_of,
    read_bundle,
    read_header,
    write_bundle,
)
from trust_registry.sources import FolderSource, read_all


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(tmp_path_factory.mktemp("bundle"))
    made.begin()
    return made


@pytest.fixture(scope="module")
def bundle(lab: Lab) -> bytes:
    return bundle_of(lab)


def refused(call: Callable[[], object], error: type[AmanaError] = RegistryError) -> Reason:
    with pytest.raises(error) as caught:
        call()
    return caught.value.reason


def test_every_published_file_comes_out_again(lab: Lab, bundle: bytes) -> None:
    """C11: a verifier needs nothing else than this one file, and its trust anchor."""
    found = read_bundle(bundle)
    names = [p.relative_to(lab.published).as_posix() for p in lab.published.rglob("*.*")]
    files = [name for name in names if (lab.published / name).is_file()]
    assert len(files) > 10
    for name in files:
        assert read_all(found, name, limit=10**6) == (lab.published / name).read_bytes()
    assert found.header.version == 1
    assert found.header.published == NOW
    assert found.header.anchor == hashlib.sha256(lab.consortium.anchor).hexdigest()
    for name in ("metadata/9.root.json", "bundle.json/", f"targets/{'0' * 64}.registry.json", "x"):
        assert found.fetch(name) is None


def test_the_same_registry_gives_the_same_bytes(lab: Lab, bundle: bytes) -> None:
    assert bundle_of(lab) == bundle
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_pack_that_grows_large_goes_on(
    lab: Lab, bundle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "_PART", 400)
    split = bundle_of(lab)
    names = [name for name, _ in members_of(split)]
    assert "packs/targets.1" in names
    assert len(names) > len(members_of(bundle))
    found = read_bundle(split)
    for path in (lab.published / "targets").rglob("*.json"):
        name = path.relative_to(lab.published).as_posix()
        assert read_all(found, name, limit=10**6) == path.read_bytes()


@pytest.mark.parametrize(
    ("path", "bins", "pack"),
    [
        ("registry.json", 10, "targets"),
        ("entries/x.json", 0, "entries"),
        ("issued/x/k.json", 0, "status"),
        ("registrars/north.json", 10, "targets"),
        ("registrars/north/entries/x.json", 10, "registrar-north"),
        ("registrars/No/entries/x.json", 10, "targets"),
    ],
)
def test_where_a_target_lies(path: str, bins: int, pack: str) -> None:
    assert pack_of(path, bins) == f"packs/{pack}"


def test_bins_are_those_of_the_metadata() -> None:
    from tuf.api.metadata import SuccinctRoles

    for bits in (1, 4, 5, 10, 16):
        for path in ("entries/a.json", "status/a/1.json", "issued/a/key-1.json"):
            parent = "entries" if path.startswith("entries") else "status"
            role = SuccinctRoles([], 1, bits, parent).get_role_for_target(path)
            assert pack_of(path, bits) == f"packs/{role}"


# --- What is no bundle --------------------------------------------------------------------------


def _named(data: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    assert data.count(old) == 2
    return data.replace(old, new)


def _with(change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("metadata/x", (1980, 1, 1, 0, 0, 0))
        info.create_system, info.external_attr = 3, 0o100644 << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        change(info)
        archive.writestr(info, b"{}")
    return out.getvalue()


def _link(info: zipfile.ZipInfo) -> None:
    info.external_attr = 0o120777 << 16


def _stored(info: zipfile.ZipInfo) -> None:
    info.compress_type = zipfile.ZIP_STORED


def _dated(info: zipfile.ZipInfo) -> None:
    info.date_time = (2026, 11, 22, 0, 0, 0)


def _commented(info: zipfile.ZipInfo) -> None:
    info.comment = b"a word"


def _extra(info: zipfile.ZipInfo) -> None:
    info.extra = b"\x99\x99\x00\x00"


@pytest.mark.parametrize("change", [_link, _stored, _dated, _commented, _extra])
def test_a_member_of_another_kind(change: Callable[[zipfile.ZipInfo], None]) -> None:
    with pytest.raises(RegistryError) as caught:
        read_bundle(_with(change))
    assert caught.value.reason is Reason.BAD_BUNDLE
    assert caught.value.where == {"file": "bundle", "member": "metadata/x"}


def _end(data: bytes, place: int, value: bytes) -> bytes:
    at = len(data) - 22 + place
    return data[:at] + value + data[at + len(value) :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"PK",
        lambda _: b"\x89PNG" * 100,
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data + b"\n",
        lambda data: b"#!/bin/sh\n" + data,
        lambda data: data + data,
        lambda data: _end(data, 4, b"\1"),
        lambda data: _end(data, 6, b"\1"),
        lambda data: _end(data, 8, b"\1"),
        lambda data: _end(data, 8, b"\1\0\1\0"),  # fewer members than the directory has
        lambda data: _end(data, 8, b"\0\1\0\1"),  # more of them
        lambda data: _named(data, b"metadata/1.root.json", b"metadata/../../x.js."),
        lambda data: _named(data, b"metadata/1.root.json", b"/etc/passwd.root.jso"),
        lambda data: _named(data, b"metadata/1.root.json", b"metadata\\1.root.json"),
        lambda data: _named(data, b"metadata/1.root.json", b"anything/1.root.json"),
        lambda data: _named(data, b"bundle.json", b"bumble.json"),
        lambda data: data.replace(b"PK\1\2", b"PK\1\3", 1),
        lambda data: data.replace(b"PK\5\6", b"PK\5\7"),
    ],
)  # fmt: skip
def test_files_that_are_no_bundle(bundle: bytes, spoil: Callable[[bytes], bytes]) -> None:
    spoiled = spoil(bundle)
    assert spoiled != bundle
    assert refused(lambda: read_bundle(spoiled)) is Reason.BAD_BUNDLE


def test_two_members_of_one_name(bundle: bytes) -> None:
    twice = [*members_of(bundle), ("metadata/1.root.json", b"{}")]
    with pytest.warns(UserWarning, match="Duplicate name"):
        spoiled = packed(twice)
    assert refused(lambda: read_bundle(spoiled)) is Reason.BAD_BUNDLE


def test_members_that_overlap(bundle: bytes) -> None:
    """The second of two directory records points at the first one's bytes."""
    out = io.BytesIO(packed([("metadata/a", b"x" * 100), ("metadata/b", b"x" * 100)]))
    data = bytearray(out.getvalue())
    second = data.index(b"PK\1\2", data.index(b"PK\1\2") + 4)
    data[second + 42 : second + 46] = b"\0\0\0\0"
    assert refused(lambda: read_bundle(bytes(data))) is Reason.BAD_BUNDLE


def test_bytes_between_the_last_member_and_the_directory() -> None:
    data = packed([("metadata/a", b"x")])
    start = data.index(b"PK\1\2")
    end = len(data) - 22
    moved = data[:start] + b"hidden" + data[start:]
    moved = moved[: end + 6 + 16] + (start + 6).to_bytes(4, "little") + moved[end + 6 + 20 :]
    assert refused(lambda: read_bundle(moved)) is Reason.BAD_BUNDLE


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(bundle_bytes=1_000), Reason.TOO_LARGE),
        (Limits(bundle_members=5), Reason.ZIP_BOMB),
        (Limits(bundle_member_bytes=500), Reason.ZIP_BOMB),
        (Limits(bundle_inflated_bytes=5_000), Reason.ZIP_BOMB),
    ],
)
def test_bounds(bundle: bytes, limits: Limits, reason: Reason) -> None:
    assert refused(lambda: read_bundle(bundle, limits=limits)) is reason


def _entry_of(found: bundles.BundleSource, lab: Lab) -> object:
    name = lab.target(lab.relief.entry_path).relative_to(lab.published).as_posix()
    return found.fetch(name)


def _in_member(data: bytes, name: bytes, place: int) -> bytes:
    """Turn one bit over in what follows the local header of a member."""
    at = data.index(name) + len(name) + place
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("place", [-35, 0, 3, 40, 200])
def test_damage_shows_when_a_member_is_read(bundle: bytes, place: int) -> None:
    found = read_bundle(_in_member(bundle, b"metadata/1.root.json", place))
    assert refused(lambda: found.fetch("metadata/1.root.json")) is Reason.BAD_BUNDLE


def test_checksums_and_sizes_are_looked_at() -> None:
    good = packed([("bundle.json", b"{}"), ("metadata/x", b"abc")])
    whole = read_bundle_members(good)
    for field, value in (("crc", 1), ("size", 2), ("size", 4)):
        member = replace(whole["metadata/x"], **{field: value})
        spoiled = good.replace(_header(whole["metadata/x"]), _header(member))
        call = lambda s=spoiled, m=member: _zip.read_member(io.BytesIO(s), m, name="b")  # noqa: E731
        assert refused(call) is Reason.BAD_BUNDLE


def read_bundle_members(data: bytes) -> dict[str, Any]:
    return dict(_zip.read_directory(io.BytesIO(data), name="b", limits=LIMITS))


def _header(member: Any) -> bytes:
    return b"".join(part.to_bytes(4, "little") for part in (member.crc, member.packed, member.size))


@pytest.mark.parametrize("pack", [b"\0", b"\0\0\0\5abc", b"\0\0\0\1ab"])
def test_a_pack_that_is_cut_short(lab: Lab, bundle: bytes, pack: bytes) -> None:
    spoiled = [
        (name, pack if name.startswith("packs/entries") else data)
        for name, data in members_of(bundle)
    ]
    found = read_bundle(packed(spoiled))
    assert refused(lambda: _entry_of(found, lab)) is Reason.BAD_BUNDLE


# --- The header ---------------------------------------------------------------------------------

HEADER: dict[str, Any] = {
    "format": "amana-registry-bundle",
    "formatVersion": 1,
    "anchor": "0" * 64,
    "version": 3,
    "snapshot": 4,
    "published": "2026-11-22T12:00:00Z",
    "bins": 10,
}


def test_a_header_reads_as_it_was_written() -> None:
    assert read_header(canonical(HEADER)).data() == canonical(HEADER)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"formatVersion": 2}, Reason.BAD_BUNDLE),
        ({"format": "zip"}, Reason.BAD_BUNDLE),
        ({"more": 1}, Reason.BAD_BUNDLE),
        ({"anchor": None}, Reason.BAD_BUNDLE),
        ({"published": 5}, Reason.BAD_BUNDLE),
        ({"published": "yesterday"}, Reason.BAD_DATE),
        ({"bins": 33}, Reason.BAD_BUNDLE),
        ({"bins": True}, Reason.BAD_BUNDLE),
        ({"version": -1}, Reason.BAD_BUNDLE),
        ({"snapshot": "4"}, Reason.BAD_BUNDLE),
    ],
)
def test_headers_that_are_none(bundle: bytes, changes: dict[str, Any], reason: Reason) -> None:
    data = canonical({**HEADER, **changes})
    assert refused(lambda: read_header(data), InputError) is reason
    members: Members = [("bundle.json", data), *members_of(bundle)[1:]]
    assert refused(lambda: read_bundle(packed(members))) is reason


def test_a_header_that_is_a_book(bundle: bytes) -> None:
    members: Members = [("bundle.json", b" " * 5_000), *members_of(bundle)[1:]]
    assert refused(lambda: read_bundle(packed(members))) is Reason.BAD_BUNDLE


def test_the_anchor_speaks_for_the_first_root_only(lab: Lab) -> None:
    root = lab.consortium.anchor
    check_anchor(hashlib.sha256(root).hexdigest(), root=root, name="x")
    call = lambda: check_anchor("0" * 64, root=root, name="x")  # noqa: E731
    assert refused(call) is Reason.ANOTHER_REGISTRY
    check_anchor("0" * 64, root=root.replace(b'"version":1}', b'"version":2}'), name="x")


# --- Sources that fail --------------------------------------------------------------------------


def test_a_folder_with_something_missing_is_not_packed(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    pack = lambda: bundle_of(lab)  # noqa: E731
    entry = lab.target(lab.relief.entry_path)
    whole = entry.read_bytes()
    entry.write_bytes(whole + b" ")
    assert refused(pack) is Reason.REGISTRY_CORRUPT
    entry.unlink()
    assert refused(pack) is Reason.REGISTRY_CORRUPT
    entry.write_bytes(whole)
    (lab.published / "metadata/1.root.json").unlink()
    assert refused(pack) is Reason.REGISTRY_CORRUPT
    (lab.published / "metadata/timestamp.json").unlink()
    assert refused(pack) is Reason.REGISTRY_MISSING


def _edited(name: str, change: Callable[[Any], object]) -> Callable[[Lab], object]:
    def in_signed(document: Any) -> None:
        change(document["signed"])

    return lambda lab: lab.edit(name, in_signed)


@pytest.mark.parametrize(
    "edit",
    [
        _edited("metadata/1.snapshot.json", lambda at: at["meta"].pop("targets.json")),
        _edited("metadata/1.snapshot.json", lambda at: at["meta"].update({"root.json": {}})),
        _edited("metadata/1.snapshot.json", lambda at: at["meta"].update({"../x.json": {}})),
        _edited("metadata/1.snapshot.json", lambda at: at["meta"].update({"targets.json": 1})),
        _edited("metadata/1.snapshot.json", lambda at: at.update(meta=[])),
        _edited(
            "metadata/timestamp.json", lambda at: at["meta"]["snapshot.json"].update(version=0)
        ),
        _edited(
            "metadata/timestamp.json", lambda at: at["meta"]["snapshot.json"].update(version=9)
        ),
        _edited(
            "metadata/1.targets.json", lambda at: at["targets"].update({"../x": {"hashes": {}}})
        ),
        _edited("metadata/1.targets.json", lambda at: at["targets"].update({"x": {"hashes": {}}})),
        _edited("metadata/1.targets.json", lambda at: at["targets"].pop("registry.json")),
        _edited(
            "metadata/1.entries.json",
            lambda at: at["delegations"]["succinct_roles"].update(bit_length=33),
        ),
        lambda lab: (lab.published / "metadata/1.entries.json").write_bytes(b"{"),
    ],
)
def test_metadata_of_no_registry_is_not_packed(
    lab: Lab, tmp_path: Path, edit: Callable[[Lab], object]
) -> None:
    from types import SimpleNamespace

    copy = shutil.copytree(lab.published, tmp_path / "copy")
    edited: Any = SimpleNamespace(published=copy)
    edited.edit = partial(Lab.edit, edited)
    edit(edited)
    with pytest.raises(RegistryError) as caught:
        bundle_of(edited)
    assert caught.value.reason in (Reason.REGISTRY_CORRUPT, Reason.NOT_JSON)
    assert caught.value.where["file"]


def test_statements_and_bins_of_other_kinds(lab: Lab, tmp_path: Path) -> None:
    """Without bins a pack holds all entries; without an instant there is no bundle."""
    copy = Path(shutil.copytree(lab.published, tmp_path / "copy"))
    source = FolderSource(copy)
    contents = read_contents(source)
    assert bins_of(source, contents) == 1
    for name in ("metadata/1.entries.json", "metadata/1.snapshot.json"):
        document = json.loads((copy / name).read_bytes())
        document["signed"].pop("delegations", None)
        document["signed"].get("meta", {}).pop("entries.json", None)
        (copy / name).write_text(json.dumps(document))
        assert bins_of(source, read_contents(source)) == 0
    (statement,) = (copy / "targets").glob("*.registry.json")
    for instant in ("yesterday", 5):
        data = canonical({"published": instant})
        digest = hashlib.sha256(data).hexdigest()
        statement.with_name(f"{digest}.registry.json").write_bytes(data)
        document = json.loads((copy / "metadata/1.targets.json").read_bytes())
        document["signed"]["targets"]["registry.json"]["hashes"]["sha256"] = digest
        (copy / "metadata/1.targets.json").write_text(json.dumps(document))
        reason = Reason.BAD_DATE if instant == "yesterday" else Reason.REGISTRY_CORRUPT
        assert refused(lambda: write_bundle(source, io.BytesIO())) is reason


def test_no_more_roots_than_a_registry_has(lab: Lab, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(lab.published, tmp_path / "copy"))
    for number in (2, 3):
        (copy / f"metadata/{number}.root.json").write_bytes(b"{}")
    roots = read_contents(FolderSource(copy), limits=Limits(registry_roots=2)).roots
    assert roots == ("metadata/1.root.json", "metadata/2.root.json")


class _Pulled(io.BytesIO):
    pulled = False

    def read(self, size: int | None = -1, /) -> bytes:
        if self.pulled:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_a_stick_that_is_pulled_out(bundle: bytes) -> None:
    file = _Pulled(bundle)
    found = bundles.BundleSource(file, name="stick.amana")
    file.pulled = True
    with pytest.raises(RegistryError) as caught:
        found.fetch("metadata/timestamp.json")
    assert caught.value.reason is Reason.UNREADABLE_FILE
    assert caught.value.where == {"file": "stick.amana"}
    assert refused(lambda: bundles.BundleSource(file)) is Reason.UNREADABLE_FILE


def test_a_bundle_on_a_disk(tmp_path: Path, lab: Lab) -> None:
    file = tmp_path / "x.amana"
    with file.open("w+b") as out:
        write_bundle(FolderSource(lab.published), out)
    with open_bundle(file) as found:
        assert found.header.version == 1

    def opened() -> None:
        with open_bundle(tmp_path / "none.amana"):
            pass

    assert refused(opened) is Reason.UNREADABLE_FILE


def test_noise_is_refused_with_our_errors_only(bundle: bytes) -> None:
    figures = trial("bundle", Parser(read_bundle, [bundle], (RegistryError,)), seed=7, count=2_000)
    assert figures["refused"] > 500
    header = Parser(read_header, [json.dumps(HEADER).encode()], values=True)
    assert trial("header", header, seed=7, count=500)["refused"] > 100
