"""A registrar at work: its own members admit, sign on machines of their own, and hand in."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from amana.errors import AmanaError, InputError, RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.ceremony_lab import Machine
from tests.region_lab import NAME, ROLE, RegionLab, limits
from tests.registry_lab import NOW, Issuer, Lab
from tests.registry_thief import publish_registrars, registrar
from trust_registry import changes
from trust_registry.collector import collect_all
from trust_registry.region import Region, is_region
from trust_registry.regional import read_submission, stage_registrar, take
from trust_registry.registrars import RegistrarMembers, entry_path
from trust_registry.snapshot import State

SOON = NOW + timedelta(minutes=1)
LATER = NOW + timedelta(days=100)
Raised = tuple[type[AmanaError], Reason]
BEYOND: Raised = (RegistryError, Reason.BEYOND_LIMITS)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    lab.begin()
    return lab


@pytest.fixture
def nairobi(lab: Lab) -> RegionLab:
    found = RegionLab(lab)
    found.add()
    return found


@pytest.fixture
def desk(tmp_path: Path) -> RegionLab:
    """Of a consortium that has published nothing yet."""
    found = RegionLab(Lab(tmp_path))
    found.add()
    return found


@pytest.fixture
def clinic() -> Issuer:
    return Issuer("did:web:clinic.example", SecretKey(b"c" * 32), "https://clinic.example")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # waiting for the disk tells nothing here


def refused(act: Callable[[], object], expect: Raised) -> AmanaError:
    with pytest.raises(AmanaError) as caught:
        act()
    assert (type(caught.value), caught.value.reason) == expect
    return caught.value


def path_of(one: Issuer) -> str:
    return entry_path(NAME, one.did)


def test_from_an_application_to_a_phone(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    """C110, C112: two of a registrar's three members admit, and every device knows by whom."""
    nairobi.admit(clinic)
    draft = nairobi.draw()
    seen = [one.look(draft, nairobi.published) for one in nairobi.machines[:2]]
    words = [one.words for one in seen[0].differences]
    assert any(clinic.did in one and "new organisation" in one for one in words)
    nairobi.hand_in(nairobi.complete(draft, nairobi.sign(draft)))
    # Nothing counts yet, and nothing that was published is harmed.
    lab.consortium.publish_status(now=NOW)
    assert lab.load().entry(clinic.did) is None
    lab.publish()
    found = lab.load()
    entry = found.entry(clinic.did)
    assert entry is not None
    assert entry.registrar == NAME
    assert found.left_out == ()
    assert set(found.entries) == {lab.relief.did, clinic.did}


def test_a_second_version(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    nairobi.admit(clinic)
    nairobi.publish()
    shop = lab.issuer("shop.example")
    nairobi.admit(shop)
    draft = nairobi.draw()
    seen = nairobi.machines[0].look(draft, nairobi.published)
    assert seen.since == 1
    assert {one.about for one in seen.differences} == {path_of(shop)}
    nairobi.hand_in(nairobi.complete(draft, nairobi.sign(draft, nairobi.machines[1:])))
    # Without the consortium's members: they let this registrar decide.
    lab.consortium.publish_status(now=NOW)
    assert set(lab.load().entries) == {lab.relief.did, clinic.did, shop.did}


def test_its_lists_are_collected(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    """Whom a registrar admitted revokes like everybody else, and in no other's place."""
    nairobi.admit(clinic)
    nairobi.publish()
    elsewhere = clinic.list(url=f"{lab.relief.base}/status/9")
    taken = collect_all(lab.consortium, [("a", clinic.list()), ("b", elsewhere)], now=NOW)
    assert [one.reason for one in taken] == [None, Reason.BAD_STATUS_LIST]
    lab.consortium.publish_status(now=NOW)
    assert clinic.url in lab.load().status_lists
    assert set(lab.consortium.entries) == {lab.relief.did}
    assert set(lab.consortium.admitted) == {lab.relief.did, clinic.did}


def test_beyond_its_limits(desk: RegionLab, clinic: Issuer) -> None:
    """C110: refused before anybody signs, although its members voted for it."""
    beyond: list[dict[str, Any]] = [
        {"actions": [("ask", "PurposeCredential")]},
        {"jurisdictions": ["UG"]},
        {"jurisdictions": []},
        {"registrar": "the members"},
        {"since": NOW - timedelta(days=1)},
    ]
    rules = set()
    for given in beyond:
        error = refused(partial(desk.admit, clinic, **given), BEYOND)
        assert error.where["file"] == path_of(clinic)
        assert error.where["role"] == ROLE
        rules.add(error.where["rule"])
        assert desk.region.entries == {}
    assert rules == {"actions", "jurisdictions", "registrar", "since"}


def test_more_than_it_may_have(desk: RegionLab) -> None:
    for number in (1, 2):
        desk.admit(desk.lab.issuer(f"clinic-{number}.example"))
    error = refused(lambda: desk.admit(desk.lab.issuer("clinic-3.example")), BEYOND)
    assert error.where["rule"] == "mostEntries"
    assert len(desk.region.entries) == 2


def test_without_votes(desk: RegionLab, clinic: Issuer) -> None:
    """C112, C79: neither the clerk nor one member alone admits anybody."""
    region, entry = desk.region, desk.entry(clinic)
    none = (RegistryError, Reason.NOT_ACCREDITED)
    assert refused(lambda: region.put_entry(entry, now=NOW), none).where["role"] == "members"
    entry = desk.vote(entry)
    for vote in sorted((region.folder / "vetting").glob("*/votes/*.json"))[1:]:
        vote.unlink()
    few = (RegistryError, Reason.TOO_FEW_VOTES)
    refused(lambda: region.put_entry(entry, now=NOW), few)
    assert region.entries == {}


def test_votes_of_the_consortium_are_none_here(lab: Lab, nairobi: RegionLab) -> None:
    """What another circle voted for was not voted for by this one."""
    lab.consortium.put_entry(lab.issuer("shop.example").entry())
    lab.decide()
    theirs, ours = lab.consortium.folder / "vetting", nairobi.region.folder / "vetting"
    theirs.rename(ours)
    shop = lab.issuer("shop.example")
    entry = nairobi.entry(shop, dossier=lab.consortium.entries[shop.did].dossier)
    error = (RegistryError, Reason.VOTER_NOT_A_MEMBER)
    refused(lambda: nairobi.region.put_entry(entry, now=NOW), error)


def test_entries_that_are_no_registrars(desk: RegionLab, clinic: Issuer) -> None:
    region = desk.region
    demo = (RegistryError, Reason.DEMO_KEY)
    refused(lambda: desk.admit(clinic, demo=True), demo)
    future = desk.vote(desk.entry(clinic, since=NOW + timedelta(hours=1)))
    invalid = (RegistryError, Reason.ENTRY_INVALID)
    refused(lambda: region.put_entry(future, now=NOW), invalid)
    refused(lambda: region.put_entry({}, now=NOW), (InputError, Reason.ENTRY_INVALID))
    assert region.staged() == {}


def test_a_suspension_has_its_measure(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    """C79: a registrar's members vote on it as a consortium's do."""
    nairobi.admit(clinic)
    nairobi.publish()
    region, did, reason = nairobi.region, clinic.did, "keys under review"

    def suspend() -> object:
        return region.change_state(did, State.SUSPENDED, reason=reason, now=LATER)

    refused(suspend, (RegistryError, Reason.NOT_ACCREDITED))
    nairobi.agree(did, State.SUSPENDED, reason=reason, now=LATER)
    suspend()
    nairobi.publish(now=LATER)
    entry = lab.load(now=LATER).entry(did)
    assert entry is not None
    assert entry.history[-1].state is State.SUSPENDED
    silent = (InputError, Reason.REASON_REQUIRED)
    refused(lambda: region.change_state(did, State.GRANTED, reason=" ", now=LATER), silent)
    unknown = (InputError, Reason.ISSUER_UNKNOWN)
    other = "did:web:other.example"
    refused(lambda: region.change_state(other, State.GRANTED, reason="x", now=LATER), unknown)


def test_a_key_that_leaked(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    nairobi.admit(clinic)
    nairobi.publish()
    since = NOW + timedelta(days=3)
    nairobi.region.change_key(clinic.did, clinic.method, State.COMPROMISED, now=LATER, since=since)
    nairobi.publish(now=LATER)
    entry = lab.load(now=LATER).entry(clinic.did)
    assert entry is not None
    assert entry.keys[clinic.method].history[-1].since == since


def test_what_was_signed_stays(desk: RegionLab, clinic: Issuer) -> None:
    """Neither its history is rewritten, nor is an organisation dropped without a word."""
    desk.admit(clinic)
    desk.signed()
    region = desk.region
    invalid = (RegistryError, Reason.ENTRY_INVALID)
    other = desk.vote(desk.entry(clinic, keys={clinic.method: SecretKey(bytes(32)).public}))
    error = refused(lambda: region.put_entry(other, now=NOW), invalid)
    assert error.where == {"file": path_of(clinic), "role": ROLE}
    (region.folder / "entries" / Path(path_of(clinic)).name).unlink()
    assert refused(desk.draw, invalid).where == {"file": path_of(clinic), "role": ROLE}


def test_files_laid_there_by_hand(desk: RegionLab, clinic: Issuer) -> None:
    """What goes round `put_entry` is held to the same rules when it is drawn up."""
    folder = desk.region.folder / "entries"
    folder.mkdir()
    entry = desk.vote(desk.entry(clinic))
    (folder / "another.json").write_bytes(canonical(entry))
    wrong = (RegistryError, Reason.ENTRY_FOR_ANOTHER_DID)
    where = {"file": f"registrars/{NAME}/entries/another.json", "role": ROLE}
    assert refused(desk.draw, wrong).where == where
    (folder / "another.json").write_bytes(b"{")
    assert refused(desk.draw, (RegistryError, Reason.NOT_JSON)).where == where
    (folder / "another.json").unlink()
    for number in range(3):
        one = desk.lab.issuer(f"clinic-{number}.example")
        data = canonical(desk.vote(desk.entry(one)))
        (folder / Path(path_of(one)).name).write_bytes(data)
    refused(desk.draw, BEYOND)


def test_one_signature_is_too_few(desk: RegionLab, clinic: Issuer) -> None:
    """C112: no single key holder; what was signed before stays as it was."""
    desk.admit(clinic)
    draft = desk.draw()
    one = desk.sign(draft, desk.machines[:1])
    few = (RegistryError, Reason.BELOW_THRESHOLD)
    error = refused(lambda: desk.complete(draft, [*one, *one]), few)
    assert error.where == {"file": f"metadata/1.{ROLE}.json", "role": ROLE}
    assert desk.region.signed() is None


def test_a_stranger_signs(desk: RegionLab, clinic: Issuer, tmp_path: Path) -> None:
    """Not even a member of the consortium signs for a registrar."""
    desk.admit(clinic)
    draft = desk.draw()
    stranger = Machine(desk.lab.keys[0], tmp_path / "stranger", desk.lab.consortium.anchor)
    bad = (RegistryError, Reason.BAD_CEREMONY)
    refused(lambda: stranger.sign(draft, desk.published), bad)


def test_another_registrars_draft(desk: RegionLab, tmp_path: Path) -> None:
    draft = desk.draw()
    other = Region.create(
        tmp_path / "other",
        limits=limits(name="mombasa"),
        members=replace(desk.region.signers, name="mombasa"),
    )
    bad = (RegistryError, Reason.BAD_CEREMONY)
    anchor, published = desk.lab.consortium.anchor, lambda _: None
    act = lambda: other.complete(draft, [], anchor=anchor, published=published, now=NOW)  # noqa: E731
    assert refused(act, bad).where == {"file": "draft", "role": "registrar-mombasa"}


def test_a_draft_beyond_the_limits_is_not_completed(desk: RegionLab, clinic: Issuer) -> None:
    desk.admit(clinic)
    draft = desk.draw()
    signed = desk.sign(draft)
    region = desk.region
    desk.region = region.adopt(limits=limits(jurisdictions={"UG"}), members=region.signers)
    refused(lambda: desk.complete(draft, signed), BEYOND)
    desk.region = region.adopt(limits=limits(), members=region.signers)
    desk.complete(draft, signed)


def test_what_waits_is_not_taken_back(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    """An older stick that turns up late replaces nothing that was handed in after it."""
    empty = nairobi.signed()
    nairobi.hand_in(empty)
    nairobi.admit(clinic)
    first = nairobi.signed()
    nairobi.hand_in(first)
    before = nairobi.staged()
    rollback = (RegistryError, Reason.ROLLBACK)
    error = refused(lambda: nairobi.hand_in(empty), rollback)
    assert error.where == {"file": path_of(clinic), "role": ROLE}
    nairobi.region.change_key(clinic.did, clinic.method, State.RETIRED, now=SOON)
    nairobi.hand_in(nairobi.signed(now=SOON), now=SOON)
    assert nairobi.staged() != before
    invalid = (RegistryError, Reason.ENTRY_INVALID)
    refused(lambda: nairobi.hand_in(first), invalid)
    lab.publish(now=SOON)
    again = refused(lambda: nairobi.hand_in(first), rollback)
    assert again.where == {"file": f"metadata/1.{ROLE}.json", "role": ROLE}


def test_two_registrars_hand_in(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    """What one hands in does not touch what waits of the other."""
    west = RegionLab(lab, name="west")
    west.add()
    west.hand_in(west.signed())
    nairobi.admit(clinic)
    nairobi.hand_in(nairobi.signed())
    lab.publish()
    assert lab.consortium.previous().registrars == [ROLE, "registrar-west"]
    assert lab.load().entry(clinic.did) is not None


def test_a_file_that_the_power_took_away(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    """The consortium's folder is mended by handing in once more."""
    nairobi.admit(clinic)
    data = nairobi.signed()
    nairobi.hand_in(data)
    (lab.consortium.folder / path_of(clinic)).unlink()
    nairobi.hand_in(data)
    lab.publish()
    assert lab.load().entry(clinic.did) is not None


def test_narrower_limits_let_it_suspend(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    """Who takes its region away does not keep it from protecting people."""
    nairobi.admit(clinic)
    nairobi.publish()
    region, narrow = nairobi.region, limits(jurisdictions=frozenset({"UG"}), most_entries=1)
    nairobi.region = region.adopt(limits=narrow, members=region.signers)
    nairobi.add()
    lab.publish()
    assert lab.load().entry(clinic.did) is None
    nairobi.region.change_key(clinic.did, clinic.method, State.RETIRED, now=SOON)
    nairobi.publish(now=SOON)
    other = lab.issuer("shop.example")
    refused(lambda: nairobi.admit(other, jurisdictions=["UG"]), BEYOND)


def test_its_members_change(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    """The new ones sign what the old ones signed; until then the old ones' word stands."""
    nairobi.admit(clinic)
    nairobi.publish()
    region = nairobi.region
    keys = [SecretKey.generate(lab.random) for _ in range(2)]
    named = {f"new-{number}": key.public for number, key in enumerate(keys, 1)}
    members = RegistrarMembers(name=NAME, members=named, threshold=2)
    nairobi.region = region.adopt(limits=region.limits, members=members)
    nairobi.add()
    few = (RegistryError, Reason.BELOW_THRESHOLD)
    refused(lab.publish, few)
    lab.consortium.publish_status(now=NOW)
    draft = nairobi.draw()
    anchor = lab.consortium.anchor
    new = [Machine(key, lab.folder / f"new-{at}", anchor) for at, key in enumerate(keys)]
    nairobi.hand_in(nairobi.complete(draft, nairobi.sign(draft, new)))
    lab.consortium.publish_status(now=NOW)
    assert lab.load().entry(clinic.did) is not None
    lab.publish()
    assert lab.load().entry(clinic.did) is not None
    assert lab.consortium.previous().role_version(ROLE) == 2


def test_a_broken_file_waits_for_nobody(lab: Lab, nairobi: RegionLab) -> None:
    """What is no metadata is refused, also where lists are published without the members."""
    nairobi.publish()
    signed = lab.consortium.folder / "registrars" / NAME / "signed.json"
    document = json.loads(signed.read_bytes())
    document["signed"]["unknown"] = 1.5
    signed.write_text(json.dumps(document))
    corrupt = (RegistryError, Reason.REGISTRY_CORRUPT)
    act = lambda: lab.consortium.publish_status(now=NOW)  # noqa: E731
    assert refused(act, corrupt).where == {"file": f"{ROLE}.json", "role": ROLE}


def test_a_folder_put_back(lab: Lab, nairobi: RegionLab, clinic: Issuer) -> None:
    """What lies in the consortium's folder is held to what was published, and to its signatures."""
    nairobi.publish()
    signed = lab.consortium.folder / "registrars" / NAME / "signed.json"
    first = signed.read_bytes()
    nairobi.admit(clinic)
    nairobi.publish()
    signed.write_bytes(first)
    act = partial(lab.consortium.publish_status, now=NOW)
    where = {"file": f"{ROLE}.json", "role": ROLE}
    assert refused(act, (RegistryError, Reason.ROLLBACK)).where == where
    nairobi.hand_in(nairobi.signed())
    (signed.parent / "entries" / "more.json").write_bytes(b"{}")
    assert refused(act, (RegistryError, Reason.REGISTRY_CORRUPT)).where == where
    assert lab.load().entry(clinic.did) is not None


def test_nobody_is_a_registrar_before_its_own_have_signed(lab: Lab) -> None:
    """Else a client would miss a file, and have to refuse the whole version."""
    one = registrar(lab)
    named = {"registrars/nairobi.json": one.limits()}
    act = partial(publish_registrars, lab, [one.delegated], [], named)
    assert refused(act, (RegistryError, Reason.BAD_CEREMONY)).where == {"role": ROLE}


def test_founding(desk: RegionLab, tmp_path: Path) -> None:
    region = desk.region
    assert is_region(region.folder)
    assert not is_region(desk.lab.consortium.folder)
    assert Region.open(region.folder) == region
    again = (InputError, Reason.WOULD_OVERWRITE)
    make = Region.create
    members = region.signers
    refused(lambda: make(region.folder, limits=limits(), members=members), again)
    bad = (RegistryError, Reason.BAD_CEREMONY)
    other = tmp_path / "other"
    refused(lambda: make(other, limits=limits(name="x"), members=members), bad)
    alone = replace(members, threshold=1)
    few = (RegistryError, Reason.BELOW_THRESHOLD)
    refused(lambda: make(other, limits=limits(), members=alone), few)
    assert not is_region(other)
    theirs = replace(members, name="x")
    refused(lambda: region.adopt(limits=limits(name="x"), members=theirs), bad)
    stage = lambda: stage_registrar(desk.lab.consortium, limits(name="x"), members)  # noqa: E731
    refused(stage, bad)


def test_a_folder_that_is_damaged(desk: RegionLab) -> None:
    folder = desk.region.folder
    for name, data, reason in (
        ("region.json", b"{}", Reason.REGISTRY_CORRUPT),
        ("region.json", b'{"demo":1}', Reason.REGISTRY_CORRUPT),
        ("region.json", b"[]", Reason.REGISTRY_CORRUPT),
        ("limits.json", b"{", Reason.NOT_JSON),
        ("members.json", b"{}", Reason.REGISTRY_CORRUPT),
    ):
        before = (folder / name).read_bytes()
        (folder / name).write_bytes(data)
        error = refused(lambda: Region.open(folder), (RegistryError, reason))
        assert error.where == {"file": name, "role": "registrar"}
        (folder / name).write_bytes(before)
    assert Region.open(folder) == desk.region


def test_what_was_signed_is_damaged(desk: RegionLab, clinic: Issuer) -> None:
    (desk.region.folder / "signed.json").write_bytes(b"{}")
    error = refused(lambda: desk.admit(clinic), (RegistryError, Reason.BAD_CEREMONY))
    assert error.where == {"file": "signed.json", "role": ROLE}


def test_submissions_that_are_none(desk: RegionLab) -> None:
    good = json.loads(desk.signed())
    bad: list[dict[str, Any]] = [
        {"type": "Else"},
        {"name": 7},
        {"targets": {"a": 7}},
        {"targets": []},
        {"metadata": 7},
        {"more": 1},
    ]
    for change in bad:
        data = canonical({**good, **change})
        refused(partial(read_submission, data), (InputError, Reason.BAD_CEREMONY))
    for name in ("../../x", "mombasa", "nairobi/../nairobi", ""):
        data = canonical({**good, "name": name})
        act = partial(take, desk.lab.consortium, data, now=NOW)
        error = refused(act, (RegistryError, Reason.BAD_CEREMONY))
        assert error.where["role"] == f"registrar-{name}"
    assert "signed.json" not in desk.staged()


def test_early_clocks_are_borne(desk: RegionLab, clinic: Issuer) -> None:
    """A machine in the far east may be a day ahead, and no more."""
    desk.admit(clinic)
    draft = desk.draw()
    desk.sign(draft, now=NOW - changes.EARLY + timedelta(hours=1))
    with pytest.raises(RegistryError) as caught:
        desk.sign(draft, now=NOW - changes.EARLY - timedelta(hours=1))
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
