"""The scenes of the governance film, in the order in which they happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from amana.cli import write_file
from amana.jcs import canonical
from amana.keys import PublicKey
from amana.strict_json import JsonObject
from apps._governance_cast import APPEALS, Organisation, dossier, governance, place
from apps._governance_film import Film, refused
from trust_registry._vetting_records import Outcome
from trust_registry.collector import collect_issued
from trust_registry.entries import slug
from trust_registry.figures import figures_path, month_document, read_figures
from trust_registry.filing import (
    declare_interests,
    file_application,
    file_decision,
    file_place,
    file_review,
    file_vote,
)
from trust_registry.log import Checkpoint, grew
from trust_registry.page import Scene
from trust_registry.votes import Choice

__all__ = [
    "figures",
    "first_proof",
    "founding",
    "harbour_applies",
    "swift_applies",
    "two_devices",
]

_THREE: Final = ("Amal", "Birte", "Chidi")


def founding(film: Film) -> None:
    """Nothing is published without the members' own answers, nor by two of five."""
    no_answers = refused(lambda: film.publish(_THREE))
    write_file(film.consortium.folder / "governance.json", canonical(governance(since=film.began)))
    too_few = refused(lambda: film.publish(("Amal", "Birte")))
    signed, seen = film.publish(_THREE)
    film.scenes.append(
        Scene(
            title="Five organisations found a circle",
            tale="Each keeps a key of its own, and three must sign. Before anything counts they "
            "answer for themselves what they will ask of others: ten questions and "
            "thirty-three rows. Only then does their first version come out.",
            refused=(no_answers, too_few),
            seen=seen,
            signed=signed,
        )
    )


def harbour_applies(film: Film, harbour: Organisation) -> None:
    """A clinic is admitted, for one place of the two it asked for."""
    film.on_day(20)
    vetting = film.vetting
    file_application(
        vetting,
        dossier(harbour, "harbour"),
        names={"en": harbour.title},
        actions=harbour.may,
        jurisdictions=("XA", "XB"),
        now=film.now,
    )
    file_place(vetting, place(harbour, "XA", on=film.now, needed=True))
    not_needed = refused(
        lambda: file_place(vetting, place(harbour, "XB", on=film.now, needed=False))
    )
    film.on_day(27)
    finding = {"row": "undp.5.4", "text": "The copy of the key lay in the same drawer."}
    _review(film, harbour, finding)
    open_finding = refused(lambda: _decide(film, harbour, Outcome.ACCREDITED, "Good."))
    film.on_day(36)
    _review(film, harbour, {**finding, "resolved": "The council keeps the copy now."})
    _vote(film, harbour, Choice.ACCREDIT, "They know every mother in the valley.", *_THREE)
    _vote(film, harbour, Choice.REFUSE, "Two people are few.", "Emre")
    film.on_day(40)
    decision = _decide(
        film,
        harbour,
        Outcome.ACCREDITED,
        "Care without papers for six years, and a way for everybody who says no.",
    )
    film.consortium.put_entry(
        harbour.entry(since=film.now, registrar=film.consortium.name, dossier_digest=decision)
    )
    signed, seen = film.publish(_THREE)
    film.scenes.append(
        Scene(
            title=f"{harbour.title} asks to give proofs",
            tale="Its dossier answers everything; what is not done says why. It asked for two "
            "places. In one of them its own assessment came to the answer no: a list of any kind "
            "would be looked for there. The answer is kept and published, and that place is not "
            "opened. A reviewer finds a key and its copy in one drawer; until that is mended "
            "nobody can decide.",
            refused=(not_needed, open_finding),
            votes=film.marks(_THREE, no={"Emre": "Two people are few."}),
            seen=seen,
            signed=signed,
        )
    )


def swift_applies(film: Film, swift: Organisation) -> None:
    """A company is refused, with reasons; who has a stake in it may not vote."""
    film.on_day(22)
    (emre,) = film.who("Emre")
    declare_interests(film.vetting, emre, ties=(swift.did,))
    file_application(
        film.vetting,
        dossier(swift, "swift"),
        names={"en": swift.title},
        actions=swift.may,
        jurisdictions=swift.places,
        now=film.now,
    )
    film.on_day(30)
    _review(
        film,
        swift,
        {"row": "undp.6.3", "text": "Who has no fingerprint to give gets nothing."},
        {"row": "undp.5.4", "text": "One administrator holds every key."},
    )
    why = "People without papers are turned away."
    conflict = refused(lambda: _vote(film, swift, Choice.ACCREDIT, "It is fast.", "Emre"))
    _vote(film, swift, Choice.REFUSE, why, "Amal", "Chidi", "Dolores")
    _vote(film, swift, Choice.ACCREDIT, "It is fast.", "Birte")
    film.on_day(41)
    digest = _decide(
        film,
        swift,
        Outcome.REFUSED,
        "A fingerprint is no choice, appeals are excluded, and one person holds every key.",
    )
    entry = swift.entry(since=film.now, registrar=film.consortium.name, dossier_digest=digest)
    film.consortium.put_entry(entry)
    published = refused(lambda: film.publish(_THREE))
    (film.consortium.folder / f"entries/{slug(swift.did)}.json").unlink()
    film.scenes.append(
        Scene(
            title=f"{swift.title} asks as well, and is told why not",
            tale="“Not done, because” is a good answer to one question and no answer to a whole "
            "dossier. Emre's organisation has money in the company, said so, and may not vote. "
            "The reasons are published with the way to appeal. A clerk who stages the entry all "
            "the same finds that no number of signatures makes up for the votes.",
            votes=film.marks(
                ("Birte",),
                no=dict.fromkeys(("Amal", "Chidi", "Dolores"), why) | {"Emre": "has a stake"},
            ),
            refused=(conflict, published),
        )
    )


def first_proof(film: Film, harbour: Organisation, holder: PublicKey) -> JsonObject:
    """The clinic gives a proof; its lists are collected, and nobody is asked for a signature."""
    film.on_day(75)
    proof = harbour.proof(month=_month(film.now), index=4711, holder=holder)
    film.on_day(80)
    film.consortium.collect_status(harbour.status_list(now=film.now), now=film.now)
    collect_issued(film.consortium.folder, harbour.issued_list(proof, now=film.now), now=film.now)
    film.consortium.publish_status(now=film.now)
    film.scenes.append(
        Scene(
            title="A mother shows a proof, far from any network",
            tale="The station carries the registry on a stick. It knows the clinic, its key and "
            "its list of revoked proofs, and asks nobody. Meanwhile the registry collects, as it "
            "does from everybody, which proofs the clinic has given: digests, no names.",
            judged=(film.judge(proof, "Given this month"),),
        )
    )
    return proof


def figures(film: Film, harbour: Organisation) -> None:
    """What the clinic tells the public: months, in tens, and who was served otherwise."""
    film.on_day(190)
    months = [
        month_document(
            f"{film.now - timedelta(days=30 * back):%Y-%m}",
            place="XA",
            served=served,
            refusals=0,
            complaints=complaints,
            served_otherwise=otherwise,
        )
        for back, served, otherwise, complaints in (
            (5, 118, 31, 3), (4, 164, 38, 12), (3, 23, 97, 27), (2, 141, 42, 11), (1, 203, 36, 4),
        )
    ]  # fmt: skip
    document = {
        "type": "PublicFigures",
        "did": harbour.did,
        "months": months,
        "exclusion": [
            {
                "month": months[2]["month"],
                "what": "While the clinic was suspended four in five came without a good proof.",
                "done": "All were seen on their word; the waiting room opened an hour earlier.",
            }
        ],
        "feedback": [
            {
                "month": months[3]["month"],
                "what": "Older people could not hold the card still enough.",
                "done": "A wooden rest stands on every counter now.",
            }
        ],
        "tests": [],
    }
    path = film.consortium.folder / figures_path(harbour.did)
    write_file(path, canonical(document))
    read_figures(path.read_bytes())
    signed, seen = film.publish(("Amal", "Farida", "Dolores"))
    film.scenes.append(
        Scene(
            title="What the public is told",
            tale="Each month the clinic says how many people it served, how many without a proof, "
            "who complained, and what it changed. Everything is rounded to tens, and under ten "
            "there is no figure.",
            seen=seen,
            signed=signed,
        )
    )


def two_devices(film: Film, early: Checkpoint) -> None:
    """A stick from months ago and today's registry are shown to be of one history."""
    film.on_day(200)
    new = film.checkpoint()
    grown = grew(early, new, read=film.log_file)
    made_up = replace(early, root=bytes(32))
    forked = refused(lambda: grew(made_up, new, read=film.log_file))
    film.scenes.append(
        Scene(
            title="Two devices compare what they have seen",
            tale=f"A station that was off for months knows {early.size} decisions, another one "
            f"{new.size}. A few hashes show that the first {early.size} are "
            f"{'the same' if grown else 'not the same'}. Had somebody been shown another history, "
            "this is what their device would say:",
            refused=(forked,),
        )
    )


def _month(now: datetime) -> date:
    return date(now.year, now.month, 1)


def _review(film: Film, applicant: Organisation, *findings: dict[str, str]) -> None:
    file_review(
        film.vetting,
        applicant.did,
        by="the law clinic of the upper valley",
        summary="Read in full, and visited.",
        findings=findings,
        members=film.members,
        now=film.now,
    )


def _vote(film: Film, applicant: Organisation, choice: Choice, why: str, *names: str) -> None:
    for member in film.who(*names):
        file_vote(
            film.vetting,
            applicant.did,
            choice,
            reason=why,
            key=film.keys[member],
            members=film.members,
            now=film.now,
        )


def _decide(film: Film, applicant: Organisation, outcome: Outcome, reasons: str) -> str:
    """The digest of the dossier that was decided about."""
    return file_decision(
        film.vetting,
        applicant.did,
        outcome,
        members=film.members,
        threshold=film.consortium.threshold,
        reasons=reasons,
        appeals=APPEALS,
        now=film.now,
    ).dossier
