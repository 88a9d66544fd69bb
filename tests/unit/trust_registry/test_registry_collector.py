"""The collector: lists of many organisations, each taken or refused alone, and kept for later."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from amana.errors import AmanaError, InputError, RegistryError
from amana.keys import SecretKey
from amana.limits import LIMITS
from amana.reasons import Reason
from tests.registry_lab import NOW, Issuer, Lab
from trust_registry import collector
from trust_registry.backdating import issued_path
from trust_registry.collector import LARGEST, collect_all, collect_issued, lists_in
from trust_registry.entries import slug
from trust_registry.issued import read_issued_list
from trust_registry.snapshot import State

HOUR = timedelta(hours=1)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    return lab


def kept(lab: Lab, issuer: Issuer | None = None) -> list[str]:
    folder = lab.consortium.folder / "collected" / slug((issuer or lab.relief).did)
    return sorted(path.name for path in folder.glob("*"))


def shipped(lab: Lab) -> Path:
    return lab.consortium.folder / issued_path(lab.relief.method, lab.relief.did)


def leak(lab: Lab, *, now: datetime, since: datetime | None = None) -> dict[str, str]:
    entry = lab.consortium.change_key(
        lab.relief.did, lab.relief.method, State.COMPROMISED, now=now, since=since
    )
    return dict(entry.issued)


def test_lists_are_kept_and_not_shipped_while_all_is_well(lab: Lab) -> None:
    """C87: collected always; the registry stays small as long as nobody needs them."""
    collect_issued(lab.consortium.folder, lab.relief.issued(b"one"), now=NOW)
    collect_issued(lab.consortium.folder, lab.relief.issued(b"one"), now=NOW + HOUR)
    assert kept(lab) == ["20261122T120000Z.key-1.json"]  # the second said nothing new
    collect_issued(lab.consortium.folder, lab.relief.issued(b"one", b"two"), now=NOW + HOUR)
    assert kept(lab) == ["20261122T120000Z.key-1.json", "20261122T130000Z.key-1.json"]
    assert not shipped(lab).exists()
    assert not lab.consortium.entries[lab.relief.did].issued


def test_after_a_leak_the_last_list_before_it_counts(lab: Lab) -> None:
    """C87: what was collected later, a thief may have written."""
    first, second = lab.relief.issued(b"one"), lab.relief.issued(b"one", b"two")
    collect_issued(lab.consortium.folder, first, now=NOW)
    collect_issued(lab.consortium.folder, second, now=NOW + 4 * HOUR)
    named = leak(lab, now=NOW + 9 * HOUR, since=NOW + 2 * HOUR)
    assert named == {lab.relief.method: sha256(first).hexdigest()}
    assert shipped(lab).read_bytes() == first


def test_a_leak_at_the_very_instant_counts_nothing(lab: Lab) -> None:
    collect_issued(lab.consortium.folder, lab.relief.issued(b"one"), now=NOW)
    assert leak(lab, now=NOW) == {}
    assert not shipped(lab).exists()


def test_a_suspension_names_the_list_and_reinstatement_changes_nothing(lab: Lab) -> None:
    """C79: a suspension does not take down what was rightly issued before."""
    data = lab.relief.issued(b"one")
    collect_issued(lab.consortium.folder, data, now=NOW)
    state = lab.consortium.change_state
    suspended = state(lab.relief.did, State.SUSPENDED, reason="audit", now=NOW + HOUR)
    assert dict(suspended.issued) == {lab.relief.method: sha256(data).hexdigest()}
    assert shipped(lab).read_bytes() == data
    with pytest.raises(RegistryError) as caught:
        collect_issued(lab.consortium.folder, lab.relief.issued(b"one", b"2"), now=NOW + 2 * HOUR)
    assert caught.value.reason is Reason.ISSUED_LIST_TOO_LATE
    again = state(lab.relief.did, State.GRANTED, reason="cleared", now=NOW + 3 * HOUR)
    assert again.issued == suspended.issued
    newer = lab.relief.issued(b"one", b"three")
    collect_issued(lab.consortium.folder, newer, now=NOW + 4 * HOUR)
    last = state(lab.relief.did, State.WITHDRAWN, reason="fraud", now=NOW + 5 * HOUR)
    assert dict(last.issued) == {lab.relief.method: sha256(newer).hexdigest()}


def test_a_retired_key_needs_no_list(lab: Lab) -> None:
    collect_issued(lab.consortium.folder, lab.relief.issued(b"one"), now=NOW)
    entry = lab.consortium.change_key(
        lab.relief.did, lab.relief.method, State.RETIRED, now=NOW + HOUR
    )
    assert not entry.issued


def test_keys_with_names_alike_have_lists_of_their_own(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    method = f"{lab.relief.did}#x.key-1"
    second = SecretKey.generate(lab.random)
    keys = {lab.relief.method: lab.relief.key.public, method: second.public}
    lab.consortium.put_entry(lab.relief.entry(keys=keys))
    collect_issued(lab.consortium.folder, lab.relief.issued(b"one", b"two"), now=NOW)
    found = collect_issued(
        lab.consortium.folder,
        lab.relief.issued(b"three", key_id=method, key=second, verification_method=method),
        now=NOW,
    )
    assert (found.key_id, len(found), len(kept(lab))) == (method, 1, 2)


def test_only_so_many_older_lists_are_kept(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "_LIST_KEPT", 2)
    for number in range(4):
        data = lab.relief.issued(*(b"%d" % n for n in range(number + 1)))
        collect_issued(lab.consortium.folder, data, now=NOW + number * HOUR)
    assert [name[9:11] for name in kept(lab)] == ["14", "15"]


def test_a_list_of_somebody_unknown_is_refused(lab: Lab) -> None:
    with pytest.raises(InputError) as caught:
        collect_issued(lab.consortium.folder, lab.issuer("x.example").issued(b"one"), now=NOW)
    assert caught.value.reason is Reason.ISSUER_UNKNOWN


def test_an_organisation_of_a_registrar_is_collected_too(lab: Lab) -> None:
    other = lab.issuer("coast.example")
    path = lab.consortium.folder / f"registrars/coast/entries/{slug(other.did)}.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(other.entry()))
    assert len(collect_issued(lab.consortium.folder, other.issued(b"one"), now=NOW)) == 1


# --- All at once ----------------------------------------------------------------------------------


def test_one_bad_list_stops_no_other(lab: Lab, tmp_path: Path) -> None:
    """C112: what one organisation hands in harms nobody else."""
    other = lab.issuer("other.example")
    lab.consortium.put_entry(other.entry())
    drop = tmp_path / "drop"
    files = {
        "a/status.json": lab.relief.list(),
        "a/issued.json": lab.relief.issued(b"one"),
        "b.json": other.list(),
        "c-forged.json": lab.relief.issued(b"two", key=other.key),
        "d-nonsense.json": b"{",
        "e-another.json": b'{"type":"Something","issuer":"did:web:x.example"}',
        "f-stranger.json": lab.issuer("x.example").list(),
        "g-huge.json": b'"' + b" " * LARGEST + b'"',
        "h.txt": b"not looked at",
    }
    for name, data in files.items():
        (drop / name).parent.mkdir(parents=True, exist_ok=True)
        (drop / name).write_bytes(data)
    os.mkfifo(drop / "pipe.json")
    taken = collect_all(lab.consortium, lists_in(drop), now=NOW)
    assert {one.name: one.reason for one in taken} == {
        "a/status.json": None,
        "a/issued.json": None,
        "b.json": None,
        "c-forged.json": Reason.BAD_SIGNATURE,
        "d-nonsense.json": Reason.NOT_JSON,
        "e-another.json": Reason.ISSUER_UNKNOWN,
        "f-stranger.json": Reason.ISSUER_UNKNOWN,
        "g-huge.json": Reason.TOO_LARGE,
    }
    assert [one.issuer for one in taken if one.name.startswith("c")] == [lab.relief.did]
    again = collect_all(lab.consortium, lists_in(drop / "a"), now=NOW + HOUR)
    assert [one.reason for one in again] == [None, None]


def test_one_url_has_one_list_however_many_come_at_once(lab: Lab) -> None:
    """A did:key has no host that its URL could be held to."""
    keys = [SecretKey.generate(lab.random) for _ in range(2)]
    url = "https://shared.example/status/3"
    lists = []
    for key in keys:
        did = key.public.did
        method = f"{did}#{did.removeprefix('did:key:')}"
        made = Issuer(did, key, "https://shared.example")
        lab.consortium.put_entry(made.entry(keys={method: key.public}))
        lists.append((did, made.list(url=url, verification_method=method)))
    assert [one.reason for one in collect_all(lab.consortium, lists, now=NOW)] == [
        None,
        Reason.BAD_STATUS_LIST,
    ]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        list(lists_in(tmp_path / "nothing"))
    assert caught.value.reason is Reason.NO_SUCH_FILE


def test_places_of_a_folder_that_was_tampered_with(lab: Lab) -> None:
    """A list that names no URL is no place; one that is no list is an error of the folder."""
    path = lab.consortium.folder / "status" / slug(lab.relief.did) / "1.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{}")
    assert collector.Places.of(lab.consortium.folder, ()).urls == {}
    path.write_bytes(b"{")
    with pytest.raises(AmanaError):
        collector.Places.of(lab.consortium.folder, ())


def test_what_was_collected_is_read_again_with_care(lab: Lab) -> None:
    collect_issued(lab.consortium.folder, lab.relief.issued(b"one"), now=NOW)
    (path,) = (lab.consortium.folder / "collected" / slug(lab.relief.did)).iterdir()
    path.write_bytes(b"{}")
    with pytest.raises(InputError) as caught:
        collect_issued(lab.consortium.folder, lab.relief.issued(b"one", b"two"), now=NOW + HOUR)
    assert caught.value.reason is Reason.BAD_ISSUED_LIST


def test_shipped_is_what_the_members_name(lab: Lab) -> None:
    collect_issued(lab.consortium.folder, lab.relief.issued(b"one"), now=NOW)
    leak(lab, now=NOW + HOUR)
    entry = lab.consortium.entries[lab.relief.did]
    data = shipped(lab).read_bytes()
    assert entry.issued[lab.relief.method] == sha256(data).hexdigest()
    assert len(read_issued_list(data, entry=entry)) == 1
    assert len(data) < LIMITS.issued_list_bytes
