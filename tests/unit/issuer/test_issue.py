"""Issuing: exactly the accepted claims, single-use copies, one file that is whole or not there."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from amana.credential import StatusEntry, build_credential, check_credential
from amana.errors import InputError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.schema import check_schema
from issuer import issue as issue_module
from issuer._indices import LIST_BITS, Indices
from issuer._lines import CopySigner
from issuer._output import LineFile
from issuer.issue import Order, issue_to_file
from issuer.offer import refuse
from issuer.purposes import Purposes
from issuer.register import Register, State
from tests.deterministic import randomness
from tests.issuing_lab import (
    BASE,
    DID,
    METHOD,
    PERSON,
    PURPOSES,
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


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with new_register(tmp_path / "register.sqlite") as register:
        yield register


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


def edit(register: Register, sql: str, *values: object) -> None:
    """Somebody changes the database behind our back."""
    assert register.where is not None
    connection = sqlite3.connect(register.where)
    with connection:
        connection.execute(sql, values)
    connection.close()


class Died(BaseException):
    """Stands for a process that is gone: nothing catches it."""


def die(*_: object) -> None:
    raise Died


def test_a_wallet_gets_single_use_copies_with_exactly_the_accepted_claims(
    register: Register, out: Path
) -> None:
    """C30, C31, C68, C81: each copy its own key and status index, and nothing else to join them."""
    (row_id,) = offer(register, draft())
    keys = wallet_keys(3)
    say_yes(register, row_id, keys=keys)
    issued = run_issue(register, out)
    assert (issued.rows, issued.copies, issued.resumed, issued.skipped) == (1, 3, 0, ())
    documents = read_lines(out)
    for document in documents:
        subject = dict(document["credentialSubject"])
        keys.remove(subject.pop("id"))
        assert subject == {
            "purpose": "food-assistance",
            "entitlement": "basket-medium",
            "householdSize": 4,
            "children": 2,
            "selfStated": ["householdSize", "children"],
        }
        assert document["validFrom"] == "2026-11-01T00:00:00Z"
        assert document["validUntil"] == "2027-11-01T00:00:00Z"
        assert "id" not in document
        assert "created" not in document["proof"]
        check_credential(document)
        check_schema("PurposeCredential", document)
        proof = eddsa_jcs.read_proof(document["proof"])
        eddsa_jcs.verify(document, proof, key=SIGNER.public)
    assert keys == []
    places = {
        (entry["statusListCredential"], int(entry["statusListIndex"]))
        for entry in (document["credentialStatus"] for document in documents)
    }
    row = register.row(row_id)
    assert row.state is State.ISSUED
    assert places == {(f"{BASE}/status/{c.status_list}", c.index) for c in row.copies}
    assert len(places) == 3
    assert out.stat().st_mode & 0o777 == 0o600


def test_paper_and_refusal_give_the_same_kind_of_card(register: Register, out: Path) -> None:
    """C3, C24, C62: no claim on either card, and the entitlement of whoever said yes by phone."""
    phone, paper, refused = offer(register, draft(1), draft(2), draft(3))
    say_yes(register, phone, keys=wallet_keys(3))
    say_yes(register, paper)
    refuse(register, [refused], today=TODAY, randomness=os.urandom)
    assert run_issue(register, out).copies == 5
    cards = [
        d["credentialSubject"] for d in read_lines(out) if "reference" in d["credentialSubject"]
    ]
    assert len(cards) == 2
    for card in cards:
        assert card.keys() == {"id", "purpose", "entitlement", "reference"}
    assert {card["reference"] for card in cards} == {
        register.row(paper).reference,
        register.row(refused).reference,
    }
    assert {d["credentialSubject"]["entitlement"] for d in read_lines(out)} == {"basket-medium"}


def test_nothing_leads_from_an_issued_copy_to_its_holder(register: Register, out: Path) -> None:
    """C72: whoever seizes the register with its key can revoke copies, and name no wallet's key."""
    (row_id,) = offer(register, draft())
    say_yes(register, row_id, keys=wallet_keys(3))
    run_issue(register, out)
    with register.read() as work:
        assert work.exec_driver_sql("SELECT count(*) FROM holders").scalar_one() == 0
    assert "did:key" not in json.dumps(register.row(row_id).content)


def test_an_offer_without_an_answer_is_never_issued(register: Register, out: Path) -> None:
    offer(register, draft())
    issued = run_issue(register, out)
    assert (issued.rows, issued.out) == (0, None)
    assert not out.exists()


def test_acceptance_is_in_the_sealed_content_and_not_only_in_the_state(
    register: Register, out: Path
) -> None:
    """C53: setting the state by hand, keys and all, makes no consent; the others go on."""
    forged, good = offer(register, draft(1), draft(2))
    for row_id in (forged, good):
        say_yes(register, row_id, keys=wallet_keys(3))
    before = register.row(forged).content
    row = register.row(forged)
    del before["consent"]
    sealed = register.key.seal(
        before,
        *("registrations", row.id, row.purpose_id, row.notice_version, row.retention),
        randomness=os.urandom,
    )
    edit(register, "UPDATE registrations SET content = ? WHERE id = ?", sealed, forged)
    issued = run_issue(register, out)
    assert issued.skipped == ((forged, Reason.CONSENT_MISSING),)
    assert issued.rows == 1
    assert register.row(forged).state is State.ACCEPTED
    assert register.row(forged).copies == ()


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE registrations SET nameless = 1 WHERE id = ?", Reason.BAD_REGISTER),
        ("UPDATE registrations SET content = x'00' WHERE id = ?", Reason.BAD_REGISTER),
        ("UPDATE registrations SET content = NULL WHERE id = ?", Reason.RETENTION_PASSED),
        ("UPDATE registrations SET retention = '2026-11' WHERE id = ?", Reason.RETENTION_PASSED),
        ("UPDATE registrations SET retention = '2099-01' WHERE id = ?", Reason.BAD_REGISTER),
        ("UPDATE holders SET sealed = x'00' WHERE registration = ?", Reason.BAD_REGISTER),
    ],
)
def test_a_row_that_was_tampered_with_is_skipped_and_the_others_go_on(
    register: Register, out: Path, sql: str, reason: Reason
) -> None:
    bad, good = offer(register, draft(1), draft(2))
    for row_id in (bad, good):
        say_yes(register, row_id, keys=wallet_keys(3))
    edit(register, sql, bad)
    issued = run_issue(register, out)
    assert issued.skipped == ((bad, reason),)
    assert (issued.rows, issued.copies) == (1, 3)


def test_holder_keys_can_not_be_swapped_between_rows(register: Register, out: Path) -> None:
    """Nobody gets another household's copies by a change in the database."""
    first, second = offer(register, draft(1), draft(2))
    for row_id in (first, second):
        say_yes(register, row_id, keys=wallet_keys(3))
    edit(
        register,
        "UPDATE holders SET sealed = (SELECT sealed FROM holders WHERE registration = ?)"
        " WHERE registration = ?",
        first,
        second,
    )
    assert run_issue(register, out).skipped == ((second, Reason.BAD_REGISTER),)


def test_past_retention_nothing_is_issued(register: Register, out: Path) -> None:
    """C64."""
    (row_id,) = offer(register, draft())
    say_yes(register, row_id)
    issued = run_issue(register, out, today=date(2027, 11, 1))
    assert issued.skipped == ((row_id, Reason.RETENTION_PASSED),)
    assert issued.out is None
    assert list(out.parent.glob("out*")) == []


def test_claims_that_no_purpose_switches_on_are_not_issued(register: Register, out: Path) -> None:
    """C30: also when somebody recorded them, or the purpose was narrowed or withdrawn since."""
    wide, food, paper = offer(register, draft(1, gender="female"), draft(2), draft(3))
    for row_id in (wide, food):
        say_yes(register, row_id, keys=wallet_keys(3))
    say_yes(register, paper)
    issued = run_issue(register, out, purposes=Purposes((PERSON,)))
    assert dict(issued.skipped) == dict.fromkeys((wide, food, paper), Reason.BAD_PURPOSE)
    issued = run_issue(register, out)
    assert issued.skipped == ((wide, Reason.BAD_PURPOSE),)
    assert issued.rows == 2


def test_what_verifiers_would_refuse_is_not_issued(register: Register, out: Path) -> None:
    (row_id,) = offer(register, draft(1, householdSize=-1))
    say_yes(register, row_id, keys=wallet_keys(3))
    assert run_issue(register, out).skipped == ((row_id, Reason.SCHEMA_VIOLATION),)


def test_a_file_that_is_there_is_never_overwritten(register: Register, out: Path) -> None:
    (row_id,) = offer(register, draft())
    say_yes(register, row_id)
    out.write_bytes(b"somebody's only copy\n")
    with pytest.raises(InputError) as caught:
        run_issue(register, out)
    assert caught.value.reason is Reason.WOULD_OVERWRITE
    assert out.read_bytes() == b"somebody's only copy\n"
    assert register.row(row_id).state is State.ACCEPTED


def test_a_second_run_issues_what_was_answered_since(register: Register, out: Path) -> None:
    first, second = offer(register, draft(1), draft(2))
    say_yes(register, first)
    run_issue(register, out)
    say_yes(register, second)
    issued = run_issue(register, out.with_name("second.jsonl"))
    assert (issued.rows, issued.resumed) == (1, 0)
    assert run_issue(register, out.with_name("third.jsonl")).out is None


def test_progress_and_commits_are_told(register: Register, out: Path) -> None:
    for row_id in offer(register, *(draft(number) for number in range(5))):
        say_yes(register, row_id)
    said: list[tuple[int, int]] = []
    commits: list[int] = []
    run_issue(
        register,
        out,
        batch=2,
        progress=lambda done, total: said.append((done, total)),
        after_commit=commits.append,
    )
    assert said == [(2, 5), (4, 5), (5, 5)]
    assert commits == [2, 4, 5]


def resumable(register: Register, rows: int = 5) -> tuple[str, ...]:
    row_ids = offer(register, *(draft(number) for number in range(rows)))
    for row_id in row_ids:
        say_yes(register, row_id, keys=wallet_keys(3))
    return row_ids


def test_a_run_cut_short_is_taken_up_with_the_same_indices_and_month(
    register: Register, out: Path
) -> None:
    """C51: what was committed keeps its copies; the month is that of the run's start."""
    row_ids = resumable(register)

    def second(committed: int) -> None:
        if committed >= 4:
            raise Died

    with pytest.raises(Died):
        run_issue(register, out, batch=2, after_commit=second)
    assert not out.exists()
    committed = {row_id: register.row(row_id).copies for row_id in row_ids}
    assert sum(bool(copies) for copies in committed.values()) == 4
    issued = run_issue(register, out, today=date(2026, 12, 3))
    assert (issued.rows, issued.copies, issued.resumed) == (5, 15, 4)
    for row_id, copies in committed.items():
        assert not copies or register.row(row_id).copies == copies
    documents = read_lines(out)
    assert {d["validFrom"] for d in documents} == {"2026-11-01T00:00:00Z"}
    assert len({d["credentialStatus"]["statusListIndex"] for d in documents}) == 15
    # The next run has its own month again.
    say_yes(register, offer(register, draft(99))[0], today=date(2026, 12, 3))
    later = out.with_name("later.jsonl")
    run_issue(register, later, today=date(2026, 12, 3))
    assert read_lines(later)[0]["validFrom"] == "2026-12-01T00:00:00Z"


def test_a_run_may_be_taken_up_into_another_file(register: Register, out: Path) -> None:
    resumable(register)
    with pytest.raises(Died):
        run_issue(register, out, batch=2, after_commit=die)
    other = out.with_name("other.jsonl")
    assert run_issue(register, other).copies == 15
    assert len(read_lines(other)) == 15


@pytest.mark.parametrize("moment", ["before the rename", "after the rename"])
def test_a_death_at_the_very_end(
    register: Register, out: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The file gets its name first; then keys are forgotten. A death between is mended."""
    resumable(register)
    with monkeypatch.context() as broken:
        if moment == "before the rename":
            broken.setattr(Path, "replace", die)
        else:
            broken.setattr("issuer._run.Run.finish", die)
        with pytest.raises(Died):
            run_issue(register, out)
    before = out.read_bytes() if out.exists() else b""
    issued = run_issue(register, out)
    assert (issued.rows, issued.copies, issued.resumed) == (5, 15, 5)
    if before:
        assert out.read_bytes() == before
    assert run_issue(register, out.with_name("more.jsonl")).out is None


def test_taking_up_a_run_never_overwrites_another_file(register: Register, out: Path) -> None:
    resumable(register)
    with pytest.raises(Died):
        run_issue(register, out, after_commit=die)
    out.write_bytes(b"something else\n")
    with pytest.raises(InputError) as caught:
        run_issue(register, out)
    assert caught.value.reason is Reason.WOULD_OVERWRITE
    assert out.read_bytes() == b"something else\n"
    assert run_issue(register, out.with_name("other.jsonl")).copies == 15


def test_a_committed_row_that_was_tampered_with_is_reported_and_kept(
    register: Register, out: Path
) -> None:
    """The others are finished; the bad one keeps its keys, so that it can be mended later."""
    row_ids = sorted(resumable(register, 3))
    with pytest.raises(Died):
        run_issue(register, out, after_commit=die)
    edit(register, "UPDATE copies SET registration = NULL WHERE registration = ?", row_ids[0])
    issued = run_issue(register, out)
    assert issued.skipped == ((row_ids[0], Reason.BAD_REGISTER),)
    assert (issued.rows, issued.resumed) == (2, 2)
    with register.read() as work:
        left = work.exec_driver_sql("SELECT registration FROM holders").scalars().all()
    assert left == [row_ids[0]]


# --- Status indices -----------------------------------------------------------------------------


def take(register: Register, indices: Indices, count: int) -> list[tuple[int, int]]:
    with register.write() as work:
        drawn = indices.take(work, count)
        for number, index in drawn:
            work.exec_driver_sql("INSERT INTO copies VALUES (?, ?, NULL, 0)", (number, index))
    return drawn


def test_a_new_list_is_opened_when_one_is_half_full(register: Register) -> None:
    indices = Indices(randomness("half"), full_at=10)
    drawn = take(register, indices, 7) + take(register, indices, 20)
    assert [number for number, _ in drawn] == [1] * 10 + [2] * 10 + [3] * 7
    assert len(set(drawn)) == 27
    assert all(0 <= index < LIST_BITS for _, index in drawn)


def test_indices_are_spread_over_the_whole_list(register: Register) -> None:
    drawn = [index for _, index in take(register, Indices(randomness("spread")), 4_000)]
    assert len(set(drawn)) == 4_000
    eighths = [sum(1 for index in drawn if index * 8 // LIST_BITS == n) for n in range(8)]
    assert min(eighths) > 400
    assert drawn != sorted(drawn)


def test_what_another_process_took_meanwhile_is_not_taken_again(register: Register) -> None:
    same = [randomness("same"), randomness("same")]
    mine, theirs = Indices(same[0]), Indices(same[1])
    drawn = take(register, mine, 50) + take(register, theirs, 50) + take(register, mine, 50)
    assert len(set(drawn)) == 150


def test_a_rollback_leaves_no_index_behind_that_is_taken_for_given(register: Register) -> None:
    indices = Indices(randomness("rollback"))

    def half_done() -> None:
        with register.write() as work:
            indices.take(work, 5)
            raise Died

    with pytest.raises(Died):
        half_done()
    take(register, indices, 5)
    with register.read() as work:
        assert work.exec_driver_sql("SELECT used FROM status_lists").scalar_one() == 5


def test_randomness_that_repeats_itself_ends_in_an_error(register: Register) -> None:
    indices = Indices(bytes)
    with pytest.raises(InputError) as caught, register.write() as work:
        indices.take(work, 2)
    assert caught.value.reason is Reason.NO_FREE_INDEX


# --- Without a register -------------------------------------------------------------------------


def order(number: int, **changes: Any) -> Order:
    settings: dict[str, Any] = {
        "subject": {"purpose": "health-visit", "entitlement": "health-visit", "ageBand": "0-4"},
        "holder": SecretKey(number.to_bytes(32, "big")).public.did,
        "status_list_url": f"{BASE}/status/1",
        "index": number,
        "valid_until": date(2027, 5, 1),
        **changes,
    }
    return Order(**settings)


def to_file(orders: list[Order], out: Path) -> int:
    return issue_to_file(
        orders,
        signer=SIGNER,
        issuer_did=DID,
        verification_method=METHOD,
        valid_from=TODAY,
        out=out,
    )


def test_a_file_without_a_register_is_what_the_plain_path_makes(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue_module, "_LINES_AT_ONCE", 2)
    orders = [order(number) for number in range(5)]
    assert to_file(orders, out) == 5
    for line, wanted in zip(out.read_bytes().splitlines(), orders, strict=True):
        document = build_credential(
            "PurposeCredential",
            issuer=DID,
            subject={"id": wanted.holder, **wanted.subject},
            valid_from=TODAY,
            valid_until=wanted.valid_until,
            status=StatusEntry(list_url=wanted.status_list_url, index=wanted.index),
        )
        signed = eddsa_jcs.sign(document, key=SIGNER, verification_method=METHOD)
        assert line == canonical(signed)


def test_a_file_without_a_register_overwrites_nothing(out: Path) -> None:
    to_file([], out)
    assert out.read_bytes() == b""
    to_file([order(1)], out)  # an empty file holds nothing that could be lost
    with pytest.raises(InputError) as caught:
        to_file([order(2)], out)
    assert caught.value.reason is Reason.WOULD_OVERWRITE


@pytest.mark.parametrize(
    "holder", ["", "did:web:aid.example", 'did:key:z6Mk","x":"', "did:key:z6Mk\n", "did:key:z" * 9]
)
def test_a_holder_is_a_did_key(out: Path, holder: str) -> None:
    with pytest.raises(InputError) as caught:
        to_file([order(1, holder=holder)], out)
    assert caught.value.reason is Reason.BAD_DID
    assert not out.exists()


def one_line(*, method: str, url: str) -> bytes:
    signer = CopySigner(signer=SIGNER, issuer_did=DID, verification_method=method, valid_from=TODAY)
    return signer.sign({"purpose": "p"}, [(order(1).holder, url, 1)], valid_until=TODAY)[0]


@pytest.mark.parametrize("mark", ["<index>", "<subject>", "<proof>"])
def test_an_issuer_that_would_be_taken_for_a_hole_is_refused(mark: str) -> None:
    with pytest.raises(InputError) as caught:
        one_line(method=mark, url=f"{BASE}/status/1")
    assert caught.value.reason is Reason.BAD_CREDENTIAL


def test_a_holes_mark_inside_a_longer_text_does_no_harm() -> None:
    method, url = f'{DID}#"<subject>"', f"{BASE}/<subject>/1"
    document = build_credential(
        "PurposeCredential",
        issuer=DID,
        subject={"id": order(1).holder, "purpose": "p"},
        valid_from=TODAY,
        valid_until=TODAY,
        status=StatusEntry(list_url=url, index=1),
    )
    signed = eddsa_jcs.sign(document, key=SIGNER, verification_method=method)
    assert one_line(method=method, url=url) == canonical(signed)


def test_a_place_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        LineFile(tmp_path / "file" / "out.jsonl")
    assert caught.value.reason is Reason.UNREADABLE_FILE


def test_a_full_disk_is_an_error_and_leaves_no_half_file() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    file = LineFile.__new__(LineFile)
    file.path = file._part = full
    with full.open("wb", buffering=0) as stream:
        file._file = stream
        with pytest.raises(InputError) as caught:
            file.write([b"line"])
        assert caught.value.reason is Reason.UNREADABLE_FILE


def test_purposes_of_the_tests_are_the_default_ones() -> None:
    assert [purpose.id for purpose in PURPOSES] == ["food-assistance", "health-visit"]
