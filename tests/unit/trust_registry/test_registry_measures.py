"""Suspension, withdrawal and appeal: nothing is cancelled by one, at once, or without an answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from amana.errors import InputError, RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from amana.sealed import KeyFile
from tests import vetting_lab as lab
from tests.vetting_room import DID, NOW, Room
from trust_registry import filing, measure_filing
from trust_registry._vetting_folder import read_case
from trust_registry._vetting_records import Outcome
from trust_registry.appeals import ANSWER_WITHIN, Standing
from trust_registry.changes import with_key_state, with_state
from trust_registry.consortium import Consortium
from trust_registry.entries import check_entry
from trust_registry.measures import (
    NOTICE,
    Measure,
    check_measure,
    make_measure,
    require_measure,
    require_measured,
)
from trust_registry.snapshot import Entry, State
from trust_registry.votes import Choice

Object = dict[str, Any]
REASON = "Lists of names were sold."
LATER = NOW + timedelta(days=1)
AFTER_NOTICE = LATER + NOTICE[Choice.WITHDRAW]
OMBUD = SecretKey(b"o" * 32)


class Floor(Room):
    """The same room after the accreditation."""

    def propose(
        self, choice: Choice = Choice.WITHDRAW, *, now: datetime = LATER, **changes: Any
    ) -> Measure:
        given: Object = {"reason": REASON, "appeals": "appeals@circle.example", "now": now}
        return measure_filing.file_measure(self.folder, DID, choice, **{**given, **changes})

    def vote_on(
        self, measure: Measure, *names: str, in_favour: bool = True, key: SecretKey | None = None
    ) -> None:
        for secret in [self.keys[name] for name in names] or [key or self.issuer]:
            measure_filing.file_measure_vote(
                self.folder,
                self.entry(),
                measure.number,
                in_favour=in_favour,
                reason="It is proved.",
                key=secret,
                members=self.members,
                now=LATER,
            )

    def measured(
        self,
        state: State = State.WITHDRAWN,
        *,
        now: datetime = AFTER_NOTICE,
        reason: str = REASON,
        entry: Entry | None = None,
        threshold: int = 2,
        since: datetime | None = None,
    ) -> Measure:
        return require_measure(
            self.folder,
            entry or self.entry(),
            state,
            reason=reason,
            members=self.members,
            threshold=threshold,
            since=since or now,
            now=now,
        )

    def appeal(self, measure: int | None = None, *, now: datetime = LATER) -> int:
        number, _ = measure_filing.file_appeal(
            self.folder,
            self.entry(),
            DID,
            grounds="It was another organisation.",
            members=self.members,
            measure=measure,
            now=now,
        )
        return number

    def answer(
        self, number: int, key: SecretKey, *, uphold: bool = True, measure: int | None = None
    ) -> Path:
        return measure_filing.file_appeal_vote(
            self.folder,
            self.entry(),
            DID,
            number,
            uphold=uphold,
            reason="Looked at anew.",
            key=key,
            members=self.members,
            measure=measure,
            now=LATER,
        )

    def conclude(
        self, number: int, *, measure: int | None = None, now: datetime = LATER
    ) -> Standing:
        return measure_filing.conclude_appeal(
            self.folder,
            self.entry(),
            DID,
            number,
            text="Here is why.",
            members=self.members,
            measure=measure,
            now=now,
        )


@pytest.fixture
def floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # waiting for the disk tells nothing here
    floor = Floor(tmp_path)
    floor.accredited()
    return floor


def refused(reason: Reason, call: Callable[[], object]) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        call()
    assert caught.value.reason is reason
    return caught.value


def test_nothing_is_withdrawn_without_a_measure(floor: Floor) -> None:
    """C79: no member, and no clerk, can do it alone."""
    refused(Reason.NOT_ACCREDITED, floor.measured)
    for state in (State.SUSPENDED, State.GRANTED, State.TERMINATED):
        refused(Reason.NOT_ACCREDITED, partial(floor.measured, state))


def test_a_withdrawal_needs_two_votes_notice_and_its_own_reason(floor: Floor) -> None:
    """C79: reason, two people, notice, appeal."""
    measure = floor.propose()
    assert measure.effective - measure.proposed == timedelta(days=14)
    floor.vote_on(measure, "member-1")
    assert refused(Reason.TOO_FEW_VOTES, floor.measured).where["file"] == "1/votes"
    floor.vote_on(measure, "member-2")
    early = AFTER_NOTICE - timedelta(seconds=1)
    refused(Reason.NOTICE_RUNNING, lambda: floor.measured(now=early))
    refused(Reason.NOT_ACCREDITED, lambda: floor.measured(reason="Something else."))
    refused(Reason.NOT_ACCREDITED, lambda: floor.measured(State.SUSPENDED))
    assert floor.measured() == measure


def test_two_members_are_the_least_whatever_the_threshold(floor: Floor) -> None:
    """C79."""
    measure = floor.propose()
    floor.vote_on(measure, "member-1")
    refused(Reason.TOO_FEW_VOTES, lambda: floor.measured(threshold=1))
    floor.vote_on(measure, "member-2")
    refused(Reason.TOO_FEW_VOTES, lambda: floor.measured(threshold=3))
    floor.vote_on(measure, "member-3")
    floor.measured(threshold=3)


def test_a_vote_against_is_none_in_favour(floor: Floor) -> None:
    measure = floor.propose()
    floor.vote_on(measure, "member-1", "member-2")
    measure_filing.file_measure_vote(
        floor.folder,
        floor.entry(),
        measure.number,
        in_favour=False,
        reason="Not proved.",
        key=floor.keys["member-2"],
        members=floor.members,
        now=LATER + timedelta(hours=1),
    )
    refused(Reason.TOO_FEW_VOTES, floor.measured)


def test_danger_to_people_suspends_at_once(floor: Floor) -> None:
    """C79: two members suffice to protect people; a threshold of more is for what lasts."""
    waiting = floor.propose(Choice.SUSPEND)
    floor.vote_on(waiting, "member-1", "member-2")
    refused(Reason.NOTICE_RUNNING, lambda: floor.measured(State.SUSPENDED, now=LATER))
    urgent = floor.propose(Choice.SUSPEND, urgent="The lists name people in hiding.")
    floor.vote_on(urgent, "member-1", "member-2")
    assert floor.measured(State.SUSPENDED, now=LATER, threshold=3) == urgent
    with pytest.raises(InputError) as caught:
        floor.propose(urgent="Soon.")
    assert caught.value.reason is Reason.BAD_VETTING


def test_a_measure_is_used_once(floor: Floor) -> None:
    """C79: what was done, or undone, is not done again without being decided again."""
    suspension = floor.propose(Choice.SUSPEND, urgent="People in hiding are named.")
    floor.vote_on(suspension, "member-1", "member-2")
    measure = floor.propose()
    floor.vote_on(measure, "member-1", "member-2")
    suspended = changed(floor.entry_document(), State.SUSPENDED, now=LATER)
    refused(
        Reason.NOT_ACCREDITED,
        lambda: floor.measured(State.SUSPENDED, entry=check_entry(suspended)),
    )
    # What was announced before the suspension may follow it; a reinstatement ends it.
    assert floor.measured(entry=check_entry(suspended)) == measure
    again = changed(suspended, State.GRANTED, now=LATER + timedelta(days=2))
    refused(Reason.NOT_ACCREDITED, lambda: floor.measured(entry=check_entry(again)))


def test_every_change_of_standing_has_its_measure(floor: Floor) -> None:
    """C79: what is published is counted again, and no date in an entry outruns the notice."""
    before = floor.entry_document()

    def published(after: Object, *, now: datetime = AFTER_NOTICE) -> None:
        require_measured(
            floor.folder,
            check_entry(before),
            check_entry(after),
            members=floor.members,
            threshold=2,
            now=now,
        )

    published(before)
    suspension = floor.propose(Choice.SUSPEND, urgent="People in hiding are named.")
    floor.vote_on(suspension, "member-1", "member-2")
    suspended = changed(before, State.SUSPENDED, now=LATER)
    published(suspended)
    withdrawn = changed(suspended, State.WITHDRAWN, now=AFTER_NOTICE)
    refused(Reason.NOT_ACCREDITED, lambda: published(withdrawn))
    withdrawal = floor.propose()
    floor.vote_on(withdrawal, "member-1", "member-2")
    published(withdrawn)
    early = changed(suspended, State.WITHDRAWN, now=LATER + timedelta(days=1))
    refused(Reason.NOTICE_RUNNING, lambda: published(early))
    sooner = changed(before, State.SUSPENDED, now=LATER - timedelta(hours=1))
    refused(Reason.NOT_ACCREDITED, lambda: published(sooner))


def changed(document: Object, state: State, *, now: datetime) -> Object:
    return with_state(document, state, reason=REASON, now=now)


def test_the_lab_agrees_as_the_commands_do(floor: Floor) -> None:
    founders = [KeyFile(secret=key, demo=True) for key in floor.keys.values()]
    consortium = Consortium(
        folder=floor.folder.parent,
        name="The circle",
        threshold=2,
        members=(),
        principles=(),
        demo=True,
        founders=tuple(founders),
    )
    for state in (State.WITHDRAWN, State.SUSPENDED):
        late = NOW + timedelta(days=30)
        lab.agree(consortium, DID, state, reason=REASON, now=late)
        assert floor.measured(state, now=late).reason == REASON


def test_an_organisation_ends_its_accreditation_itself(floor: Floor) -> None:
    """C79: with its own key, at once; nobody else can call a withdrawal its own wish."""
    measure = floor.propose(Choice.END)
    refused(Reason.TOO_FEW_VOTES, lambda: floor.measured(State.TERMINATED))
    floor.vote_on(measure)
    assert floor.measured(State.TERMINATED, now=LATER) == measure


def test_members_who_end_it_wait_as_for_a_withdrawal(floor: Floor) -> None:
    measure = floor.propose(Choice.END)
    floor.vote_on(measure, "member-1", "member-2")
    refused(Reason.NOTICE_RUNNING, lambda: floor.measured(State.TERMINATED, now=LATER))
    floor.measured(State.TERMINATED)


def test_a_retired_key_ends_nothing(floor: Floor) -> None:
    """C79: who stole an old key can't end an organisation."""
    measure = floor.propose(Choice.END)
    floor.vote_on(measure)
    old = with_key_state(floor.entry_document(), f"{DID}#key-1", State.RETIRED, now=LATER)
    refused(
        Reason.VOTER_NOT_A_MEMBER,
        lambda: floor.measured(State.TERMINATED, entry=check_entry(old)),
    )


def test_the_organisation_does_not_vote_on_its_withdrawal(floor: Floor) -> None:
    measure = floor.propose()
    refused(Reason.VOTER_NOT_A_MEMBER, lambda: floor.vote_on(measure))


def test_a_member_with_an_interest_votes_on_no_measure(floor: Floor) -> None:
    """C110: a competitor or a partner."""
    filing.declare_interests(floor.folder, "member-3", ties=[DID])
    measure = floor.propose()
    refused(Reason.CONFLICT_OF_INTEREST, lambda: floor.vote_on(measure, "member-3"))


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "accredit"},
        {"decision": []},
        {"reason": ""},
        {"appeals": ""},
        {"number": 0},
        {"proposed": 5},
        {"more": 1},
    ],
)
def test_a_malformed_measure_is_refused(change: Object) -> None:
    """C79: without a reason or a place to appeal there is no measure."""
    good = make_measure(
        DID,
        Choice.WITHDRAW,
        number=1,
        dossier=lab.DIGEST,
        reason=REASON,
        appeals="a@b.example",
        now=NOW,
    )
    check_measure(good)
    with pytest.raises(InputError):
        check_measure({**good, **change})
    with pytest.raises(RegistryError) as caught:
        check_measure({**good, "effective": "2026-12-01T00:00:00Z"})
    assert caught.value.reason is Reason.NOTICE_RUNNING


def test_a_measure_about_another_is_refused(floor: Floor) -> None:
    floor.propose()
    floor.change("measures/1/measure.json", lambda paper: paper.update(did="did:web:b.example"))
    refused(Reason.BAD_VETTING, floor.measured)


def test_a_withdrawal_waits_for_its_appeal(floor: Floor) -> None:
    """C79, C122: an appeal stops it until those who did not vote have answered."""
    measure = floor.propose()
    floor.vote_on(measure, "member-1", "member-2")
    number = floor.appeal(measure.number)
    refused(Reason.APPEAL_REFUSED, floor.measured)
    assert floor.conclude(number, measure=measure.number) is Standing.OPEN
    error = refused(
        Reason.CONFLICT_OF_INTEREST,
        lambda: floor.answer(number, floor.keys["member-1"], measure=measure.number),
    )
    assert error.where == {"role": "member-1"}
    floor.answer(number, floor.keys["member-3"], uphold=False, measure=measure.number)
    assert floor.conclude(number, measure=measure.number) is Standing.DISMISSED
    assert floor.measured() == measure


def test_an_appeal_that_succeeds_ends_the_measure(floor: Floor) -> None:
    """C122: independent oversight, by a reviewer from outside as well."""
    filing.declare_interests(floor.folder, "member-1", independent={"ombud": OMBUD.public})
    measure = floor.propose()
    floor.vote_on(measure, "member-1", "member-2")
    number = floor.appeal(measure.number)
    floor.answer(number, OMBUD, measure=measure.number)
    floor.answer(number, floor.keys["member-3"], uphold=False, measure=measure.number)
    # A draw is for the appellant.
    assert floor.conclude(number, measure=measure.number) is Standing.UPHELD
    refused(Reason.APPEAL_REFUSED, floor.measured)
    assert read_case(floor.folder, DID).application.round == 1


def test_silence_is_success(floor: Floor) -> None:
    """C79, C122: who does not answer in time has lost."""
    measure = floor.propose()
    floor.vote_on(measure, "member-1", "member-2")
    number = floor.appeal(measure.number)
    late = LATER + ANSWER_WITHIN + timedelta(seconds=1)
    refused(Reason.APPEAL_REFUSED, lambda: floor.measured(now=late))
    assert floor.conclude(number, measure=measure.number, now=late) is Standing.UNANSWERED


def test_a_suspension_holds_while_its_appeal_is_heard(floor: Floor) -> None:
    measure = floor.propose(Choice.SUSPEND, urgent="People in hiding are named.")
    floor.vote_on(measure, "member-1", "member-2")
    number = floor.appeal(measure.number)
    assert floor.measured(State.SUSPENDED, now=LATER) == measure
    floor.answer(number, floor.keys["member-3"], measure=measure.number)
    refused(Reason.APPEAL_REFUSED, lambda: floor.measured(State.SUSPENDED, now=LATER))


def test_a_good_appeal_reopens_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C110, C122: a new round, in which nothing of the last one counts."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    floor = Floor(tmp_path)
    floor.ready()
    refused(Reason.APPEAL_REFUSED, floor.appeal)
    floor.vote("member-1", Choice.REFUSE)
    floor.vote("member-2", Choice.REFUSE)
    floor.decide(Outcome.REFUSED)
    number = floor.appeal()
    refused(Reason.CONFLICT_OF_INTEREST, lambda: floor.answer(number, floor.keys["member-2"]))
    floor.answer(number, floor.keys["member-3"])
    assert floor.conclude(number) is Standing.UPHELD
    case = read_case(floor.folder, DID)
    assert (case.application.round, case.decision, case.votes, case.reviews) == (2, None, (), ())
    assert (floor.own / "earlier" / "1" / "appeals" / "1" / "answer.json").exists()
    floor.review()
    floor.votes()
    assert floor.decide().round == 2
    floor.require()


def test_an_appeal_comes_in_time(floor: Floor) -> None:
    """C122: sixty days."""
    floor.appeal(now=NOW + timedelta(days=60))
    late = NOW + timedelta(days=60, seconds=1)
    refused(Reason.APPEAL_REFUSED, lambda: floor.appeal(now=late))


def test_an_appeal_against_an_older_decision_changes_nothing_now(floor: Floor) -> None:
    measure = floor.propose()
    floor.vote_on(measure, "member-1", "member-2")
    floor.appeal(measure.number)
    floor.change("measures/1/appeals/1/appeal.json", lambda paper: paper.update(against=lab.DIGEST))
    assert floor.measured() == measure
