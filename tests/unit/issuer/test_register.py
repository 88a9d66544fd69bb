"""The register at rest: sealed, bound to its rows, and gone when it should be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from amana.errors import InputError
from amana.reasons import Reason
from issuer.offer import refuse
from issuer.register import Register, RegisterKey, State, expire
from issuer.revoke import Cause, revocations_of, revoke
from tests.deterministic import randomness
from tests.issuing_lab import (
    KEY,
    TODAY,
    draft,
    new_register,
    offer,
    run_issue,
    say_yes,
    wallet_keys,
)

LATER = date(2027, 11, 1)  # food assistance is kept for 12 months


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite"


@pytest.fixture
def register(path: Path) -> Iterator[Register]:
    with new_register(path) as register:
        yield register


def edit(path: Path, sql: str, *values: object) -> None:
    """Somebody changes the database behind our back."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(sql, values)
    connection.close()


def everything(path: Path) -> bytes:
    """All bytes of the register's files, write-ahead log included."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


def test_nothing_about_a_person_stands_in_clear(register: Register, path: Path) -> None:
    """C24, C72: claims, entitlement, consent, holders and reasons are sealed; no name is needed."""
    first, second = offer(register, draft(1), draft(2))
    keys = wallet_keys(3)
    say_yes(register, first, keys=keys)
    refuse(register, [second], today=TODAY, randomness=randomness("refuse"))
    run_issue(register, path.parent.parent / "out.jsonl")
    revoke(
        register,
        first,
        cause=Cause.LOST,
        reason="left it on the bus to Xanadu",
        officers=("PLUGH", "QUUX1"),
        today=TODAY,
        randomness=randomness("revoke"),
    )
    register.close()
    held = everything(path)
    assert b"food-assistance" in held  # the search itself works
    secrets = [b"householdSize", b"basket-medium", b"tick", b"Xanadu", b"PLUGH", b"QUUX"]
    for secret in [*secrets, *(key.encode() for key in keys)]:
        assert secret not in held


def test_the_file_is_its_owners_alone(register: Register, path: Path) -> None:
    offer(register, draft())
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


def test_a_register_is_never_made_over_another(register: Register, path: Path) -> None:
    with pytest.raises(InputError) as caught:
        new_register(path)
    assert caught.value.reason is Reason.WOULD_OVERWRITE


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        new_register(tmp_path / "file" / "register.sqlite")
    assert caught.value.reason is Reason.UNREADABLE_FILE


def test_another_key_does_not_open_it(register: Register, path: Path) -> None:
    other = RegisterKey.generate(randomness("another"))
    with pytest.raises(InputError) as caught:
        Register.open(path, key=other)
    assert caught.value.reason is Reason.BAD_REGISTER


def test_opening_what_is_not_there_or_no_register(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        Register.open(tmp_path / "nothing", key=KEY)
    assert caught.value.reason is Reason.NO_SUCH_FILE
    (tmp_path / "text").write_bytes(b"not a database at all, but a text of some length\n" * 100)
    (tmp_path / "empty").write_bytes(b"")
    for name in ("text", "empty"):
        with pytest.raises(InputError) as caught:
            Register.open(tmp_path / name, key=KEY)
        assert caught.value.reason is Reason.BAD_REGISTER


def test_another_version_is_refused(register: Register, path: Path) -> None:
    edit(path, "UPDATE about SET version = 99")
    with pytest.raises(InputError) as caught:
        Register.open(path, key=KEY)
    assert caught.value.reason is Reason.BAD_REGISTER


def test_the_demo_mark_can_not_be_set_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "real.sqlite"
    with new_register(path, demo=False) as register:
        assert not register.demo
    edit(path, "UPDATE about SET demo = 1")
    with pytest.raises(InputError) as caught:
        Register.open(path, key=KEY)
    assert caught.value.reason is Reason.BAD_REGISTER


def test_a_url_works_as_a_path_does(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'by-url.sqlite'}"
    with Register.create(url, key=KEY, randomness=randomness("url")) as register:
        assert register.where == tmp_path / "by-url.sqlite"
        offer(register, draft())
    with Register.open(url, key=KEY) as register:
        assert len(register.row_ids()) == 1


@pytest.mark.parametrize(
    "url", ["no url", "sqlite:", "nosuchkind://user:hunter2@db.example/x", "sqlite:///:memory:"]
)
def test_a_url_that_leads_nowhere(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        Register.open(url, key=KEY)
    assert caught.value.reason in {Reason.BAD_REGISTER, Reason.NO_SUCH_FILE}
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("column", ["purpose", "notice_version", "retention"])
def test_clear_columns_can_not_be_changed_around_the_content(
    register: Register, path: Path, column: str
) -> None:
    """C64, C65: a retention put off, or another purpose, by whoever writes to the database."""
    (row_id,) = offer(register, draft())
    edit(path, f"UPDATE registrations SET {column} = '2099-01'")
    with pytest.raises(InputError) as caught:
        register.row(row_id)
    assert caught.value.reason is Reason.BAD_REGISTER


def test_contents_can_not_change_places(register: Register, path: Path) -> None:
    first, second = offer(register, draft(1), draft(2, householdSize=9))
    edit(
        path,
        "UPDATE registrations SET content ="
        " (SELECT content FROM registrations WHERE id = ?) WHERE id = ?",
        first,
        second,
    )
    assert register.row(first).content["claims"]["householdSize"] == 4
    with pytest.raises(InputError) as caught:
        register.row(second)
    assert caught.value.reason is Reason.BAD_REGISTER


@pytest.mark.parametrize("content", [b"", b"\x00" * 20, b"\x00" * 30, b"\x00" * 400])
def test_content_that_is_no_sealed_one(register: Register, path: Path, content: bytes) -> None:
    (row_id,) = offer(register, draft())
    edit(path, "UPDATE registrations SET content = ?", content)
    with pytest.raises(InputError) as caught:
        register.row(row_id)
    assert caught.value.reason is Reason.BAD_REGISTER


def test_a_row_is_found_in_capitals_too_and_an_unknown_one_is_said_so(register: Register) -> None:
    (row_id,) = offer(register, draft())
    assert register.row(row_id.upper()).id == row_id
    with pytest.raises(InputError) as caught:
        register.row("Amina of the third tent")
    assert caught.value.reason is Reason.NO_SUCH_ROW
    assert "Amina" not in str(caught.value)


def test_row_ids_tell_nothing_of_the_order_of_registration(register: Register) -> None:
    """C68: neither the ids nor their order in the database follow the file."""
    row_ids = offer(register, *(draft(number) for number in range(50)))
    assert len(set(row_ids)) == 50
    assert register.row_ids() == sorted(row_ids) != list(row_ids)


def test_counts_by_purpose_and_state(register: Register) -> None:
    row_ids = offer(register, draft(1), draft(2), draft(2, person=0))
    refuse(register, row_ids[:1], today=TODAY, randomness=randomness("refuse"))
    assert register.counts() == [
        {"purpose": "food-assistance", "state": "nameless", "nameless": True, "rows": 1},
        {"purpose": "food-assistance", "state": "offered", "nameless": False, "rows": 1},
        {"purpose": "health-visit", "state": "offered", "nameless": False, "rows": 1},
    ]


def test_an_error_inside_a_transaction_undoes_it(register: Register) -> None:
    (row_id,) = offer(register, draft())

    def half_done() -> None:
        with register.write() as work:
            work.exec_driver_sql("UPDATE registrations SET state = 'expired'")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert register.row(row_id).state is State.OFFERED


def test_a_writer_who_waits_too_long_is_told_so(path: Path) -> None:
    with (
        new_register(path) as register,
        Register.open(path, key=KEY, busy_seconds=0.05) as impatient,
        register.write(),
    ):
        with pytest.raises(InputError) as caught:
            offer(impatient, draft())
        assert caught.value.reason is Reason.REGISTER_BUSY
        assert impatient.row_ids() == []  # readers need not wait


def test_two_writers_take_turns(register: Register, path: Path) -> None:
    """Neither loses a row, and neither fails, while both write."""

    def write(start: int) -> None:
        with Register.open(path, key=KEY, busy_seconds=30) as own:
            for number in range(start, start + 20):
                offer(own, draft(number))

    with ThreadPoolExecutor(2) as both:
        list(both.map(write, (0, 1000)))
    assert len(register.row_ids()) == 40


def test_retention_erases_content_and_keeps_counts(
    register: Register, path: Path, tmp_path: Path
) -> None:
    """C59, C64: after its month a row says nothing about anybody, and totals stay right."""
    issued, open_offer, other = offer(register, draft(1), draft(2), draft(3, person=0))
    say_yes(register, issued, keys=wallet_keys(3))
    run_issue(register, tmp_path / "out.jsonl")
    copy = register.row(issued).copies[0]
    revoke(
        register,
        issued,
        cause=Cause.MISTAKE,
        reason="wrong household",
        officers=("one", "two"),
        today=TODAY,
        randomness=randomness("revoke"),
        only=[(copy.status_list, copy.index)],
    )
    assert len(revocations_of(register, issued)) == 1
    assert expire(register, today=date(2027, 4, 30)) == 0
    assert expire(register, today=date(2027, 5, 1)) == 1  # the health visit: 6 months
    assert register.row(other).state is State.EXPIRED
    assert expire(register, today=LATER) == 2
    assert expire(register, today=LATER) == 0
    for row_id in (issued, open_offer):
        row = register.row(row_id)
        assert row.state is State.EXPIRED
        assert row.content == {}
        assert row.copies == ()
        assert row.entitlement is None
    assert sum(int(count["rows"]) for count in register.counts()) == 3
    assert revocations_of(register, issued) == ()
    with register.read() as work:
        # Indices stay taken and revoked ones stay revoked, but lead to nobody.
        taken = work.exec_driver_sql("SELECT registration, revoked FROM copies").all()
        assert [tuple(row) for row in sorted(taken, key=lambda row: row.revoked)] == [
            (None, 0),
            (None, 0),
            (None, 1),
        ]
        causes = work.exec_driver_sql("SELECT cause, content FROM revocations").all()
        assert [tuple(row) for row in causes] == [("mistake", None)]


def test_erased_content_is_overwritten_on_the_disk(register: Register, path: Path) -> None:
    """C64: not only unlinked: the sealed bytes themselves are nowhere in the files any more."""
    (row_id,) = offer(register, draft())
    with register.read() as work:
        sealed = work.exec_driver_sql("SELECT content FROM registrations").scalar_one()
    assert sealed in everything(path)
    refuse(register, [row_id], today=TODAY, randomness=randomness("refuse"))
    assert sealed not in everything(path)
    with register.read() as work:
        nameless = work.exec_driver_sql("SELECT content FROM registrations").scalar_one()
    assert nameless in everything(path)
    expire(register, today=LATER)
    assert nameless not in everything(path)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM copies",
        "UPDATE copies SET revoked = 0",
        "UPDATE copies SET position = position + 1",
        "DELETE FROM revocations",
        "UPDATE revocations SET cause = 'asked'",
        "UPDATE revocations SET content = x'00'",
    ],
)
def test_the_database_itself_refuses_to_unsay(
    register: Register, path: Path, tmp_path: Path, sql: str
) -> None:
    """C79: a revocation stays, an index is never free again, whoever writes to the database."""
    (row_id,) = offer(register, draft())
    say_yes(register, row_id)
    run_issue(register, tmp_path / "out.jsonl")
    revoke(
        register,
        row_id,
        cause=Cause.ASKED,
        reason="asked for it",
        officers=("one", "two"),
        today=TODAY,
        randomness=randomness("revoke"),
    )
    with pytest.raises(sqlite3.IntegrityError):
        edit(path, sql)
    with pytest.raises(InputError) as caught, register.write() as work:
        work.exec_driver_sql(sql)
    assert caught.value.reason is Reason.BAD_REGISTER


def test_one_process_issues_at_a_time(register: Register, path: Path) -> None:
    with Register.open(path, key=KEY) as other, other.issuing_alone():
        with pytest.raises(InputError) as caught, register.issuing_alone():
            pass
        assert caught.value.reason is Reason.REGISTER_BUSY
    with register.issuing_alone():
        pass


def test_a_key_shows_nothing_of_itself() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert "\\x07" not in repr(KEY)
    with pytest.raises(InputError) as caught:
        RegisterKey(b"short")
    assert caught.value.reason is Reason.BAD_KEY_FILE
