"""The second half of the governance film: what goes wrong, and how it is put right."""

from __future__ import annotations

import os
from datetime import date
from typing import Final

from amana.cli import write_file
from amana.keys import PublicKey, SecretKey
from amana.strict_json import JsonObject
from apps._governance_cast import APPEALS, Organisation
from apps._governance_film import Film, refused
from trust_registry.ceremony import Change, start
from trust_registry.entries import slug
from trust_registry.filing import declare_interests
from trust_registry.measure_filing import (
    conclude_appeal,
    file_appeal,
    file_appeal_vote,
    file_measure,
    file_measure_vote,
)
from trust_registry.page import Scene
from trust_registry.snapshot import State
from trust_registry.votes import Choice

__all__ = ["a_key_is_lost", "newcomer", "suspension", "swapped_on_the_way"]

_WHY: Final = "Proofs were sold at the market; until it is clear by whom, none counts."
_THREE: Final = ("Amal", "Birte", "Chidi")


def swapped_on_the_way(film: Film) -> None:
    """The coordinator gives the second member another package than the first."""
    film.on_day(90)
    slipped_in = film.consortium.folder / "documents" / "policies" / "exceptions.json"

    def swapped(_data: bytes) -> bytes:
        write_file(slipped_in, b'{"exceptions":["the coordinator\'s friends"]}')
        return start(film.consortium, now=film.now).data()

    caught = refused(lambda: film.publish(_THREE, on_the_way=swapped))
    slipped_in.unlink()
    film.scenes.append(
        Scene(
            title="Somebody swaps the package between two signatures",
            tale="Amal has signed. For Birte the coordinator has made another package, with a "
            "document in it that nobody talked about. Its digest is not the one that Amal read "
            "out on the telephone. Nothing is published; the old version stands.",
            refused=(caught,),
        )
    )


def suspension(film: Film, harbour: Organisation, proof: JsonObject, thief: PublicKey) -> None:
    """A clinic is suspended: what it gave before still counts, what is dated back does not."""
    film.on_day(100)
    number = _measure(film, harbour, Choice.SUSPEND, _WHY, "People were cheated with them.", _THREE)
    staged = film.consortium.folder / "entries" / f"{slug(harbour.did)}.json"
    before = staged.read_bytes()
    film.consortium.change_state(harbour.did, State.SUSPENDED, reason=_WHY, now=film.now)
    too_early = refused(lambda: film.publish(_THREE))
    write_file(staged, before)
    film.on_day(103)
    film.consortium.change_state(harbour.did, State.SUSPENDED, reason=_WHY, now=film.now)
    signed, seen = film.publish(_THREE)
    film.on_day(140)
    month = date.fromisoformat(proof["validFrom"][:10])
    dated_back = harbour.proof(month=month, index=815, holder=thief)
    later = harbour.proof(month=film.now.date().replace(day=1), index=816, holder=thief)
    film.scenes.append(
        Scene(
            title=f"{harbour.title} is suspended",
            tale="Somebody sells its proofs. Three members vote, say why, and tell the clinic: "
            "three days of notice, and a place to appeal. What it gave before stands in the list "
            "that was collected then, and still opens the door. A proof that carries an old date "
            "and stands in no list proves nothing either way: staff ask another way.",
            refused=(too_early,),
            seen=seen,
            signed=signed,
            judged=(
                film.judge(proof, "Given before, in the list"),
                film.judge(dated_back, f"Says {month:%B}, made today"),
                film.judge(later, "Given while suspended"),
            ),
        )
    )
    appeal(film, harbour, number, proof)


def appeal(film: Film, harbour: Organisation, measure: int, proof: JsonObject) -> None:
    """The clinic appeals; who voted does not answer, and somebody from outside does."""
    film.on_day(141)
    entry, members = film.consortium.entries[harbour.did], film.members
    judge = SecretKey.generate(os.urandom)
    (emre,) = film.who("Emre")
    declare_interests(film.vetting, emre, independent={"the law clinic": judge.public})
    number, _ = file_appeal(
        film.vetting,
        entry,
        harbour.did,
        grounds="The proofs were made with a stolen laptop; we told the registrar the same day.",
        members=members,
        now=film.now,
        measure=measure,
    )

    def vote(key: SecretKey) -> None:
        file_appeal_vote(
            film.vetting,
            entry,
            harbour.did,
            number,
            uphold=True,
            reason="The thief was found, with the laptop.",
            key=key,
            members=members,
            now=film.now,
            measure=measure,
        )

    film.on_day(150)
    own_judge = refused(lambda: vote(film.keys[film.who("Amal")[0]]))
    vote(judge)
    conclude_appeal(
        film.vetting,
        entry,
        harbour.did,
        number,
        text="The clinic did what it could. It is sorry, and so are we.",
        members=members,
        now=film.now,
        measure=measure,
    )
    why = "The appeal was heard and upheld."
    again = ("Amal", "Chidi", "Dolores")
    _measure(film, harbour, Choice.REINSTATE, why, "The thief was found.", again)
    film.consortium.change_state(harbour.did, State.GRANTED, reason=why, now=film.now)
    signed, seen = film.publish(again)
    film.on_day(151)
    film.scenes.append(
        Scene(
            title="The appeal",
            tale="The clinic writes that its laptop was stolen. Who voted for the suspension may "
            "not answer; the law clinic from outside does, within its thirty days, and upholds "
            "the appeal. Three members reinstate the clinic. Its history keeps both.",
            refused=(own_judge,),
            votes=film.marks(again),
            seen=seen,
            signed=signed,
            judged=(film.judge(proof, "Given before all this"),),
        )
    )


def _measure(
    film: Film, at: Organisation, choice: Choice, why: str, because: str, names: tuple[str, ...]
) -> int:
    """Propose a measure and vote for it; returns its number."""
    entry = film.consortium.entries[at.did]
    measure = file_measure(film.vetting, at.did, choice, reason=why, appeals=APPEALS, now=film.now)
    for member in film.who(*names):
        file_measure_vote(
            film.vetting,
            entry,
            measure.number,
            in_favour=True,
            reason=because,
            key=film.keys[member],
            members=film.members,
            now=film.now,
        )
    return measure.number


def a_key_is_lost(film: Film) -> None:
    """A member's key is gone: the root names another one."""
    film.on_day(160)
    (dolores,) = film.who("Dolores")
    old, new = film.keys[dolores], SecretKey.generate(os.urandom)
    members = {**film.members, dolores: new.public}
    film.keys[dolores] = new
    signed, seen = film.publish(_THREE, change=Change(members=members, threshold=3))
    film.keys[dolores] = old
    stale = refused(lambda: film.publish(("Amal", "Birte", "Dolores")))
    film.keys[dolores] = new
    film.scenes.append(
        Scene(
            title="Dolores loses her key",
            tale="A bag is stolen, with the token in it. The others sign a root that names her new "
            "key; every bin is signed again. Whoever found the bag signs for nothing any more.",
            seen=seen,
            signed=signed,
            refused=(stale,),
        )
    )


def newcomer(film: Film) -> None:
    """A sixth member joins, by the same ceremony."""
    film.on_day(175)
    farida = SecretKey.generate(os.urandom)
    name = "member-6"
    members = {**film.members, name: farida.public}
    signed, seen = film.publish(
        ("Amal", "Birte", "Dolores"), change=Change(members=members, threshold=3)
    )
    film.keys[name], film.names[name] = farida, "Farida"
    film.on_day(176)
    film.scenes.append(
        Scene(
            title="Farida joins",
            tale="A sixth organisation takes a seat. Three of the old members sign for it, Dolores "
            "with her new key. No single one of them could have done it, and none could have "
            "hindered it.",
            seen=seen,
            signed=signed,
        )
    )
