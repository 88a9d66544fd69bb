"""Status lists of several purposes, statuses of several bits, and what they mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from amana.credential import StatusEntry
from amana.errors import InputError, VerificationError
from amana.limits import LIMITS
from amana.proofs import eddsa_jcs
from amana.reasons import Outcome, Reason
from amana.status import StatusList, build_status_list, for_lists, judge_entry, read_status_list
from amana.terms import check_terms
from tests.amana_samples import ISSUER, KEY_ID, LIST_URL, NOW, Object, key, refused, written

MESSAGES = ("pending_review", "accepted", "rejected", "undefined")
LEAST = LIMITS.status_list_bits_min


def built(statuses: Any = (), **more: Any) -> Object:
    return build_status_list(
        statuses,
        url=LIST_URL,
        issuer=ISSUER,
        key=key("issuer"),
        verification_method=KEY_ID,
        valid_from=NOW,
        **more,
    )


def messages(statuses: Any = (), **more: Any) -> Object:
    given = {"purpose": "message", "status_size": 2, "messages": MESSAGES}
    return built(statuses, **{**given, **more})


def read(document: Object) -> StatusList:
    return read_status_list(written(document), url=LIST_URL, key=key("issuer").public)


def changed(document: Object, change: Callable[[Object], Any]) -> Object:
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    change(unsigned["credentialSubject"])
    return eddsa_jcs.sign(unsigned, key=key("issuer"), verification_method=KEY_ID)


def entry(**more: Any) -> StatusEntry:
    return StatusEntry(**{"list_url": LIST_URL, "index": 0, **more})


def test_statuses_of_two_bits_stand_left_to_right() -> None:
    """Section 3.3: the place is the index times the size, and the first is left-most."""
    found = read(messages({0: 2, 1: 1, 5: 3, LEAST - 1: 3}))
    assert found.bits[:2] == bytes([0b10010000, 0b00110000])
    assert found.bits[-1] == 0b11
    assert len(found.bits) * 8 == 2 * LEAST
    assert [found.status(n, 2) for n in range(6)] == [2, 1, 0, 0, 0, 3]
    assert (found.purposes, found.size, found.messages) == (("message",), 2, MESSAGES)
    assert [found.is_set(n) for n in range(6)] == [True, True, False, False, False, True]


def test_statuses_of_three_bits_reach_over_bytes() -> None:
    names = [f"m{n}" for n in range(8)]
    found = read(messages({2: 0b101, 5: 7}, status_size=3, messages=names))
    assert found.bits[:3] == bytes([0b00000010, 0b10000001, 0b11000000])
    assert [found.status(n, 3) for n in range(6)] == [0, 0, 5, 0, 0, 7]


def test_a_list_of_several_purposes() -> None:
    document = built((3,), purpose=("suspension", "refresh"), ttl=timedelta(hours=1))
    assert document["credentialSubject"]["statusPurpose"] == ["suspension", "refresh"]
    assert document["credentialSubject"]["ttl"] == 3_600_000
    found = read(document)
    assert found.purposes == ("refresh", "suspension")
    assert found.ttl == timedelta(hours=1)
    assert found.size is None
    assert judge_entry(entry(index=3, purpose="suspension"), found) is Reason.SUSPENDED
    assert judge_entry(entry(index=3, purpose="refresh"), found) is Reason.REFRESH_AVAILABLE


def test_a_list_that_needs_no_more_terms_has_none() -> None:
    """What the base context knows of a list stays as it was; the rest is defined in place."""
    assert built()["@context"] == ["https://www.w3.org/ns/credentials/v2"]
    _, terms = messages()["@context"]
    assert set(terms) == {"statusSize", "statusMessage"}


def test_every_term_of_a_list_is_defined() -> None:
    """VC Data Model 2.0, section 4.3: nothing that a processor of JSON-LD would drop."""
    document = messages({0: 1}, purpose=("message", "revocation"), ttl=timedelta(hours=1))
    check_terms(document)
    without = {**document, "@context": document["@context"][:1]}
    assert refused(lambda: check_terms(without)) is Reason.UNKNOWN_TERM


def test_the_order_of_purposes_says_nothing() -> None:
    document = changed(messages(), lambda s: s.update(statusPurpose=["message", "a"]))
    other = changed(messages(), lambda s: s.update(statusPurpose=["a", "message"]))
    assert read(document).purposes == read(other).purposes


def test_one_bit_may_have_messages() -> None:
    found = read(messages((1,), status_size=1, messages=("fresh", "stale")))
    assert (found.size, found.messages) == (1, ("fresh", "stale"))
    assert found.is_set(1)
    given = entry(index=1, purpose="message", messages=("fresh", "stale"))
    assert judge_entry(given, found) is Reason.STATUS_MESSAGE


@pytest.mark.parametrize(
    ("purpose", "reason", "outcome"),
    [
        ("revocation", Reason.REVOKED, Outcome.REJECTED),
        ("suspension", Reason.SUSPENDED, Outcome.UNDECIDED),
        ("message", Reason.STATUS_MESSAGE, Outcome.ACCEPTED),
        ("refresh", Reason.REFRESH_AVAILABLE, Outcome.ACCEPTED),
        ("something", Reason.STATUS_UNKNOWN, Outcome.UNDECIDED),
    ],
)
def test_what_a_status_means(purpose: str, reason: Reason, outcome: Outcome) -> None:
    """A message and a refresh make nothing false; what is unknown decides nothing (C11)."""
    given = entry(purpose=purpose, size=2, messages=MESSAGES)
    clear = read(messages(purpose=purpose))
    assert judge_entry(given, clear) is None
    assert judge_entry(given, read(messages({0: 3}, purpose=purpose))) is reason
    assert reason.outcome is outcome


def test_an_entry_for_another_purpose() -> None:
    found = refused(lambda: judge_entry(entry(), read(messages())), error=VerificationError)
    assert found is Reason.STATUS_PURPOSE_MISMATCH


def test_an_entry_of_another_size() -> None:
    given = entry(purpose="message")
    found = refused(lambda: judge_entry(given, read(messages())), error=VerificationError)
    assert found is Reason.STATUS_SIZE_MISMATCH
    one = read(messages(status_size=1, messages=("a", "b")))
    given = entry(purpose="message", size=2, messages=MESSAGES)
    found = refused(lambda: judge_entry(given, one), error=VerificationError)
    assert found is Reason.STATUS_SIZE_MISMATCH


def test_a_size_that_only_the_entry_says() -> None:
    """The base context has no size for a list, so others' lists leave it out."""
    given = entry(index=1, size=2, messages=MESSAGES)
    large = read(built((3,), size=2 * LEAST))
    assert large.status(1, 2) == 1
    assert judge_entry(given, large) is Reason.REVOKED
    found = refused(lambda: judge_entry(given, read(built((3,)))), error=VerificationError)
    assert found is Reason.BAD_STATUS_LIST


@pytest.mark.parametrize("index", [LEAST, 2 * LEAST - 1, 2**70])
def test_places_beyond_a_list_of_two_bits(index: int) -> None:
    found = read(messages())
    for ask in (lambda: found.status(index, 2), lambda: found.is_set(index)):
        reason = refused(ask, error=VerificationError)
        assert reason is Reason.STATUS_INDEX_OUT_OF_RANGE
    assert refused(lambda: found.status(-1, 2)) is Reason.STATUS_INDEX_OUT_OF_RANGE
    assert refused(lambda: messages({index: 1})) is Reason.STATUS_INDEX_OUT_OF_RANGE


@pytest.mark.parametrize("value", [-1, 4])
def test_statuses_that_do_not_fit(value: int) -> None:
    found = refused(lambda: messages({0: value}), error=InputError)
    assert found is Reason.STATUS_VALUE_OUT_OF_RANGE


@pytest.mark.parametrize(
    "more",
    [
        {"status_size": 0},
        {"status_size": 17, "messages": ["a"] * 2**17},
        {"messages": MESSAGES[:3]},
        {"messages": ()},
        {"messages": (), "purpose": "revocation"},
        {"messages": (), "status_size": 1},
        {"messages": ("a",), "status_size": 1},
        {"size": LEAST - 8},
        {"size": LEAST + 1, "status_size": 3, "messages": ["a"] * 8},
    ],
)
def test_lists_that_nobody_could_issue(more: Object) -> None:
    with pytest.raises(ValueError, match="status"):
        messages(**more)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.pop("statusSize"),
        lambda s: s.update(statusSize=0),
        lambda s: s.update(statusSize=True),
        lambda s: s.update(statusSize="2"),
        lambda s: s.update(statusSize=3),
        lambda s: s.update(statusMessage=s["statusMessage"][:3]),
        lambda s: s.update(statusMessage=s["statusMessage"][:3] + s["statusMessage"][:1]),
        lambda s: s.update(statusMessage={"0x0": "a"}),
        lambda s: s.update(statusPurpose=[]),
        lambda s: s.update(statusPurpose=""),
        lambda s: s.update(statusPurpose=["message", ""]),
        lambda s: s.update(statusPurpose=["message", 5]),
        lambda s: s.update(statusPurpose=["message", ["revocation"]]),
        lambda s: s.update(statusPurpose=["message", "message"]),
        lambda s: s.update(ttl=-1),
        lambda s: s.update(ttl="300000"),
        lambda s: s.update(ttl=True),
        lambda s: s.update(type=["BitstringStatusList", "Other"]),
        # Its size says that it has less than the least number of places.
        lambda s: s.update(statusSize=4, statusMessage=messages_of(16)),
    ],
)
def test_lists_that_are_refused(change: Callable[[Object], Any]) -> None:
    found = refused(lambda: read(changed(messages(), change)), error=InputError)
    assert found is Reason.BAD_STATUS_LIST


def messages_of(count: int) -> list[Object]:
    return [{"status": hex(n), "message": ""} for n in range(count)]


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.pop("statusMessage"),
        lambda s: s["statusMessage"].reverse(),
        lambda s: s.update(ttl=0),
        lambda s: s.update(type=["BitstringStatusList"]),
    ],
)
def test_lists_that_are_read(change: Callable[[Object], Any]) -> None:
    found = read(changed(messages({7: 2}), change))
    assert found.status(7, 2) == 2
    assert found.messages in {MESSAGES, ()}


def test_a_size_that_nobody_needs() -> None:
    document = changed(messages(), lambda s: s.update(statusSize=17))
    assert refused(lambda: read(document), error=InputError) is Reason.TOO_LARGE


def test_messages_without_a_size() -> None:
    document = changed(built(), lambda s: s.update(statusMessage=messages_of(2)))
    assert refused(lambda: read(document), error=InputError) is Reason.BAD_STATUS_LIST


def test_limits_for_lists_differ_in_size_alone() -> None:
    assert for_lists(LIMITS).json_bytes == LIMITS.status_list_json_bytes
    assert for_lists(LIMITS) is for_lists(LIMITS)
    assert for_lists(LIMITS).json_depth == LIMITS.json_depth
