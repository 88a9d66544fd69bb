"""Bitstring Status List v1.0, section 2.1: entries of every size, read and written."""

from __future__ import annotations

from typing import Any

import pytest

from amana.credential import StatusEntry, check_credential
from amana.errors import InputError
from amana.reasons import Reason
from tests.amana_samples import LIST_URL, Object, foreign, refused

MESSAGES = ("pending_review", "accepted", "rejected", "undefined")
WRITTEN: Object = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "message",
    "statusListIndex": "492847",
    "statusListCredential": LIST_URL,
    "statusSize": 2,
    "statusMessage": [
        {"status": "0x0", "message": "pending_review"},
        {"status": "0x1", "message": "accepted"},
        {"status": "0x2", "message": "rejected"},
        {"status": "0x3", "message": "undefined"},
    ],
    "statusReference": ["https://example.org/status-dictionary/"],
}
ENTRY = StatusEntry(
    list_url=LIST_URL,
    index=492_847,
    purpose="message",
    size=2,
    messages=MESSAGES,
    references=("https://example.org/status-dictionary/",),
)


def read(*changes: Object) -> tuple[StatusEntry, ...]:
    entries = [
        {name: value for name, value in {**WRITTEN, **change}.items() if value is not None}
        for change in changes
    ]
    return check_credential(foreign(credentialStatus=entries)).status


def test_an_entry_with_everything() -> None:
    assert read({}) == (ENTRY,)
    assert ENTRY.document() == WRITTEN


def test_a_plain_entry_says_no_more_than_it_must() -> None:
    plain = StatusEntry(list_url=LIST_URL, index=5)
    assert plain.document() == {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": LIST_URL,
    }


def test_what_a_status_is_called() -> None:
    assert [ENTRY.message(status) for status in range(4)] == list(MESSAGES)
    plain = StatusEntry(list_url=LIST_URL, index=5)
    assert (plain.message(0), plain.message(1)) == ("unset", "set")
    with pytest.raises(IndexError):
        plain.message(2)


@pytest.mark.parametrize(
    "change",
    [
        {"id": f"{LIST_URL}#492847"},
        {"type": ["BitstringStatusListEntry", "Other"]},
        {"statusReference": "https://example.org/status-dictionary/"},
        {"statusMessage": WRITTEN["statusMessage"][::-1]},
        {
            "statusMessage": [
                {**one, "status": one["status"].replace("0x", "0x00"), "more": [1]}
                for one in WRITTEN["statusMessage"]
            ]
        },
    ],
)
def test_other_ways_to_write_the_same(change: Object) -> None:
    assert read(change) == (ENTRY,)


def test_one_bit_with_and_without_messages() -> None:
    two = [{"status": "0x1", "message": "b"}, {"status": "0x0", "message": "a"}]
    absent: Any = None
    plain, said, named = read(
        {"statusSize": absent, "statusMessage": absent, "statusReference": absent},
        {"statusSize": 1, "statusMessage": absent, "statusReference": absent},
        {"statusSize": 1, "statusMessage": two},
    )
    assert plain == said
    assert (plain.size, plain.messages) == (1, ())
    assert (named.size, named.messages) == (1, ("a", "b"))


def test_several_entries_and_one_of_an_unknown_kind() -> None:
    found = read({}, {"type": "SomeStatus"}, {"statusPurpose": "revocation"})
    assert [one.purpose for one in found] == ["message", "SomeStatus", "revocation"]
    assert [one.list_url for one in found] == [LIST_URL, "", LIST_URL]


def message(status: Any, text: Any = "") -> Object:
    return {"status": status, "message": text}


FOUR = WRITTEN["statusMessage"]


@pytest.mark.parametrize(
    "change",
    [
        {"statusSize": 0},
        {"statusSize": -1},
        {"statusSize": True},
        {"statusSize": "2"},
        {"statusSize": 1},
        {"statusSize": 3},
        {"statusMessage": None},
        {"statusMessage": FOUR[:3]},
        {"statusMessage": [*FOUR, message("0x4")]},
        {"statusMessage": [*FOUR[:3], FOUR[0]]},
        {"statusMessage": [*FOUR[:3], message("0x00")]},
        {"statusMessage": [*FOUR[:3], message("0x4")]},
        {"statusMessage": [*FOUR[:3], message("3")]},
        {"statusMessage": [*FOUR[:3], message("0X3")]},
        {"statusMessage": [*FOUR[:3], message("0x")]},
        {"statusMessage": [*FOUR[:3], message("0x-1")]},
        {"statusMessage": [*FOUR[:3], message("0x" + "0" * 16 + "3")]},
        {"statusMessage": [*FOUR[:3], message(3)]},
        {"statusMessage": [*FOUR[:3], message("0x3", 5)]},
        {"statusMessage": [*FOUR[:3], {"status": "0x3"}]},
        {"statusMessage": [*FOUR[:3], "0x3"]},
        {"statusMessage": {"0x0": "a"}},
        {"statusListIndex": 5},
        {"statusListIndex": "05"},
        {"statusListIndex": "0x5"},
        {"statusListIndex": "1" * 101},
        {"statusPurpose": None},
        {"statusPurpose": ["message"]},
        {"statusReference": []},
        {"statusReference": "nowhere"},
        {"statusReference": [5]},
    ],
)
def test_entries_that_are_refused(change: Object) -> None:
    assert refused(lambda: read(change), error=InputError) is Reason.BAD_CREDENTIAL


def test_a_size_that_nobody_needs() -> None:
    assert refused(lambda: read({"statusSize": 17}), error=InputError) is Reason.TOO_LARGE
