"""What the issuer's keys have signed is kept as digests, and goes to the consortium as one list."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from amana.errors import VerificationError
from amana.jcs import canonical
from amana.reasons import Reason
from issuer import issued as issued_module
from issuer._output import LineFile
from issuer.issued import build_list, keep_issued
from issuer.register import Register
from tests.issuing_lab import (
    DID,
    KEY,
    METHOD,
    SIGNER,
    TODAY,
    draft,
    new_register,
    offer,
    read_lines,
    run_issue,
    say_yes,
)
from trust_registry.entries import check_entry, entry_document
from trust_registry.issued import digest_of, issuer_signed_form, read_issued_list
from trust_registry.snapshot import IssuedList

ENTRY = check_entry(
    entry_document(
        DID,
        names={"en": "Aid"},
        keys={METHOD: SIGNER.public},
        actions=[("issue", "PurposeCredential")],
        since=datetime(2026, 1, 1, tzinfo=UTC),
        registrar="the members",
        appeals="appeals@circle.example",
        dossier="0" * 64,
    )
)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with new_register(tmp_path / "register.sqlite") as register:
        yield register


def listed(register: Register, method: str = METHOD) -> IssuedList:
    document = build_list(
        register, signer=SIGNER, issuer_did=DID, verification_method=method, today=TODAY
    )
    second = replace(ENTRY.keys[METHOD], id=method)
    entry = replace(ENTRY, keys={METHOD: ENTRY.keys[METHOD], method: second})
    return read_issued_list(canonical(document), entry=entry)


def test_every_copy_that_went_out_stands_in_the_list(register: Register, tmp_path: Path) -> None:
    """C87: whoever holds an honest copy keeps it, whatever happens to the key later."""
    for row in offer(register, draft(0), draft(1)):
        say_yes(register, row)
    run_issue(register, tmp_path / "out.jsonl")
    copies = read_lines(tmp_path / "out.jsonl")
    found = listed(register)
    assert len(found) == len(copies) > 1
    assert all(digest_of(issuer_signed_form(copy)) in found for copy in copies)
    assert found.valid_from == datetime(2026, 11, 22, tzinfo=UTC)


def test_a_run_that_was_cut_short_lists_each_copy_once(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say_yes(register, *offer(register, draft(0)))

    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(LineFile, "publish", die)
        with pytest.raises(Died):
            run_issue(register, tmp_path / "out.jsonl")
    before = listed(register)
    run_issue(register, tmp_path / "out.jsonl")
    assert listed(register) == before
    assert len(before) == len(read_lines(tmp_path / "out.jsonl"))


def test_each_key_has_a_list_of_its_own(register: Register) -> None:
    keep_issued(register, METHOD, [b"one", b"two"])
    keep_issued(register, f"{DID}#key-2", [b"three"])
    assert set(listed(register)) == {digest_of(b"one"), digest_of(b"two")}
    assert set(listed(register, f"{DID}#key-2")) == {digest_of(b"three")}


def test_digests_lie_in_no_order_of_issuing(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C67: what is kept says nothing of who came when."""
    monkeypatch.setattr(issued_module, "_AT_ONCE", 3)
    forms = [b"%d" % number for number in range(7)]
    keep_issued(register, METHOD, forms)
    assert register.where is not None
    connection = sqlite3.connect(register.where)
    rows = [row for (row,) in connection.execute("SELECT digests FROM issued ORDER BY number")]
    connection.close()
    assert [len(row) for row in rows] == [48, 48, 16]
    assert b"".join(rows) == b"".join(sorted(digest_of(form) for form in forms))


@pytest.mark.parametrize("change", ["DELETE FROM issued", "UPDATE issued SET digests = x''"])
def test_what_was_issued_stays_issued(register: Register, change: str) -> None:
    keep_issued(register, METHOD, [b"one"])
    assert register.where is not None
    connection = sqlite3.connect(register.where)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(change)
    connection.close()


def test_a_register_from_before_there_were_lists(register: Register) -> None:
    assert register.where is not None
    connection = sqlite3.connect(register.where)
    with connection:
        connection.execute("DROP TABLE issued")
    connection.close()
    with Register.open(register.where, key=KEY) as older:
        assert len(listed(older)) == 0
        keep_issued(older, METHOD, [b"one"])
        assert len(listed(older)) == 1


def test_a_list_is_dated_by_the_day(register: Register) -> None:
    """C68: no instant of an issuing run stands anywhere."""
    document = build_list(
        register, signer=SIGNER, issuer_did=DID, verification_method=METHOD, today=TODAY
    )
    assert document["validFrom"] == "2026-11-22T00:00:00Z"
    assert json.loads(canonical(document)) == document


def test_a_forged_list_is_refused(register: Register) -> None:
    keep_issued(register, METHOD, [b"one"])
    document = build_list(
        register, signer=SIGNER, issuer_did=DID, verification_method=METHOD, today=TODAY
    )
    document["digests"] = "u"
    with pytest.raises(VerificationError) as caught:
        read_issued_list(canonical(document), entry=ENTRY)
    assert caught.value.reason is Reason.BAD_SIGNATURE
