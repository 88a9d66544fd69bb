"""Offers and answers: nothing is done to people, and a refusal costs nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from amana.errors import InputError
from amana.reasons import Reason
from issuer.offer import (
    Acceptance,
    Consent,
    accept,
    accept_many,
    read_holder_keys,
    record_offers,
    refuse,
)
from issuer.purposes import load_purposes
from issuer.register import Register, State, expire
from tests.issuing_lab import (
    HOUSEHOLD,
    PURPOSES,
    SOURCE,
    TODAY,
    draft,
    new_register,
    offer,
    run_issue,
    say_yes,
    wallet_keys,
)

PAST_RETENTION = date(2027, 11, 1)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with new_register(tmp_path / "register.sqlite") as register:
        yield register


def reason_of(caught: pytest.ExceptionInfo[InputError]) -> Reason:
    return caught.value.reason


def test_an_offer_records_purpose_basis_notice_and_retention(register: Register) -> None:
    """C30, C55, C64: and it holds exactly the claims of its purpose."""
    (row_id,) = offer(register, draft())
    row = register.row(row_id)
    assert row.state is State.OFFERED
    assert row.purpose_id == "food-assistance"
    assert row.legal_basis == HOUSEHOLD.legal_basis
    assert row.notice_version == HOUSEHOLD.notice_version
    assert row.retention == "2027-11"  # 12 months, cut to the month
    assert not row.nameless
    assert row.content == {
        "entitlement": "basket-medium",
        "copies": 3,
        "claims": {"householdSize": 4, "children": 2},
        "selfStated": ["householdSize", "children"],
        "checked": [],
    }
    assert row.copies_offered == 3
    assert row.reference is None


def test_the_same_file_twice_makes_no_second_offer(register: Register) -> None:
    """A crash in the middle of intake is mended by taking the file in again."""
    drafts = [draft(1), draft(2), draft(2, person=0), draft(2, person=1)]
    first = offer(register, *drafts[:2])
    again = record_offers(
        register, drafts, source=SOURCE, purposes=PURPOSES, today=TODAY, randomness=os.urandom
    )
    assert again.row_ids[:2] == first
    assert again.new == 2
    assert len(set(again.row_ids)) == 4
    other = record_offers(
        register, drafts, source=b"\x02" * 32, purposes=PURPOSES, today=TODAY, randomness=os.urandom
    )
    assert other.new == 4


def test_a_draft_twice_in_one_file_is_one_offer(register: Register) -> None:
    assert len(set(offer(register, draft(1), draft(1)))) == 1


def test_a_refused_row_is_not_offered_again_by_the_same_file(register: Register) -> None:
    """C62: taking the file in once more does not bring back what a person refused."""
    (row_id,) = offer(register, draft())
    refuse(register, [row_id], today=TODAY, randomness=os.urandom)
    assert offer(register, draft()) == (row_id,)
    assert register.row(row_id).state is State.NAMELESS
    assert "claims" not in register.row(row_id).content


def test_more_offers_than_one_transaction_holds(register: Register) -> None:
    row_ids = offer(register, *(draft(number) for number in range(1_001)))
    assert len(set(row_ids)) == 1_001
    assert len(register.row_ids()) == 1_001


def test_an_offer_needs_a_recorded_purpose(register: Register) -> None:
    """C30: no purpose, no offer, and nothing of the batch is kept."""
    none = load_purposes(
        json.dumps({"purposes": [json.loads(_purposes_json())["purposes"][1]]}).encode()
    )
    with pytest.raises(InputError) as caught:
        record_offers(
            register,
            [draft(1, person=0), draft(1)],
            source=SOURCE,
            purposes=none,
            today=TODAY,
            randomness=os.urandom,
        )
    assert reason_of(caught) is Reason.BAD_PURPOSE
    assert register.row_ids() == []


def _purposes_json() -> bytes:
    from issuer.purposes import default_purposes

    return default_purposes()


@pytest.mark.parametrize("kind", list(Consent))
def test_acceptance_records_kind_notice_and_day_but_no_instant(
    register: Register, kind: Consent
) -> None:
    """C53, C68."""
    (row_id,) = offer(register, draft())
    accept(
        register,
        row_id,
        notice_version="v1",
        consent=kind,
        holder_keys=wallet_keys(3),
        today=TODAY,
        randomness=os.urandom,
    )
    row = register.row(row_id)
    assert row.state is State.ACCEPTED
    assert row.content["consent"] == {
        "kind": kind.value,
        "noticeVersion": "v1",
        "day": "2026-11-22",
        "way": "wallet",
    }


def test_an_unknown_kind_of_consent_is_no_consent(register: Register) -> None:
    (row_id,) = offer(register, draft())
    with pytest.raises(ValueError, match="nod"):
        accept(
            register,
            row_id,
            notice_version="v1",
            consent="nod",  # type: ignore[arg-type]
            holder_keys=None,
            today=TODAY,
            randomness=os.urandom,
        )
    assert register.row(row_id).state is State.OFFERED


def test_told_another_notice_is_no_consent(register: Register) -> None:
    """C65: consent is to the notice of this purpose, not to an older one."""
    (row_id,) = offer(register, draft())
    with pytest.raises(InputError) as caught:
        accept(
            register,
            row_id,
            notice_version="v0",
            consent=Consent.TICK,
            holder_keys=None,
            today=TODAY,
            randomness=os.urandom,
        )
    assert reason_of(caught) is Reason.CONSENT_MISSING
    assert register.row(row_id).state is State.OFFERED


def test_paper_is_accepted_with_a_random_reference(register: Register) -> None:
    """C4, C9: no phone is needed."""
    row_ids = offer(register, draft(1), draft(2))
    for row_id in row_ids:
        say_yes(register, row_id)
    references = [register.row(row_id).reference for row_id in row_ids]
    assert all(r is not None and len(r) == 10 for r in references)
    assert len(set(references)) == 2


def test_answers_are_given_once(register: Register) -> None:
    (row_id,) = offer(register, draft())
    say_yes(register, row_id)
    with pytest.raises(InputError) as caught:
        say_yes(register, row_id)
    assert reason_of(caught) is Reason.WRONG_STATE
    refuse(register, [row_id], today=TODAY, randomness=os.urandom)
    with pytest.raises(InputError) as caught:
        say_yes(register, row_id)
    assert reason_of(caught) is Reason.WRONG_STATE


def test_one_bad_acceptance_leaves_all_of_them_undone(register: Register) -> None:
    first, second = offer(register, draft(1), draft(2))
    yes = [
        Acceptance(row_id=row_id, notice_version="v1", consent=Consent.VOICE, holder_keys=None)
        for row_id in (first, second, first)
    ]
    with pytest.raises(InputError) as caught:
        accept_many(register, yes, today=TODAY, randomness=os.urandom)
    assert reason_of(caught) is Reason.WRONG_STATE
    assert register.row_ids(state=State.OFFERED) == sorted((first, second))
    accept_many(register, [], today=TODAY, randomness=os.urandom)


def test_more_acceptances_than_one_statement_takes(register: Register) -> None:
    row_ids = offer(register, *(draft(number) for number in range(501)))
    keys = wallet_keys(3 * 501)
    yes = [
        Acceptance(
            row_id=row_id,
            notice_version="v1",
            consent=Consent.TICK,
            holder_keys=keys[3 * number : 3 * number + 3],
        )
        for number, row_id in enumerate(row_ids)
    ]
    accept_many(register, yes, today=TODAY, randomness=os.urandom)
    assert len(register.row_ids(state=State.ACCEPTED)) == 501


def test_keys_are_enough_distinct_good_and_new(register: Register, tmp_path: Path) -> None:
    """C68, design §3: a key for each copy, never used for two, so that copies can't be joined."""
    first, second = offer(register, draft(1), draft(2))
    keys = wallet_keys(4)
    bad = [
        keys[:2],
        [keys[0], keys[0], keys[1]],
        [*keys[:2], "did:web:aid.example"],
        [*keys[:2], "did:key:zNotAKey"],
        [],
    ]
    for given in bad:
        with pytest.raises(InputError) as caught:
            say_yes(register, first, keys=given)
        assert reason_of(caught) is Reason.BAD_HOLDER_KEYS
        assert caught.value.where == {"row": first}
    say_yes(register, first, keys=keys[:3])
    with pytest.raises(InputError) as caught:
        say_yes(register, second, keys=[keys[3], *wallet_keys(1), keys[2]])
    assert reason_of(caught) is Reason.BAD_HOLDER_KEYS
    run_issue(register, tmp_path / "out.jsonl")  # forgets the keys, not that they were used
    with pytest.raises(InputError) as caught:
        say_yes(register, second, keys=[keys[3], *wallet_keys(1), keys[0]])
    assert reason_of(caught) is Reason.BAD_HOLDER_KEYS
    say_yes(register, second, keys=[keys[3], *wallet_keys(2)])


def test_two_acceptances_at_once_may_not_share_a_key(register: Register) -> None:
    first, second = offer(register, draft(1), draft(2))
    keys = wallet_keys(5)
    yes = [
        Acceptance(
            row_id=row_id, notice_version="v1", consent=Consent.TICK, holder_keys=keys[at : at + 3]
        )
        for row_id, at in ((first, 0), (second, 2))
    ]
    with pytest.raises(InputError) as caught:
        accept_many(register, yes, today=TODAY, randomness=os.urandom)
    assert reason_of(caught) is Reason.BAD_HOLDER_KEYS


def test_more_keys_than_needed_are_left_unused(register: Register) -> None:
    first, second = offer(register, draft(1), draft(2))
    keys = wallet_keys(5)
    say_yes(register, first, keys=keys)
    say_yes(register, second, keys=[*keys[3:], *wallet_keys(1)])


def test_refusal_erases_claims_and_keeps_the_entitlement(register: Register) -> None:
    """C3, C62: the same entitlement, and nothing else about the household."""
    (row_id,) = offer(register, draft())
    before = register.row(row_id)
    assert refuse(register, [row_id], today=TODAY, randomness=os.urandom) == 1
    after = register.row(row_id)
    assert after.entitlement == before.entitlement
    assert (after.purpose_id, after.retention) == (before.purpose_id, before.retention)
    assert after.content.keys() == {"entitlement", "reference"}
    assert after.nameless
    assert after.state is State.NAMELESS
    assert after.copies_offered == 0
    # Once more changes nothing, not even the reference.
    assert refuse(register, [row_id, row_id], today=TODAY, randomness=os.urandom) == 0
    assert register.row(row_id).reference == after.reference


def test_consent_may_be_taken_back_before_anything_is_issued(
    register: Register, tmp_path: Path
) -> None:
    (row_id,) = offer(register, draft())
    keys = wallet_keys(3)
    say_yes(register, row_id, keys=keys)
    refuse(register, [row_id], today=TODAY, randomness=os.urandom)
    assert run_issue(register, tmp_path / "out.jsonl").copies == 1
    for key in keys:
        assert key.encode() not in (tmp_path / "out.jsonl").read_bytes()


def test_refusing_the_same_row_twice_in_one_call_counts_once(register: Register) -> None:
    (row_id,) = offer(register, draft())
    assert refuse(register, [row_id, row_id], today=TODAY, randomness=os.urandom) == 1


def test_what_is_out_is_revoked_and_not_refused(register: Register, tmp_path: Path) -> None:
    first, second = offer(register, draft(1), draft(2))
    say_yes(register, first)
    run_issue(register, tmp_path / "out.jsonl")
    with pytest.raises(InputError) as caught:
        refuse(register, [second, first], today=TODAY, randomness=os.urandom)
    assert reason_of(caught) is Reason.WRONG_STATE
    assert register.row(second).state is State.OFFERED  # all or none


def test_after_retention_there_is_nothing_to_answer(register: Register) -> None:
    """C64."""
    (row_id,) = offer(register, draft())
    for _ in range(2):  # before and after the row was erased
        with pytest.raises(InputError) as caught:
            say_yes(register, row_id, today=PAST_RETENTION)
        assert reason_of(caught) is Reason.RETENTION_PASSED
        with pytest.raises(InputError) as caught:
            refuse(register, [row_id], today=PAST_RETENTION, randomness=os.urandom)
        assert reason_of(caught) is Reason.RETENTION_PASSED
        expire(register, today=PAST_RETENTION)


def test_unknown_rows(register: Register) -> None:
    with pytest.raises(InputError) as caught:
        say_yes(register, "nobody")
    assert reason_of(caught) is Reason.NO_SUCH_ROW
    with pytest.raises(InputError) as caught:
        refuse(register, ["nobody"], today=TODAY, randomness=os.urandom)
    assert reason_of(caught) is Reason.NO_SUCH_ROW


def test_a_wallets_file_of_holder_keys() -> None:
    holders = wallet_keys(2)
    good = {"amana": "holder-keys", "version": 1, "holders": holders}
    assert read_holder_keys(json.dumps(good).encode()) == tuple(holders)


@pytest.mark.parametrize(
    "change",
    [
        {"amana": "key"},
        {"version": 2},
        {"holders": []},
        {"holders": "did:key:z6Mk"},
        {"holders": [1]},
        {"holders": ["x"] * 10_001},
    ],
)
def test_files_that_are_not_a_wallets(change: dict[str, object]) -> None:
    value = {"amana": "holder-keys", "version": 1, "holders": ["x"], **change}
    with pytest.raises(InputError) as caught:
        read_holder_keys(json.dumps(value).encode())
    assert reason_of(caught) is Reason.BAD_HOLDER_KEYS


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff"])
def test_files_that_are_not_even_that(data: bytes) -> None:
    with pytest.raises(InputError):
        read_holder_keys(data)
