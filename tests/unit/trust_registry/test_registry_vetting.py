"""Applications, reviews, votes and decisions: what has to be there before anybody is accredited."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import schemas
from amana.errors import AmanaError, InputError, RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.reasons import Reason
from tests import vetting_lab as lab
from tests.amana_samples import mutate
from tests.vetting_room import DID, NOW, Room
from trust_registry import filing
from trust_registry._vetting_folder import read_case
from trust_registry._vetting_records import Outcome, check_application, check_decision, check_review
from trust_registry.entries import slug
from trust_registry.minutes import escaped, minutes
from trust_registry.questions import Form
from trust_registry.vetting import barred, decide, matter_of, needs_decision
from trust_registry.votes import Choice

Object = dict[str, Any]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # waiting for the disk tells nothing here
    return Room(tmp_path)


def refused(reason: Reason, call: Callable[[], object]) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        call()
    assert caught.value.reason is reason
    return caught.value


def test_from_application_to_entry(room: Room) -> None:
    """C110: application, dossier, review, votes, decision; then the entry may be published."""
    room.apply()
    room.review()
    refused(Reason.NOT_ACCREDITED, room.require)
    room.vote("member-1")
    refused(Reason.TOO_FEW_VOTES, room.decide)
    room.vote("member-2")
    room.vote("member-3", Choice.REFUSE)
    decision = room.decide(conditions=["Report in six months."])
    assert decision == room.require()
    assert (decision.in_favour, decision.against) == (("member-1", "member-2"), ("member-3",))
    assert decision.conditions == ("Report in six months.",)
    refused(Reason.WOULD_OVERWRITE, room.decide)


def test_who_is_refused_hears_why(room: Room) -> None:
    """C110: a refusal needs as many votes as an accreditation, and has its reasons."""
    room.ready()
    room.vote("member-1", Choice.REFUSE)
    refused(Reason.TOO_FEW_VOTES, lambda: room.decide(Outcome.REFUSED))
    room.vote("member-2", Choice.REFUSE)
    decision = room.decide(Outcome.REFUSED, reasons="Lists of names lie open.")
    assert decision.reasons == "Lists of names lie open."
    assert refused(Reason.NOT_ACCREDITED, room.require).where["file"] == "decision.json"
    assert "Refused" in (room.own / "minutes.md").read_text()


def test_nobody_applied(room: Room) -> None:
    error = refused(Reason.NOT_ACCREDITED, room.require)
    assert error.where == {"file": slug(DID), "role": "members"}


def test_an_incomplete_dossier_is_not_even_taken_in(room: Room) -> None:
    """C110, C117."""
    dossier = lab.dossier_document(DID)
    del dossier["answers"]["readiness.exit"]
    refused(Reason.INCOMPLETE_DOSSIER, lambda: room.apply(dossier))
    assert not room.own.exists()


def test_an_incomplete_dossier_that_was_put_there_accredits_nobody(room: Room) -> None:
    """C110: what a clerk puts into the folder by hand is read again."""
    dossier = lab.dossier_document(DID)
    del dossier["answers"]["readiness.exit"]
    lab.put(room.own / "dossier.json", dossier)
    lab.put(room.own / "application.json", lab.application_document(DID, dossier))
    room.review()
    room.votes()
    refused(Reason.INCOMPLETE_DOSSIER, room.decide)
    # It can be refused, though: the members say why.
    for name in ("member-1", "member-2"):
        room.vote(name, Choice.REFUSE)
    room.decide(Outcome.REFUSED)


def test_the_lighter_form_needs_a_sponsor(room: Room) -> None:
    """C113: a small local organisation joins with twelve answers and somebody who vouches."""
    light = lab.dossier_document(DID, Form.LIGHT)
    for sponsor in (None, DID):
        refused(Reason.SPONSOR_MISSING, partial(room.apply, light, sponsor=sponsor))
    room.apply(light, sponsor="did:web:big.example")
    room.review()
    room.votes()
    room.decide()
    assert room.require().outcome is Outcome.ACCREDITED


def test_a_sponsor_taken_away_by_hand_is_missed(room: Room) -> None:
    """C113."""
    room.apply(lab.dossier_document(DID, Form.LIGHT), sponsor="did:web:big.example")
    room.change("application.json", lambda paper: paper.pop("sponsor"))
    room.review()
    room.votes()
    refused(Reason.SPONSOR_MISSING, room.decide)


def test_an_open_finding_stops_accreditation(room: Room) -> None:
    """C110: findings are resolved first; votes from before do not count for what was read after."""
    room.apply()
    room.review(findings=[{"row": "undp.5.4", "text": "One key for all."}])
    room.votes()
    assert refused(Reason.FINDING_OPEN, room.decide).where["role"] == "an outsider"
    room.review(findings=[{"text": "One key for all.", "resolved": "Three keys now."}])
    assert len(list((room.own / "reviews").iterdir())) == 1
    refused(Reason.TOO_FEW_VOTES, room.decide)
    assert list((room.own / "earlier" / "votes-1").iterdir())
    room.votes()
    room.decide()


def test_somebody_reviews_first(room: Room) -> None:
    room.apply()
    room.votes()
    assert "reviewed" in refused(Reason.NOT_ACCREDITED, room.decide).detail


def test_a_review_of_another_dossier_is_refused(room: Room) -> None:
    room.apply()
    lab.put(room.own / "reviews" / "1.json", lab.review_document("cd" * 32))
    refused(Reason.VOTE_OF_ANOTHER_MATTER, room.decide)


@pytest.mark.parametrize(
    ("declared", "applied"),
    [
        ({"organisation": DID}, {}),
        ({"ties": [DID]}, {}),
        ({"organisation": "did:web:big.example"}, {"sponsor": "did:web:big.example"}),
        ({"ties": ["did:web:big.example"]}, {"sponsor": "did:web:big.example"}),
        ({}, {"ties": ["member-1"]}),
    ],
)
def test_a_member_with_an_interest_neither_votes_nor_reviews(
    room: Room, declared: Object, applied: Object
) -> None:
    """C110: itself, whom it sponsors, or where either side declared ties."""
    filing.declare_interests(room.folder, "member-1", **declared)
    filing.declare_interests(room.folder, "member-2", ties=["did:web:other.example"])
    room.apply(**applied)
    case = read_case(room.folder, DID)
    assert barred(case.application, case.interests, members=room.members).keys() == {"member-1"}
    refused(Reason.CONFLICT_OF_INTEREST, lambda: room.review(by="member-1"))
    room.review()
    error = refused(Reason.CONFLICT_OF_INTEREST, lambda: room.vote("member-1"))
    assert error.where == {"role": "member-1"}
    assert not (room.own / "votes").exists()
    # Put there by hand it stops the count, and the file is named.
    lab.put(room.own / "votes" / "9.json", lab.vote(room.folder, DID, room.keys["member-1"]))
    error = refused(Reason.CONFLICT_OF_INTEREST, room.decide)
    assert error.where == {"file": "votes/9.json", "role": "member-1"}


def test_a_review_of_a_member_with_an_interest_stops_the_decision(room: Room) -> None:
    """C110."""
    filing.declare_interests(room.folder, "member-1", ties=[DID])
    room.apply()
    digest = read_case(room.folder, DID).dossier.sha256
    lab.put(room.own / "reviews" / "1.json", lab.review_document(digest, by="member-1"))
    refused(Reason.CONFLICT_OF_INTEREST, room.decide)


def test_ties_are_never_taken_back(room: Room) -> None:
    filing.declare_interests(room.folder, "member-1", organisation="did:web:m.example", ties=[DID])
    key = SecretKey(bytes(32)).public
    filing.declare_interests(room.folder, "member-1", independent={"ombud": key})
    found = read_case_interests(room)
    assert found.ties["member-1"] == {DID}
    assert found.organisations == {"member-1": "did:web:m.example"}
    assert found.independent == {"ombud": key}


def read_case_interests(room: Room) -> Any:
    from trust_registry._vetting_folder import read_interests

    return read_interests(room.folder)


def test_a_member_that_applies_under_its_own_key(room: Room) -> None:
    """C110: its did:key is itself, whatever it declared."""
    did = room.keys["member-1"].public.did
    application = check_application(lab.application_document(did, lab.dossier_document(did)))
    assert barred(application, read_case_interests(room), members=room.members).keys() == {
        "member-1"
    }


def test_an_entry_with_a_members_own_key_is_refused(room: Room) -> None:
    """C110."""
    room.accredited()
    entry = room.entry(key=room.keys["member-3"])
    refused(Reason.CONFLICT_OF_INTEREST, lambda: room.require(entry))


def test_a_member_that_votes_twice_counts_once(room: Room) -> None:
    """C110: the last vote is the one; of two at one instant the no counts."""
    room.ready()
    room.vote("member-1")
    room.vote("member-1")
    refused(Reason.TOO_FEW_VOTES, room.decide)
    room.vote("member-2")
    room.vote("member-2", Choice.REFUSE)
    room.vote("member-2")
    refused(Reason.TOO_FEW_VOTES, room.decide)
    room.vote("member-2", later=1)
    assert room.decide().in_favour == ("member-1", "member-2")


def test_nobody_else_votes(room: Room) -> None:
    room.ready()
    stranger = SecretKey(b"s" * 32)
    refused(Reason.VOTER_NOT_A_MEMBER, lambda: room.vote_with(stranger))


def _change(name: str, value: Any) -> Callable[[Object], None]:
    return lambda paper: paper.update({name: value})


@pytest.mark.parametrize(
    ("paper", "change"),
    [
        ("decision.json", _change("outcome", "refused")),
        ("decision.json", _change("matter", "cd" * 32)),
        ("decision.json", _change("did", "did:web:b.example")),
        ("dossier.json", lambda paper: paper["answers"].update({"undp.1": {"text": "x"}})),
        ("application.json", _change("actions", [])),
        ("application.json", _change("did", "did:web:b.example")),
        ("application.json", _change("dossier", "cd" * 32)),
    ],
)
def test_papers_changed_after_the_decision_accredit_nobody(
    room: Room, paper: str, change: Callable[[Object], None]
) -> None:
    """C110: nothing is believed because it was written down; all of it is counted again."""
    room.accredited()
    room.require()
    room.change(paper, change)
    refused(Reason.NOT_ACCREDITED, room.require)


def test_a_decision_whose_votes_were_taken_away(room: Room) -> None:
    room.accredited()
    next((room.own / "votes").iterdir()).unlink()
    error = refused(Reason.TOO_FEW_VOTES, room.require)
    assert error.where == {"file": "votes", "role": "members"}


def test_a_decision_moved_into_another_organisations_folder(room: Room) -> None:
    room.accredited()
    other = "did:web:other.example"
    room.own.rename(room.folder / slug(other))
    refused(Reason.NOT_ACCREDITED, lambda: room.require(room.entry(did=other)))
    # Even with a decision that was rewritten for it.
    path = room.folder / slug(other) / "decision.json"
    document = json.loads(path.read_bytes())
    lab.put(path, {**document, "did": other})
    refused(Reason.NOT_ACCREDITED, lambda: room.require(room.entry(did=other)))


@pytest.mark.parametrize(
    "wider",
    [
        {"actions": [("issue", "PurposeCredential"), ("ask", "PurposeCredential")]},
        {"dossier": "cd" * 32},
        {"jurisdictions": ["KE", "UG"]},
        {"jurisdictions": []},
    ],
)
def test_an_entry_goes_no_further_than_the_application(room: Room, wider: Object) -> None:
    """C111: who may do what is what was asked for and decided, and no more."""
    room.accredited(places=["KE"])
    room.require(room.entry(jurisdictions=["KE"]))
    refused(Reason.NOT_ACCREDITED, lambda: room.require(room.entry(**wider)))


def test_what_needs_the_members_again(room: Room) -> None:
    """C111, C115: more to do, more places, more tiers; not a new key, and not less of anything."""
    room.accredited()
    asks = [("ask", "food"), ("issue", "PurposeCredential")]
    old = room.entry(actions=asks, jurisdictions=["KE", "UG"], tiers={"food": ["registered"]})
    given: Object = {"actions": asks, "jurisdictions": ["KE"], "tiers": {"food": ["registered"]}}
    assert needs_decision(None, old)
    assert not needs_decision(old, old)
    assert not needs_decision(old, room.entry(**given))
    assert not needs_decision(old, room.entry(**{**given, "actions": asks[1:], "tiers": {}}))
    assert not needs_decision(room.entry(), room.entry(jurisdictions=["KE"]))
    more: list[Object] = [
        {"jurisdictions": []},
        {"jurisdictions": ["KE", "SD"]},
        {"actions": [*asks, ("ask", "cash")]},
        {"tiers": {}},
        {"tiers": {"food": ["registered", "checked"]}},
        {"dossier": "cd" * 32},
    ]
    for wider in more:
        assert needs_decision(old, room.entry(**{**given, **wider})), wider


def test_a_new_round_puts_the_last_one_away(room: Room) -> None:
    """C110: who applies again is read again; earlier votes lie in the earlier round."""
    room.accredited()
    room.apply()
    assert read_case(room.folder, DID).application.round == 2
    assert not (room.own / "votes").exists()
    assert len(list((room.own / "earlier" / "1" / "votes").iterdir())) == 2
    # A crash that left no application: the rounds go on counting.
    (room.own / "application.json").unlink()
    assert room.apply().round == 2


def test_minutes_say_who_what_and_why(room: Room) -> None:
    """C110, C112: anybody can read how it was decided."""
    filing.declare_interests(room.folder, "member-3", ties=["did:web:big.example"])
    room.apply(jurisdictions=["KE"], sponsor="did:web:big.example")
    room.review(findings=[{"row": "undp.1", "text": "Vague."}, {"text": "b", "resolved": "c"}])
    lab.put(room.own / "places" / "KE.json", lab.place_document(DID, "KE"))
    text = minutes(read_case(room.folder, DID))
    assert "None yet." in text
    assert "undp.1: Vague. (**open**)" in text
    assert "- b (resolved: c)" in text
    assert "- KE: needed; 1 risks" in text
    assert "Sponsor: did:web:big.example" in text
    room.review(findings=[])
    room.votes()
    room.decide(reasons="# They [serve](x) people\nwell.", conditions=["One"])
    text = (room.own / "minutes.md").read_text()
    assert "**Accredited** on 2026-11-22T12:00:00Z." in text
    assert r"\# They \[serve\]\(x\) people well." in text
    assert "- In favour: member\\-1, member\\-2" in text
    assert "- Against: nobody" in text
    assert "- Condition: One" in text
    assert "appeals@circle.example, until 2027-01-21T12:00:00Z" in text


def test_minutes_of_a_place_that_needs_no_proof(room: Room) -> None:
    """C134: the minutes say that the answer was no."""
    room.apply(actions=[])
    no = lab.place_document(DID)
    no["necessity"] = {**no["necessity"], "needed": False}
    lab.put(room.own / "places" / "001.json", no)
    text = minutes(read_case(room.folder, DID), language="ar")
    assert "not needed: no digital proof here" in text
    assert "Asks to: nothing yet; where: everywhere" in text
    assert escaped("a\n\n# b") == r"a \# b"


def test_a_vote_is_what_its_schema_says(room: Room) -> None:
    room.ready()
    vote = lab.vote(room.folder, DID, room.keys["member-1"])
    schema = Draft202012Validator(json.loads(schemas.read("vetting/RegistryVote.json")))
    assert schema.is_valid(vote)
    assert not schema.is_valid({**vote, "more": 1})


@pytest.mark.parametrize(
    "change",
    [
        _change("issuer", 5),
        _change("issuer", "did:web:a.example"),
        _change("type", ["VerifiableCredential", "PurposeCredential"]),
        _change("@context", []),
        _change("validFrom", "now"),
        _change("proof", {}),
        lambda vote: vote["credentialSubject"].update(decision="maybe"),
        lambda vote: vote["credentialSubject"].update(decision=[]),
        lambda vote: vote["credentialSubject"].update(matter="x"),
    ],
)
def test_a_malformed_vote_is_named(room: Room, change: Callable[[Object], None]) -> None:
    room.ready()
    room.vote("member-1")
    room.change("votes/001.json", change)
    with pytest.raises(RegistryError) as caught:
        room.decide()
    assert caught.value.where == {"file": "votes/001.json", "role": "member"}


def test_a_decision_about_a_dossier_that_was_swapped_before_it(room: Room) -> None:
    """C110: votes, reviews and decision may agree; the application names another dossier."""
    room.ready()
    room.change("application.json", lambda paper: paper.update(dossier="cd" * 32))
    room.votes()
    error = refused(Reason.NOT_ACCREDITED, room.decide)
    assert "handed in" in error.detail


def test_a_decision_needs_reasons(room: Room) -> None:
    """C79, C110: nothing is decided without saying why."""
    room.ready()
    room.votes()
    with pytest.raises(InputError) as caught:
        room.decide(reasons=" ")
    assert caught.value.reason is Reason.BAD_VETTING
    assert not (room.own / "decision.json").exists()


def test_too_many_files_are_not_read(room: Room) -> None:
    room.ready()
    for number in range(65):
        (room.own / "votes").mkdir(exist_ok=True)
        (room.own / "votes" / f"{number}.json").write_bytes(b"{}")
    refused(Reason.TOO_LARGE, room.decide)


def test_an_unreadable_vote_is_named(room: Room) -> None:
    room.ready()
    (room.own / "votes" / "1.json").mkdir(parents=True)
    error = refused(Reason.UNREADABLE_FILE, room.decide)
    assert error.where == {"file": "votes/1.json", "role": "clerk"}


def _error(room: Room) -> RegistryError | None:
    try:
        room.require()
    except RegistryError as error:
        return error
    return None


def _papers(room: Room) -> Iterator[Path]:
    yield from sorted(path for path in room.folder.rglob("*.json"))


def test_whatever_lies_in_the_folder_gives_a_typed_error(room: Room) -> None:
    """A tired clerk, or a hostile one: a RegistryError that names the file, or nothing changed."""
    filing.declare_interests(room.folder, "member-3", ties=["did:web:b.example"])
    room.accredited()
    random, errors = Random(7), []
    for path in _papers(room):
        good = path.read_bytes()
        for _ in range(12):
            path.write_bytes(mutate(random, good))
            errors.append(_error(room))
        path.write_bytes(good)
    found = [error for error in errors if error is not None]
    assert len(found) > 60
    assert all(error.where.keys() >= {"file", "role"} for error in found)
    room.require()


@pytest.mark.parametrize(
    ("check", "document", "changes"),
    [
        (
            check_application,
            lab.application_document(DID, lab.dossier_document(DID)),
            [
                {"form": "governance"},
                {"names": {}},
                {"names": {"en": ""}},
                {"actions": [{"action": "issue"}]},
                {"jurisdictions": ["Kenya"]},
                {"jurisdictions": [5]},
                {"sponsor": "nobody"},
                {"ties": ["a\nb"]},
                {"received": "yesterday"},
                {"received": 5},
                {"received": "2026-10-01T08:00:00+00:00"},
                {"round": 0},
                {"round": True},
            ],
        ),
        (
            check_review,
            lab.review_document(lab.DIGEST),
            [{"findings": {}}, {"findings": [{"row": "a"}]}, {"by": ""}, {"dossier": None}],
        ),
        (
            check_decision,
            lab.decision_document(DID),
            [{"outcome": "maybe"}, {"outcome": []}, {"conditions": [""]}, {"votes": None}],
        ),
    ],
)
def test_malformed_papers_are_refused(
    check: Callable[[Any], object], document: Object, changes: list[Object]
) -> None:
    check(document)
    for change in changes:
        with pytest.raises(InputError):
            check({**document, **change})


def test_interests_are_read_strictly(room: Room) -> None:
    room.apply()
    for document in (
        {"type": "MembersInterests", "members": {"member-1": {"ties": ["x"]}}},
        {"type": "MembersInterests", "members": {}, "independent": {"ombud": 5}},
        {"type": "MembersInterests", "members": {}, "independent": {"ombud": "z6Mk"}},
    ):
        lab.put(room.folder / "interests.json", document)
        with pytest.raises(RegistryError) as caught:
            read_case(room.folder, DID)
        assert str(caught.value.where["file"]).endswith("interests.json")


def test_the_lab_accredits_as_the_commands_do(room: Room) -> None:
    room.accredited()
    case = read_case(room.folder, DID)
    again = decide(
        case,
        Outcome.ACCREDITED,
        members=room.members,
        threshold=2,
        reasons="They serve people well.",
        appeals="appeals@circle.example",
        now=NOW,
    )
    assert canonical(again) == (room.own / "decision.json").read_bytes()
    assert check_decision(again).matter == matter_of(case)


def test_every_error_is_one_of_ours(room: Room) -> None:
    room.apply()
    with pytest.raises(AmanaError):
        filing.file_review(
            room.folder, DID, by="", summary="", findings=[], members=room.members, now=NOW
        )
