"""Offline first: pins, then what is kept, then the network; and what each of them is worth."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amana.cli import main
from amana.did.key import verification_method
from amana.did.webvh import log_url
from amana.did.webvh_author import update
from amana.errors import AmanaError, InputError, VerificationError
from amana.reasons import Reason
from tests import did_lab as lab
from tests.amana_samples import ISSUER, KEY_ID, did_document, key, refused, written
from tests.did_lab import NOW, START, key_of, multikey
from tests.registry_lab import Lab
from trust_registry import cli
from trust_registry.resolve import DiskCache, Kept, Resolver, Source
from trust_registry.snapshot import Entry, KeyChange, PinnedKey, Snapshot, State, StatusChange

URL = "https://aid.example/.well-known/did.json"


@dataclass
class Web:
    """Hosts that serve what a test wants, and who was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str, limit: int, *, private: bool = False) -> bytes:
        assert not private
        self.asked.append(url)
        if url not in self.files:
            raise InputError(Reason.DID_NOT_FOUND, "nobody there")
        assert len(self.files[url]) <= limit
        return self.files[url]


def pinned(label: str = "issuer", did: str = ISSUER, **changes: Any) -> Snapshot:
    given: dict[str, Any] = {
        "id": f"{did}#key-1",
        "public": key(label).public,
        "relationships": frozenset({"assertionMethod"}),
        "history": (KeyChange(since=START, state=State.GRANTED),),
    }
    entry = Entry(
        did=did,
        names={"en": "Aid"},
        keys={f"{did}#key-1": PinnedKey(**{**given, **changes})},
        actions=frozenset(),
        history=(StatusChange(since=START, state=State.GRANTED, reason="accredited"),),
        registrar="the members",
        appeals="a@circle.example",
        dossier="0" * 64,
    )
    return Snapshot(version=3, published=NOW, name="C", entries={did: entry}, status_lists={})


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path / "dids")


def web(**changes: Any) -> Web:
    return Web({URL: written(did_document(**changes))})


# --- pins


def test_what_is_pinned_is_asked_of_nobody(cache: DiskCache) -> None:
    """A new key on the host of a pinned DID is not even seen (C111)."""
    hosts = web()
    cache.put(ISSUER, Kept(data=hosts.files[URL], fetched=NOW))
    resolver = Resolver(snapshot=pinned("other"), cache=cache, fetch=hosts)
    found = resolver.resolve(ISSUER, now=NOW + timedelta(days=3))
    assert found.document.assertion_method == {KEY_ID: key("other").public}
    assert found.document.authentication == {}
    assert (found.source, found.age, found.reason) == (Source.REGISTRY, timedelta(days=3), None)
    assert hosts.asked == []


@pytest.mark.parametrize(
    ("state", "at", "reason"),
    [
        (State.GRANTED, NOW, None),
        (State.COMPROMISED, START + timedelta(days=9), None),
        (State.COMPROMISED, NOW, Reason.KEY_ENDED),
        (State.RETIRED, NOW, Reason.KEY_ENDED),
        (State.GRANTED, START - timedelta(days=1), Reason.KEY_UNKNOWN),
    ],
)
def test_pinned_keys_in_their_time(state: State, at: datetime, reason: Reason | None) -> None:
    changed = KeyChange(since=START + timedelta(days=10), state=state)
    granted = KeyChange(since=START, state=State.GRANTED)
    resolver = Resolver(snapshot=pinned(history=(granted, changed)))
    call = lambda: resolver.key(KEY_ID, purpose="assertionMethod", now=at)  # noqa: E731
    if reason is None:
        assert call() == key("issuer").public
    else:
        assert refused(call, error=VerificationError) is reason


def test_an_organisation_that_lost_its_standing_lost_its_keys() -> None:
    snapshot = pinned()
    (entry,) = snapshot.entries.values()
    gone = StatusChange(since=START + timedelta(days=9), state=State.WITHDRAWN, reason="fraud")
    resolver = Resolver(
        snapshot=replace(snapshot, entries={ISSUER: replace(entry, history=(*entry.history, gone))})
    )
    call = lambda: resolver.key(KEY_ID, purpose="assertionMethod", now=NOW)  # noqa: E731
    assert refused(call, error=VerificationError) is Reason.KEY_ENDED


# --- identifiers


def test_a_did_key_holds_its_key_and_no_trust() -> None:
    public = key("holder").public
    found = Resolver().resolve(public.did, now=NOW)
    assert found.document.authentication == {verification_method(public.did): public}
    assert (found.source, found.age, found.reason) == (
        Source.IDENTIFIER,
        None,
        Reason.ISSUER_UNKNOWN,
    )


@pytest.mark.parametrize(
    ("did", "reason"),
    [
        ("", Reason.BAD_DID),
        ("aid.example", Reason.BAD_DID),
        ("did:ion:" + "a" * 512, Reason.BAD_DID),
        ("did:web:Aid.example", Reason.BAD_DID),
        ("did:webvh:x:aid.example", Reason.BAD_DID),
        ("did:key:zz", Reason.KEY_KIND_UNKNOWN),
        ("did:ion:EiClkZMDxPKqC9c", Reason.DID_METHOD_UNKNOWN),
        (ISSUER, Reason.DID_NOT_FOUND),
    ],
)
def test_dids_that_are_not_resolved(did: str, reason: Reason) -> None:
    resolver = Resolver(snapshot=pinned(did="did:web:b.example"))
    assert refused(lambda: resolver.resolve(did, now=NOW)) is reason


# --- the network, and what is kept of it


def test_the_network_is_asked_once_and_its_answer_kept(cache: DiskCache) -> None:
    hosts = web()
    resolver = Resolver(snapshot=pinned(did="did:web:b.example"), cache=cache, fetch=hosts)
    first = resolver.resolve(ISSUER, now=NOW)
    assert (first.source, first.age) == (Source.NETWORK, timedelta(0))
    assert first.reason is Reason.ISSUER_UNKNOWN
    again = resolver.resolve(ISSUER, now=NOW + timedelta(minutes=50))
    assert (again.source, again.age) == (Source.CACHE, timedelta(minutes=50))
    assert again.document == first.document
    assert hosts.asked == [URL]
    resolver.resolve(ISSUER, now=NOW + timedelta(hours=2))
    assert hosts.asked == [URL, URL]


def test_without_a_cache_nothing_is_kept() -> None:
    hosts = web()
    for _ in range(2):
        assert Resolver(fetch=hosts).resolve(ISSUER, now=NOW).source is Source.NETWORK
    assert len(hosts.asked) == 2


def test_offline_what_is_kept_is_told_with_its_age(cache: DiskCache) -> None:
    """C11: old is told, not hidden."""
    Resolver(cache=cache, fetch=web()).resolve(ISSUER, now=NOW)
    found = Resolver(cache=cache).resolve(ISSUER, now=NOW + timedelta(days=400))
    assert (found.source, found.age) == (Source.CACHE, timedelta(days=400))
    early = Resolver(cache=cache).resolve(ISSUER, now=NOW - timedelta(days=1))
    assert (early.as_of, early.age) == (NOW, None)


def test_a_clock_that_went_back_makes_nothing_fresh(cache: DiskCache) -> None:
    hosts = web()
    resolver = Resolver(cache=cache, fetch=hosts)
    for at in (NOW, NOW - timedelta(days=1)):
        assert resolver.resolve(ISSUER, now=at).source is Source.NETWORK


@pytest.mark.parametrize(
    ("served", "reason"),
    [
        ({}, Reason.DID_NOT_FOUND),
        ({URL: b"<html>"}, Reason.NOT_JSON),
        ({URL: written(did_document(id="did:web:other.example"))}, Reason.BAD_DID),
    ],
)
def test_a_bad_answer_leaves_what_was_kept(
    cache: DiskCache, served: dict[str, bytes], reason: Reason
) -> None:
    Resolver(cache=cache, fetch=web()).resolve(ISSUER, now=NOW)
    later = NOW + timedelta(days=2)
    found = Resolver(cache=cache, fetch=Web(served)).resolve(ISSUER, now=later)
    assert (found.source, found.refused) == (Source.CACHE, reason)
    assert found.document.assertion_method == {KEY_ID: key("issuer").public}
    empty = DiskCache(Path("no such folder"))
    call = lambda: Resolver(cache=empty, fetch=Web(served)).resolve(ISSUER, now=later)  # noqa: E731
    assert refused(call, error=InputError) is reason


# --- did:webvh


def served(did: str, data: bytes) -> Web:
    return Web({log_url(did): data})


def test_a_log_is_verified_wherever_it_comes_from(cache: DiskCache) -> None:
    did, data = lab.honest()
    found = Resolver(cache=cache, fetch=served(did, data)).resolve(did, now=NOW)
    assert found.document.assertion_method == {f"{did}#key-1": key_of("signer-2").public}
    assert found.log is not None
    kept = Resolver(cache=cache).resolve(did, now=NOW)
    assert (kept.source, kept.document) == (Source.CACHE, found.document)
    method = f"{did}#key-1"
    resolver = Resolver(cache=cache)
    assert resolver.key(method, purpose="assertionMethod", now=NOW) == key_of("signer-2").public
    call = lambda: resolver.key(method, purpose="authentication", now=NOW)  # noqa: E731
    assert refused(call, error=VerificationError) is Reason.WRONG_RELATIONSHIP


@pytest.mark.parametrize("label", ["fork", "shorter"])
def test_a_log_that_forked_is_not_taken(cache: DiskCache, label: str) -> None:
    did, data = lab.honest()
    known = lab.unchecked_next(data, "two")
    Resolver(cache=cache, fetch=served(did, known)).resolve(did, now=NOW)
    other = {"fork": lab.unchecked_next(data, "two", days=12), "shorter": data}[label]
    later = NOW + timedelta(days=1)
    found = Resolver(cache=cache, fetch=served(did, other)).resolve(did, now=later)
    assert (found.source, found.refused) == (Source.CACHE, Reason.DID_LOG_FORKED)
    assert found.log is not None
    assert len(found.log.versions) == 4
    longer = lab.unchecked_next(known, "two", days=15)
    assert Resolver(cache=cache, fetch=served(did, longer)).resolve(did, now=later).refused is None


def test_the_time_to_live_of_a_log_counts_if_it_is_short(cache: DiskCache) -> None:
    did, data = lab.first(ttl=60)
    hosts = served(did, data)
    resolver = Resolver(cache=cache, fetch=hosts)
    for seconds in (0, 30, 90):
        resolver.resolve(did, now=NOW + timedelta(seconds=seconds))
    assert len(hosts.asked) == 2


def test_a_deactivated_did_gives_no_keys_and_is_remembered(cache: DiskCache) -> None:
    did, data = lab.first()
    ended = {"deactivated": True, "updateKeys": []}
    data = update(data, did=did, key=key_of("one"), now=START + timedelta(1), parameters=ended)
    hosts = served(did, data)
    for days in (0, 100):
        for resolver in (Resolver(cache=cache, fetch=hosts), Resolver(cache=cache)):
            call = lambda r=resolver, d=days: r.resolve(did, now=NOW + timedelta(days=d))  # noqa: E731
            assert refused(call, error=VerificationError) is Reason.DID_DEACTIVATED
    assert len(hosts.asked) == 1


# --- the cache on disk


def test_a_files_name_tells_nothing(tmp_path: Path) -> None:
    DiskCache(tmp_path).put(ISSUER, Kept(data=b"{}", fetched=NOW))
    (path,) = tmp_path.iterdir()
    assert len(path.stem) == 64
    assert "aid" not in path.name


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data.replace(b"aid.example", b"bad.example", 1),
        lambda data: data.replace(b'"fetched":"2026', b'"fetched":"20 6', 1),
        lambda data: data.replace(b'"fetched":"2026-11-22T12:00:00Z"', b'"fetched":5', 1),
        lambda data: data[:-9],
        lambda data: b"[]\n" + data,
    ],
)
def test_a_spoilt_file_is_as_if_it_were_not_there(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    cache = DiskCache(tmp_path)
    Resolver(cache=cache, fetch=web()).resolve(ISSUER, now=NOW)
    (path,) = tmp_path.iterdir()
    path.write_bytes(spoil(path.read_bytes()))
    call = lambda: Resolver(cache=cache).resolve(ISSUER, now=NOW)  # noqa: E731
    assert refused(call, error=VerificationError) is Reason.DID_NOT_FOUND
    assert Resolver(cache=cache, fetch=web()).resolve(ISSUER, now=NOW).source is Source.NETWORK


# --- the command


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    def call(*arguments: object, expect: int, prose: bool = False) -> dict[str, Any]:
        capsys.readouterr()
        given = ["registry", "resolve", *map(str, arguments), "--cache", str(tmp_path / "cache")]
        status = main(given if prose else [*given, "--json"])
        out = capsys.readouterr().out
        assert status == expect, out
        return {"text": out} if prose else dict(json.loads(out))

    return call


def test_the_command_asks_no_network_unless_told_to(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = web()
    monkeypatch.setattr(cli, "fetch", hosts)
    assert run(ISSUER, expect=65)["reason"] == "did-not-found"
    assert hosts.asked == []
    found = run(ISSUER, "--network", expect=20)
    assert (found["source"], found["reason"]) == ("network", "issuer-unknown")
    assert found["document"]["assertionMethod"].keys() == {KEY_ID}
    kept = run(ISSUER, expect=20)
    assert (kept["source"], kept["metadata"]) == ("cache", {})
    hosts.files.clear()
    monkeypatch.setattr(cli, "Resolver", lambda **given: Resolver(fresh=timedelta(0), **given))
    assert run(ISSUER, "--network", expect=20)["refused"] == "did-not-found"
    told = run(ISSUER, "--network", expect=20, prose=True)["text"]
    assert "unknown to the registry; from the cache, 0 days old" in told
    assert "refused: did-not-found" in told


def test_the_command_shows_pinned_keys_and_logs(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Lab(tmp_path / "lab")
    made.consortium.put_entry(made.relief.entry())
    made.publish()
    root = tmp_path / "root.json"
    root.write_bytes(made.consortium.anchor)
    options = ("--registry", made.published, "--root", root)
    found = run(made.relief.did, *options, expect=0)
    assert (found["source"], found["reason"]) == ("registry", None)
    assert list(found["document"]["assertionMethod"]) == [made.relief.method]
    told = run(made.relief.did, *options, expect=0, prose=True)["text"]
    assert "the registry vouches for it" in told
    did, data = lab.first()
    hosts = served(did, data)
    monkeypatch.setattr(cli, "fetch", hosts)
    metadata = run(did, *options, "--network", expect=20)["metadata"]
    assert metadata["scid"] == did.split(":")[2]
    holder = key("holder").public.did
    text = run(holder, expect=20, prose=True)["text"]
    assert text.startswith(f"{holder}: unknown to the registry; from the identifier\n")


def test_an_error_of_the_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    resolver = Resolver(cache=DiskCache(tmp_path / "file"), fetch=web())
    with pytest.raises(AmanaError) as caught:
        resolver.resolve(ISSUER, now=NOW)
    assert caught.value.reason is Reason.UNREADABLE_FILE


def test_update_keys_are_no_signing_keys() -> None:
    did, data = lab.first()
    found = Resolver(fetch=served(did, data)).resolve(did, now=NOW).document
    assert multikey("one") not in {
        getattr(k, "multikey", "") for k in found.assertion_method.values()
    }
