"""What changed since a version: exact, small, and fit for one state only."""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.errors import AmanaError, InputError, RegistryError
from amana.jcs import canonical
from amana.limits import Limits
from amana.reasons import Reason
from tests.bundle_lab import bundle_of, delta_of
from tests.parser_trials import Parser, trial
from tests.registry_lab import Lab
from trust_registry._inventory import snapshot_of
from trust_registry._patch import apply_patch, make_patch
from trust_registry.bundle import read_bundle
from trust_registry.delta import build_delta, is_delta, read_delta
from trust_registry.sources import FolderSource, Source, read_all


class Versions:
    """A registry at its first version, and at its second, with one organisation more."""

    def __init__(self, folder: Path) -> None:
        self.lab = Lab(folder)
        self.lab.begin()
        self.old = FolderSource(self.lab.copy("old"))
        self.bundle = bundle_of(self.lab)
        self.other = self.lab.issuer("other.example")
        self.lab.consortium.put_entry(self.other.entry())
        self.lab.publish()
        self.new = FolderSource(self.lab.published)
        self.delta = delta_of(self.lab, self.old)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Versions:
    return Versions(tmp_path_factory.mktemp("delta"))


def refused(call: Callable[[], object], error: type[AmanaError] = RegistryError) -> Reason:
    with pytest.raises(error) as caught:
        call()
    return caught.value.reason


def files_of(delta: bytes) -> list[dict[str, Any]]:
    return list(head_of(delta)["files"])


def text_of(delta: bytes) -> bytes:
    return zlib.decompress(delta[len(b"amana-delta-1\n") :], -15)


def head_of(delta: bytes) -> dict[str, Any]:
    text = text_of(delta)
    found = json.loads(text[4 : 4 + int.from_bytes(text[:4])])
    assert isinstance(found, dict)
    return found


def deflated(text: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"amana-delta-1\n" + packer.compress(text) + packer.flush()


def with_head(delta: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    text, head = text_of(delta), head_of(delta)
    body = text[4 + int.from_bytes(text[:4]) :]
    change(head)
    data = canonical(head)
    return deflated(len(data).to_bytes(4) + data + body)


def test_every_new_file_comes_out_exactly(versions: Versions) -> None:
    """C11: an update fits through a thin link; what comes out is what the members signed."""
    found = read_delta(versions.delta, base=versions.old, root=versions.lab.consortium.anchor)
    names = [file["name"] for file in files_of(versions.delta)]
    assert len(names) == len(set(names)) > 5
    for name in [*names, "metadata/1.root.json"]:
        expected = (versions.lab.published / name).read_bytes()
        assert read_all(found, name, limit=10**6) == expected
    assert found.fetch("metadata/9.root.json") is None
    assert is_delta(versions.delta)
    assert not is_delta(versions.bundle)
    whole = sum(file["size"] for file in files_of(versions.delta))
    assert len(versions.delta) < whole / 2


def test_a_bundle_or_an_older_version_serves_as_base(versions: Versions) -> None:
    assert build_delta(versions.new, base=read_bundle(versions.bundle)) == versions.delta
    since = snapshot_of(versions.new, 1)
    assert build_delta(versions.new, base=versions.new, base_snapshot=since) == versions.delta
    for version in (0, 9):
        assert refused(partial(snapshot_of, versions.new, version)) is Reason.BASE_MISSING
    pruned = _Without("metadata/1.snapshot.json", versions.new)
    assert refused(lambda: snapshot_of(pruned, 1)) is Reason.BASE_MISSING


def test_nothing_changed(versions: Versions) -> None:
    empty = build_delta(versions.new, base=versions.new)
    assert [file["name"] for file in files_of(empty)] == ["metadata/timestamp.json"]


def test_a_state_that_has_it_is_left_alone(versions: Versions) -> None:
    again = read_delta(versions.delta, base=_Held(versions.new))
    name = "metadata/timestamp.json"
    assert read_all(again, name, limit=10**6) == read_all(versions.new, name, limit=10**6)


class _Without:
    """A source that lost one file."""

    def __init__(self, name: str, source: Source) -> None:
        self._name = name
        self._source = source

    def fetch(self, name: str) -> Iterator[bytes] | None:
        return None if name == self._name else self._source.fetch(name)


class _Held:
    """As a device's memory: it has one snapshot.json, whichever version is asked for."""

    def __init__(self, source: Source, snapshot: int = 2) -> None:
        self._source = source
        self._snapshot = snapshot

    def fetch(self, name: str) -> Iterator[bytes] | None:
        if name.endswith(".snapshot.json"):
            name = f"metadata/{self._snapshot}.snapshot.json"
        return self._source.fetch(name)


def test_a_delta_for_another_state(versions: Versions, tmp_path: Path) -> None:
    lab = versions.lab
    third = delta_between(versions.new, versions.old)
    assert third is Reason.ROLLBACK
    head = head_of(versions.delta)
    head["base"]["sha256"] = "0" * 64

    def point(at: dict[str, Any], snapshot: int) -> None:
        at["base"]["sha256"] = "0" * 64
        at["snapshot"] = snapshot

    newer = with_head(versions.delta, lambda at: point(at, 9))
    assert refused(lambda: read_delta(newer, base=_Held(versions.old, 1))) is Reason.BASE_MISSING
    older = with_head(versions.delta, lambda at: point(at, 1))
    assert refused(lambda: read_delta(older, base=_Held(versions.new))) is Reason.ROLLBACK
    empty = FolderSource(tmp_path)
    assert refused(lambda: read_delta(versions.delta, base=empty)) is Reason.BASE_MISSING
    foreign = with_head(versions.delta, lambda at: at.update(anchor="0" * 64))
    call = lambda: read_delta(foreign, base=versions.old, root=lab.consortium.anchor)  # noqa: E731
    assert refused(call) is Reason.ANOTHER_REGISTRY


def delta_between(base: Source, new: Source) -> Reason:
    return refused(lambda: build_delta(new, base=base))


def test_two_consortia_have_no_delta(versions: Versions, tmp_path: Path) -> None:
    other = Lab(tmp_path, label="other")
    other.begin()
    published = FolderSource(other.published)
    assert delta_between(published, versions.new) is Reason.ANOTHER_REGISTRY


def test_a_base_that_lost_a_file(versions: Versions) -> None:
    lossy = _Without("metadata/1.targets.json", versions.old)
    found = read_delta(versions.delta, base=lossy)
    assert refused(lambda: found.fetch("metadata/2.targets.json")) is Reason.BASE_MISSING
    assert delta_between(lossy, versions.new) is Reason.REGISTRY_CORRUPT


def test_a_folder_with_something_wrong_has_no_delta(versions: Versions, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(versions.lab.published, tmp_path / "copy"))
    entry = copy / versions.lab.target(versions.other.entry_path).relative_to(
        versions.lab.published
    )
    entry.write_bytes(b"{}")
    assert delta_between(versions.old, FolderSource(copy)) is Reason.REGISTRY_CORRUPT
    entry.unlink()
    assert delta_between(versions.old, FolderSource(copy)) is Reason.REGISTRY_CORRUPT


def test_too_much_for_a_delta(versions: Versions) -> None:
    for limits in (Limits(delta_bytes=100), Limits(delta_files=1)):
        call = lambda most=limits: build_delta(versions.new, base=versions.old, limits=most)  # noqa: E731
        assert refused(call) is Reason.TOO_LARGE


def _spoil(head: dict[str, Any], **changes: Any) -> None:
    head["files"][0].update(changes)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda data: data[:-3], Reason.BAD_BUNDLE),
        (lambda data: data + b"x", Reason.BAD_BUNDLE),
        (lambda data: data[1:], Reason.BAD_BUNDLE),
        (lambda data: data[:14] + b"\xff" * 20, Reason.BAD_BUNDLE),
        (lambda data: deflated(text_of(data) + b"x"), Reason.BAD_BUNDLE),
        (lambda data: deflated(text_of(data)[:-1]), Reason.BAD_BUNDLE),
        (lambda _: deflated(b"\0\0\0\2[]"), Reason.BAD_BUNDLE),
        (lambda _: deflated(b"\0\0\0\2{}"), Reason.BAD_BUNDLE),
        (lambda _: deflated(b"\0\0\0\2{"), Reason.NOT_JSON),
        (lambda _: deflated(b"\0" * 2_000_000), Reason.ZIP_BOMB),
        (lambda data: with_head(data, lambda at: at.update(more=1)), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: at.update(version="2")), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: at.update(anchor=2)), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: at.update(files={})), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: at.update(base=[])), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: at["base"].pop("version")), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: at["files"].append(1)), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: _spoil(at, bytes=-1)), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: _spoil(at, bytes=10**9)), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: _spoil(at, size=10**9)), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: _spoil(at, name=None)), Reason.BAD_BUNDLE),
        (lambda data: with_head(data, lambda at: _spoil(at, more=None)), Reason.BAD_BUNDLE),
        (
            lambda data: with_head(
                data, lambda at: _spoil(at, name=at["files"][1]["name"], bytes=0)
            ),
            Reason.BAD_BUNDLE,
        ),
    ],
)
def test_files_that_are_no_delta(
    versions: Versions, spoil: Callable[[bytes], bytes], reason: Reason
) -> None:
    spoiled = spoil(versions.delta)
    limits = Limits(delta_bytes=1_000_000)
    call = lambda: read_delta(spoiled, base=versions.old, limits=limits)  # noqa: E731
    assert refused(call) is reason


@pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"size": 5}, {"from": "metadata/x"}])
def test_files_that_come_out_otherwise(versions: Versions, changes: dict[str, Any]) -> None:
    name = "metadata/2.targets.json"

    def spoil(head: dict[str, Any]) -> None:
        next(file for file in head["files"] if file["name"] == name).update(changes)

    found = read_delta(with_head(versions.delta, spoil), base=versions.old)
    expected = Reason.BASE_MISSING if "from" in changes else Reason.BAD_BUNDLE
    assert refused(lambda: found.fetch(name)) is expected


def test_a_new_root_goes_along(tmp_path: Path) -> None:
    """An old snapshot does not tell which roots its readers knew, so all but the first go."""
    lab = Lab(tmp_path)
    lab.begin()
    old = FolderSource(lab.copy("old"))
    root = json.loads(lab.consortium.anchor)
    root["signed"]["version"] = 2
    (lab.published / "metadata/2.root.json").write_text(json.dumps(root))
    new = FolderSource(lab.published)
    for delta in (
        build_delta(new, base=old),
        build_delta(new, base=new, base_snapshot=snapshot_of(new, 1)),
    ):
        assert "metadata/2.root.json" in [file["name"] for file in files_of(delta)]
        found = read_delta(delta, base=old)
        assert read_all(found, "metadata/2.root.json", limit=10**6) == json.dumps(root).encode()
    whole = build_delta(new, base=new)
    assert "metadata/2.root.json" not in [file["name"] for file in files_of(whole)]


def test_noise_is_refused_with_our_errors_only(versions: Versions) -> None:
    def parse(data: bytes) -> None:
        found = read_delta(data, base=versions.old)
        for file in files_of(versions.delta):
            found.fetch(file["name"])

    def made(random: Random) -> bytes:
        text = bytearray(text_of(versions.delta))
        text[random.randrange(len(text))] ^= 1 << random.randrange(8)
        return deflated(bytes(text))

    parser = Parser(parse, [versions.delta], (RegistryError,), made=made)
    assert trial("delta", parser, seed=7, count=600)["refused"] > 300


# --- Patches ------------------------------------------------------------------------------------

_PIECES = st.sampled_from([b"abcdefghijklmnop", b"0123456789abcdef" * 3, b"x", b"\n"])
_TEXTS = st.lists(_PIECES, max_size=12)


@given(old=_TEXTS, new=_TEXTS)
@settings(max_examples=100)
def test_a_patch_makes_the_new_text(old: list[bytes], new: list[bytes]) -> None:
    before, after = b"".join(old), b"".join(new)
    assert apply_patch(before, make_patch(before, after), size=len(after)) == after


@given(st.binary(max_size=40), st.integers(min_value=0, max_value=100))
def test_any_steps_end_in_a_text_or_an_error(steps: bytes, size: int) -> None:
    with suppress(InputError):
        assert len(apply_patch(b"0123456789" * 5, steps, size=size)) == size


@pytest.mark.parametrize(
    "steps",
    [
        b"\x80", b"\xff" * 6, b"\x04a", b"\x15\x00", b"\x03\x05", b"\x02a\x02b", b"\x15", b"",
        b"\x03\x01",
    ],
)  # fmt: skip
def test_steps_that_lead_nowhere(steps: bytes) -> None:
    assert refused(lambda: apply_patch(b"abc", steps, size=1), InputError) is Reason.BAD_BUNDLE


def test_a_patch_is_short() -> None:
    random = Random(7)
    old = bytearray(random.randbytes(50_000).hex().encode())
    new = bytes(old[:30_000] + b"something else" + old[30_100:])
    assert len(make_patch(bytes(old), new)) < 40
    repeated = b"the same sixteen" * 100
    assert len(make_patch(repeated, repeated + b"!" + repeated)) < 20
    moved = bytes(old[50_000:] + old[:50_000])
    assert len(make_patch(bytes(old), moved)) < 40
