"""Revoking: two officers, a reason, a record that stays, and a bit that is never cleared."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from amana.errors import InputError
from amana.jcs import canonical
from amana.reasons import Reason
from amana.status import StatusList, read_status_list
from issuer.register import Register, State, expire
from issuer.revoke import Cause, build_status_lists, replace_lost, revocations_of, revoke
from tests.issuing_lab import (
    BASE,
    DID,
    METHOD,
    SIGNER,
    TODAY,
    draft,
    new_register,
    offer,
    read_lines,
    run_issue,
    say_yes,
    wallet_keys,
)

OFFICERS = ("protection officer", "field coordinator")


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with new_register(tmp_path / "register.sqlite") as register:
        yield register


@pytest.fixture
def row_id(register: Register, tmp_path: Path) -> str:
    """A row whose three copies are out."""
    (row_id,) = offer(register, draft())
    say_yes(register, row_id, keys=wallet_keys(3))
    run_issue(register, tmp_path / "out.jsonl")
    return row_id


def do_revoke(
    register: Register,
    row_id: str,
    *,
    reason: str = "the household asked",
    officers: Sequence[str] = OFFICERS,
    only: Sequence[tuple[int, int]] | None = None,
    today: date = TODAY,
) -> int:
    return revoke(
        register,
        row_id,
        cause=Cause.ASKED,
        reason=reason,
        officers=officers,
        today=today,
        randomness=os.urandom,
        only=only,
    )


def lists(register: Register) -> dict[int, StatusList]:
    documents = build_status_lists(
        register,
        signer=SIGNER,
        issuer_did=DID,
        verification_method=METHOD,
        status_base_url=BASE,
        today=TODAY,
    )
    return {
        number: read_status_list(
            canonical(document), url=f"{BASE}/status/{number}", key=SIGNER.public
        )
        for number, document in documents.items()
    }


def set_bits(found: StatusList) -> set[int]:
    return {index for index in range(len(found.bits) * 8) if found.is_set(index)}


def test_revoking_sets_every_bit_of_the_row_and_no_other(register: Register, row_id: str) -> None:
    assert set_bits(lists(register)[1]) == set()
    assert do_revoke(register, row_id) == 3
    found = lists(register)[1]
    assert set_bits(found) == {copy.index for copy in register.row(row_id).copies}
    assert all(copy.revoked for copy in register.row(row_id).copies)
    assert (found.issuer, found.purposes) == (DID, ("revocation",))
    assert found.valid_from == datetime(2026, 11, 22, tzinfo=UTC)


def test_one_copy_alone_can_be_revoked(register: Register, row_id: str) -> None:
    copy = register.row(row_id).copies[1]
    place = (copy.status_list, copy.index)
    assert do_revoke(register, row_id, only=[place, place]) == 1
    assert set_bits(lists(register)[1]) == {copy.index}
    assert do_revoke(register, row_id) == 2  # the others, later


def test_revoking_again_adds_nothing(register: Register, row_id: str) -> None:
    do_revoke(register, row_id)
    assert do_revoke(register, row_id) == 0
    assert len(revocations_of(register, row_id)) == 1


def test_who_and_why_is_recorded_for_an_appeal(register: Register, row_id: str) -> None:
    """C51, C79: kept sealed; kind of cause and day stand in clear, for counts."""
    do_revoke(register, row_id, reason="  moved away ")
    (record,) = revocations_of(register, row_id.upper())
    assert record.reason == "moved away"
    assert record.officers == OFFICERS
    assert (record.cause, record.day, record.copies) == (Cause.ASKED, "2026-11-22", 3)
    assert revocations_of(register, "another") == ()
    with register.read() as work:
        clear = work.exec_driver_sql("SELECT cause, day, copies, retention FROM revocations")
        assert [tuple(row) for row in clear] == [("asked", "2026-11-22", 3, "2027-11")]


def test_a_record_can_not_be_put_in_anothers_place(register: Register, tmp_path: Path) -> None:
    first, second = offer(register, draft(1), draft(2))
    for row_id in (first, second):
        say_yes(register, row_id)
    run_issue(register, tmp_path / "out.jsonl")
    for row_id in (first, second):
        do_revoke(register, row_id)
    with register.write() as work:
        work.exec_driver_sql("DROP TRIGGER revocations_stand")
        work.exec_driver_sql(
            "UPDATE revocations SET content = (SELECT content FROM revocations WHERE number = 1)"
        )
    with pytest.raises(InputError) as caught:
        revocations_of(register, second)
    assert caught.value.reason is Reason.BAD_REGISTER


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_no_revocation_without_a_reason(register: Register, row_id: str, reason: str) -> None:
    """C79: no arbitrary cancellation."""
    with pytest.raises(InputError) as caught:
        do_revoke(register, row_id, reason=reason)
    assert caught.value.reason is Reason.REASON_REQUIRED
    assert not any(copy.revoked for copy in register.row(row_id).copies)


@pytest.mark.parametrize(
    "officers",
    [
        (),
        ("one",),
        ("one", "one"),
        ("one", " ONE "),
        ("\uff4fne", "one"),  # the same name in full-width letters
        ("one", ""),
        ("one", "  "),
        ("one", "two", "three"),
        ("one", "x" * 65),
    ],
)
def test_no_revocation_by_one_person(
    register: Register, row_id: str, officers: Sequence[str]
) -> None:
    """C79: two people, and not one person twice."""
    with pytest.raises(InputError) as caught:
        do_revoke(register, row_id, officers=officers)
    assert caught.value.reason is Reason.TWO_OFFICERS_NEEDED
    assert not any(copy.revoked for copy in register.row(row_id).copies)


def test_only_what_is_out_can_be_revoked(register: Register, row_id: str) -> None:
    (waiting,) = offer(register, draft(2))
    with pytest.raises(InputError) as caught:
        do_revoke(register, waiting)
    assert caught.value.reason is Reason.WRONG_STATE
    copy = register.row(row_id).copies[0]
    for only in ([(9, copy.index)], [(copy.status_list, copy.index), (1, 131_071)], []):
        with pytest.raises(InputError) as caught:
            do_revoke(register, row_id, only=only)
        assert caught.value.reason is Reason.WRONG_STATE
    with pytest.raises(InputError) as caught:
        do_revoke(register, "nobody")
    assert caught.value.reason is Reason.NO_SUCH_ROW


def test_after_retention_there_is_nothing_to_revoke(register: Register, row_id: str) -> None:
    """C64: the copies have expired too; bits that are set stay set."""
    do_revoke(register, row_id)
    bits = set_bits(lists(register)[1])
    expire(register, today=date(2027, 11, 1))
    with pytest.raises(InputError) as caught:
        do_revoke(register, row_id, today=date(2027, 11, 1))
    assert caught.value.reason is Reason.RETENTION_PASSED
    assert set_bits(lists(register)[1]) == bits
    assert len(bits) == 3


def test_a_lost_card_is_replaced_without_a_name(
    register: Register, row_id: str, tmp_path: Path
) -> None:
    """C105: the old copies are revoked, an equal nameless card is due at once, and once."""
    old = register.row(row_id)

    def replace() -> str:
        return replace_lost(
            register,
            row_id,
            reason="lost on the way",
            officers=OFFICERS,
            today=TODAY,
            randomness=os.urandom,
        )

    new = register.row(replace())
    assert new.state is State.NAMELESS
    assert new.nameless
    assert (new.entitlement, new.purpose_id, new.retention, new.legal_basis) == (
        old.entitlement,
        old.purpose_id,
        old.retention,
        old.legal_basis,
    )
    assert new.content.keys() == {"entitlement", "reference"}
    assert revocations_of(register, row_id)[0].cause is Cause.LOST
    out = tmp_path / "replacement.jsonl"
    assert run_issue(register, out).copies == 1
    (card,) = read_lines(out)
    assert card["credentialSubject"]["reference"] == new.reference
    assert set_bits(lists(register)[1]) == {copy.index for copy in old.copies}
    with pytest.raises(InputError) as caught:  # else one lost card would bring many
        replace()
    assert caught.value.reason is Reason.WRONG_STATE
    assert len(register.row_ids()) == 2


def test_the_first_list_is_there_before_anything_is_issued(register: Register) -> None:
    assert list(lists(register)) == [1]
