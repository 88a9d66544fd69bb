"""Beta: 17, alone and on the road, with a second-hand phone; he does not want his age known.

Requirements, appendix 1. What matters to him: saying no costs nothing, nothing about a minor goes
anywhere, and what his phone shows can't be joined into a journey.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from amana.errors import VaultError
from amana.reasons import Outcome, Reason
from issuer.offer import Consent
from issuer.register import State
from tests.journey_world import Document, Family, Phone, World, document_in, leaves
from tests.workbooks import build
from verifier import Tier
from verifier.verdict import ProofShown
from verifier.words import next_step

MISSING = (
    ("C6", "every notice and result spoken as well as shown"),
    ("C15", "a practice mode before the first real question"),
    ("C54", "consent of a minor, with the age that his country sets"),
    ("C58", "asking an organisation to delete, and seeing its answer"),
    ("C61", "seeing who got what, and what for"),
    ("C71", "an answer to somebody who forces him to show his phone"),
    ("C99", "a guardian of his choice who goes with him across a border"),
)
PURPOSES = json.dumps(
    {
        "purposes": [
            {
                "id": name,
                "title": title,
                "reason": reason,
                "legalBasis": "vital interest",
                "reviewer": "data protection focal point",
                "reviewedOn": "2026-11-02",
                "noticeVersion": "v1",
                "retentionMonths": 6,
                "level": "person",
                "tier": "registered",
                "claims": claims,
                "copies": 3,
                "entitlement": {"classes": [{"class": name}]},
            }
            for name, title, reason, claims in (
                ("hygiene-kit", "Hygiene kit", "Kits differ by gender.", ["gender"]),
                ("health-visit", "Health visit", "Doses differ by age band.", ["ageBand"]),
            )
        ]
    }
).encode()
# What a partner's workbook says of him: far more than he would have said, and to a government too.
BETA = {
    "household_id": 999000333,
    "full_name_i_c": "Miptolu Sifuwona",
    "gender_i_c": "NOT_ANSWERED",
    "birth_date_i_c": date(2009, 3, 14),
    "national_id_no_i_c": "000NI777333",
    "relationship_i_c": "HEAD",
}
ADULT = {"household_id": 999000444, "gender_i_c": "MALE", "birth_date_i_c": date(1991, 5, 17)}
HOUSEHOLDS = (
    {
        "household_id": 999000333,
        "size_h_c": 1,
        "child_hoh_h_c": True,
        "country_origin_h_c": None,
        "unaccompanied_child_h_f": "YES",
        "consent_sharing_h_c": "GOVERNMENT_PARTNER",
    },
    {"household_id": 999000444, "size_h_c": 1},
)
AGE = (0, "health-visit")
KIT = (0, "hygiene-kit")
# Anything from which his age, his name or his minority could be told.
ABOUT_HIM = ("2009", "12-17", "miptolu", "sifuwona", "777333", "headedbychild", "unaccompanied")


@pytest.fixture
def world(tmp_path):
    with World.found(tmp_path / "world", purposes=PURPOSES) as world:
        yield world


@pytest.fixture
def people(world: World) -> list[Family]:
    return world.take_in(build(HOUSEHOLDS, (BETA, ADULT)))


@pytest.fixture
def phone(world: World) -> Phone:
    return Phone.new(world.folder / "phone" / "vault")


def settle(world: World, people: list[Family], phone: Phone) -> None:
    """He takes the kit's proof on his phone and refuses the one with his age; the adult agrees."""
    beta, adult = people
    world.say_yes(beta.rows[KIT], consent=Consent.TICK, keys=phone.keys(3))
    world.say_no(beta.rows[AGE])
    other = Phone.new(world.folder / "other phone" / "vault")
    for row_id in adult.rows.values():
        world.say_yes(row_id, consent=Consent.TICK, keys=other.keys(3))
    world.issue()
    world.publish()
    assert phone.receive(world.credentials[beta.rows[KIT]]) == 3


def test_he_keeps_his_age_to_himself_and_gets_the_same(
    world: World, people: list[Family], phone: Phone
) -> None:
    """C3, C27, C62: the visit of somebody who refused is the visit of somebody who did not."""
    settle(world, people, phone)
    beta, adult = people
    register = world.relief.register
    row, told = register.row(beta.rows[AGE]), register.row(adult.rows[AGE])
    assert row.nameless
    assert row.state is State.ISSUED
    assert row.entitlement == told.entitlement == "health-visit"
    assert row.content.keys() == {"entitlement", "reference"}  # not even a trace of the question

    (card,) = world.credentials[beta.rows[AGE]]
    with_age = world.credentials[adult.rows[AGE]][0]
    assert with_age["credentialSubject"]["selfStated"] == ["ageBand"]
    for member in ("issuer", "validFrom", "validUntil", "termsOfUse", "type"):
        assert card[member] == with_age[member]

    verdict = world.station("clinic", of_clinic=True).judge(
        world.card(beta.rows[AGE]), tier=Tier.REGISTERED, purpose="health-visit"
    )
    assert verdict.accepted
    assert verdict.shown["entitlement"] == told.entitlement


def test_his_phone_shows_what_was_asked_and_nothing_else(
    world: World, people: list[Family], phone: Phone
) -> None:
    """C28, C30, C31: "I won't say" is an answer; the question names its claims, the proof obeys."""
    settle(world, people, phone)
    station = world.station("kit tent")
    question = station.ask("hygiene-kit", "gender")
    shown = phone.answer(question, snapshot=station.snapshot)
    verdict = station.judge(shown, question=question)
    assert verdict.accepted
    assert verdict.relied_on.proof is ProofShown.HOLDER
    assert verdict.shown == {
        "purpose": "hygiene-kit",
        "entitlement": "hygiene-kit",
        "gender": "notStated",
    }
    assert all(word not in " ".join(leaves(document_in(shown))).casefold() for word in ABOUT_HIM)

    # Somebody who asks for nothing gets nothing: the proof that says more stays in the phone.
    with pytest.raises(VaultError) as kept:
        phone.answer(station.ask("hygiene-kit"), snapshot=station.snapshot)
    assert kept.value.reason is Reason.CLAIM_NOT_ASKED
    assert phone.held()[0].copies == 2


def test_who_asks_for_his_age_does_not_get_it(
    world: World, people: list[Family], phone: Phone
) -> None:
    """C27: his phone says so first; if he answers all the same, staff are told to ask another way.

    Never that he is a minor, and never that he hides something.
    """
    settle(world, people, phone)
    station = world.station("kit tent")
    question = station.ask("hygiene-kit", "gender", "ageBand")
    with pytest.raises(VaultError) as told:
        phone.answer(question, snapshot=station.snapshot)
    assert told.value.reason is Reason.CLAIM_MISSING
    assert told.value.where == {"claims": "ageBand"}
    assert phone.held()[0].copies == 3  # asking cost him nothing

    verdict = station.judge(
        phone.answer(question, snapshot=station.snapshot, although_missing=True), question=question
    )
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDECIDED, Reason.CLAIM_MISSING)
    assert "colleague" in next_step(verdict)
    assert verdict.shown == {}


def test_nothing_about_a_minor_is_forwarded(
    world: World, people: list[Family], phone: Phone
) -> None:
    """C27, C73: what is published, carried and judged holds nothing from which his age is told.

    There is no way out of the software for it either: no test may reach a network (conftest).
    """
    settle(world, people, phone)
    station = world.station("clinic", of_clinic=True)
    question = station.ask("hygiene-kit", "gender")
    verdict = station.judge(phone.answer(question, snapshot=station.snapshot), question=question)
    of_him = [
        " ".join(leaves(verdict.document())),
        *(" ".join(leaves(one)) for one in world.credentials[people[0].rows[KIT]]),
        *(" ".join(leaves(one)) for one in world.credentials[people[0].rows[AGE]]),
    ]
    assert [word for word in ABOUT_HIM for text in of_him if word in text.casefold()] == []
    for path in filter(lambda path: path.is_file(), world.folder.rglob("*")):
        data = path.read_bytes().lower()
        assert [word for word in ABOUT_HIM[2:] if word.encode() in data] == [], path.name


def test_two_visits_share_nothing_that_others_do_not_share(
    world: World, people: list[Family], phone: Phone
) -> None:
    """C68, C69, C70: keys, status index and signatures of two visits differ.

    Whatever two of his answers have in common, the answer of somebody else has as well.
    """
    settle(world, people, phone)
    first, second = (visit(world, phone) for _ in range(2))
    someone = Phone.new(world.folder / "third phone" / "vault")
    third_row = world.take_in(build(HOUSEHOLDS[:1], ({**BETA, "birth_date_i_c": None},)))[0].rows[
        KIT
    ]
    world.say_yes(third_row, consent=Consent.TICK, keys=someone.keys(3))
    world.issue()
    assert someone.receive(world.credentials[third_row]) == 3
    of_another = visit(world, someone)

    common = set(leaves(first)) & set(leaves(second))
    assert common <= set(leaves(of_another))
    for of_one, of_other in zip(identifiers(first), identifiers(second), strict=True):
        assert of_one != of_other
    assert len(set(identifiers(first)) | set(identifiers(second))) == 2 * len(identifiers(first))


def test_a_copy_is_shown_once_even_when_the_battery_dies(
    world: World, people: list[Family], phone: Phone
) -> None:
    """C12: the copy is used up on the disk first, so a phone that dies never shows one twice."""
    settle(world, people, phone)
    station = world.station("kit tent")
    question = station.ask("hygiene-kit", "gender")
    shown = phone.answer(question, snapshot=station.snapshot)
    assert Phone(path=phone.path).held()[0].copies == 2  # the phone that was switched on again
    assert station.judge(shown, question=question).accepted
    again = station.judge(shown, question=question)
    assert (again.outcome, again.reason) == (Outcome.REJECTED, Reason.REPLAYED)
    for _ in range(2):
        phone.answer(station.ask("hygiene-kit", "gender"), snapshot=station.snapshot)
    with pytest.raises(VaultError) as empty:
        phone.answer(station.ask("hygiene-kit", "gender"), snapshot=station.snapshot)
    assert empty.value.reason is Reason.NOTHING_TO_SHOW


def test_what_beta_still_misses(not_done_yet: Callable[..., None]) -> None:
    """C22: this journey says itself how far it does not reach."""
    not_done_yet(MISSING)


def visit(world: World, phone: Phone) -> Document:
    """Another station every time, so that nothing common comes from the question."""
    world.runs += 1
    station = world.station(f"station {world.runs}")
    return document_in(
        phone.answer(station.ask("hygiene-kit", "gender"), snapshot=station.snapshot)
    )


def identifiers(presentation: Document) -> list[str]:
    """Everything by which one answer could be told from another."""
    credential = presentation["verifiableCredential"]
    credential = credential[0] if isinstance(credential, list) else credential
    proof = presentation["proof"]
    return [
        credential["credentialSubject"]["id"],
        credential["credentialStatus"]["statusListIndex"],
        credential["proof"]["proofValue"],
        proof["proofValue"],
        proof["challenge"],
        proof["verificationMethod"],
    ]
