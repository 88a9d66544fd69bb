"""TRQP v2 as pure questions and answers: strict reading, dated histories, ages that are told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.errors import VerificationError
from amana.limits import LIMITS
from amana.reasons import Reason
from tests.trqp_lab import (
    AUTHORITY,
    FELL,
    GRANTED,
    NOW,
    PUBLISHED,
    answered,
    asked,
    question,
    reason_of,
    snapshot,
)
from trust_registry.accreditation import Accreditation, accreditation
from trust_registry.snapshot import State
from trust_registry.trqp import (
    Query,
    answer,
    authority_of,
    check_question,
    read_question,
    registrar_of,
)

AUTHORIZATION, RECOGNITION = Query


def _yes(host: str, query: Query = AUTHORIZATION, **changes: Any) -> bool:
    said = answered(query, question(host, **changes))[query.says]
    assert type(said) is bool
    return said


def test_an_answer_has_the_members_of_the_specification() -> None:
    """C111: who is accredited to issue can be asked by anybody."""
    assert answered(AUTHORIZATION, question()) == {
        **asked(),
        "authorized": True,
        "time_evaluated": "2026-11-22T12:00:00Z",
        "message": "Accredited. Registry version 12 of 2026-11-20, 2 days old.",
        "registry": {
            "version": 12,
            "published": "2026-11-20T09:00:00Z",
            "stale": False,
            "age_days": 2,
        },
    }


def test_what_was_asked_for_comes_back() -> None:
    context = {"time": "2026-03-01T00:00:00.5Z", "locator": "x", "tier": "checked"}
    found = answered(RECOGNITION, question("neighbours.example", context=context))
    assert found["recognized"] is True
    assert found["time_requested"] == "2026-03-01T00:00:00.5Z"
    assert found["context"] == context
    assert "authorized" not in found


@pytest.mark.parametrize(
    ("host", "changes", "expected"),
    [
        ("relief.example", {}, True),
        ("relief.example", {"resource": "PurposeCredential:food"}, True),
        ("relief.example", {"action": "ask"}, False),
        ("relief.example", {"action": "ask", "resource": "PurposeCredential:food"}, True),
        ("relief.example", {"resource": "AidVoucher"}, False),
        ("clinic.example", {}, False),
        ("clinic.example", {"resource": "PurposeCredential:health"}, True),
        ("clinic.example", {"resource": "PurposeCredential:food"}, False),
        ("nobody.example", {}, False),
        ("suspended.example", {}, False),
    ],
)
def test_only_what_an_entry_says_is_a_yes(
    host: str, changes: dict[str, Any], expected: bool
) -> None:
    """C111; an entity without a record is a no, and no error."""
    assert _yes(host, **changes) is expected


FOOD: dict[str, Any] = {"action": "ask", "resource": "PurposeCredential:food"}


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"tier": "registered"}, True),
        ({"tier": "checked"}, False),
        ({"jurisdiction": "KE"}, True),
        ({"jurisdiction": "KE-30"}, True),
        ({"jurisdiction": "UG-30"}, True),
        ({"jurisdiction": "UG"}, False),
        ({"jurisdiction": "TZ"}, False),
        ({"tier": "registered", "jurisdiction": "TZ"}, False),
    ],
)
def test_tiers_and_places_narrow_an_answer(context: dict[str, str], expected: bool) -> None:
    """C2, C111."""
    assert _yes("relief.example", context=context, **FOOD) is expected


def test_a_tier_is_nothing_to_an_issuer_and_no_limit_is_none() -> None:
    assert _yes("relief.example", context={"tier": "checked"})
    narrow = {"tier": "checked", "jurisdiction": "BR"}
    assert _yes("clinic.example", action="ask", context=narrow)


def _at(instant: str) -> dict[str, Any]:
    return {"context": {"time": instant}}


@pytest.mark.parametrize("host", ["suspended.example", "withdrawn.example", "gone.example"])
def test_the_past_is_judged_by_dated_histories(host: str) -> None:
    """C111: a suspension says nothing about the time before it."""
    assert _yes(host, **_at("2026-05-31T23:59:59Z"))
    assert not _yes(host, **_at("2026-06-01T00:00:00Z"))
    assert not _yes(host, **_at("2025-12-31T23:59:59Z"))


@pytest.mark.parametrize(
    ("host", "at", "expected"),
    [
        ("suspended.example", FELL, Accreditation.SUSPENDED),
        ("withdrawn.example", FELL, Accreditation.WITHDRAWN),
        ("gone.example", FELL, Accreditation.TERMINATED),
        ("gone.example", GRANTED - timedelta(seconds=1), Accreditation.NOT_YET),
        ("gone.example", GRANTED, Accreditation.ACCREDITED),
        ("nobody.example", NOW, Accreditation.UNKNOWN),
        ("clinic.example", NOW, Accreditation.NOT_FOR_THIS),
    ],
)
def test_each_no_has_its_reason(host: str, at: Any, expected: Accreditation) -> None:
    entry = snapshot().entry(f"did:web:{host}")
    assert accreditation(entry, "issue", "PurposeCredential", at=at) is expected
    assert entry is None or entry.state_at(at) is not State.COMPROMISED


def test_a_time_that_has_not_come_is_a_no() -> None:
    """Nobody has signed anything about it; two honest clocks may differ by a minute."""
    assert _yes("relief.example", **_at("2026-11-22T12:01:00Z"))
    found = answered(AUTHORIZATION, question(**_at("2026-11-22T12:01:01Z")))
    assert found["authorized"] is False
    assert "has not come" in found["message"]


def test_a_clock_before_the_registry_does_not_hide_what_it_tells() -> None:
    early = GRANTED + timedelta(days=30)
    found = answered(AUTHORIZATION, question("suspended.example"), now=early)
    assert found["authorized"] is False
    assert found["time_evaluated"] == "2026-01-31T00:00:00Z"
    assert found["registry"]["stale"] is True
    assert "age_days" not in found["registry"]
    assert "its age is unknown" in found["message"]


def test_the_floor_of_a_device_is_a_time_that_has_come() -> None:
    floor = NOW + timedelta(days=10)
    of = snapshot(floor=floor)
    at = _at("2026-12-02T00:00:00Z")
    assert answered(AUTHORIZATION, question(**at), of=of)["authorized"] is True
    assert answered(AUTHORIZATION, question(**at))["authorized"] is False


def test_an_old_registry_says_that_it_is_old() -> None:
    """It still answers: what that age is worth, only who asks can know."""
    for days, stale in [(90, False), (91, True)]:
        now = PUBLISHED + timedelta(days=days)
        found = answered(AUTHORIZATION, question(), now=now)
        assert found["authorized"] is True
        assert found["registry"]["age_days"] == days
        assert found["registry"]["stale"] is stale
        assert ("too old to rely on" in found["message"]) is stale


def test_the_governance_framework_is_named_by_its_digest() -> None:
    """TRQP v2, "Identifiers": it has to be discoverable (C109)."""
    found = answered(AUTHORIZATION, question(), of=snapshot(governance="ab" * 32))
    assert found["registry"]["governance"] == "ab" * 32


def test_conditions_that_nobody_here_knows_are_told() -> None:
    found = answered(AUTHORIZATION, question(context={"locator": "here"}))
    assert "not considered" not in found["message"]
    found = answered(AUTHORIZATION, question(context={"amount": "1000"}))
    assert found["authorized"] is True
    assert found["context"] == {"amount": "1000"}
    assert "not considered" in found["message"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"resource": "PurposeCredential:food"}, True),
        ({"action": "ask"}, True),
        ({"action": "ask", "resource": "anything"}, True),
        ({"action": "recognize"}, False),
        ({"resource": "AidVoucher"}, False),
        ({"context": {"jurisdiction": "TZ"}}, True),
        ({"context": {"jurisdiction": "KE"}}, False),
        ({"context": {"time": "2025-12-31T00:00:00Z"}}, False),
    ],
)
def test_which_other_consortia_are_recognised(changes: dict[str, Any], expected: bool) -> None:
    """C87: recognition is what members signed into an entry, for an action and a resource."""
    assert _yes("neighbours.example", RECOGNITION, **changes) is expected


NORTH = registrar_of(AUTHORITY, "north")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"resource": "PurposeCredential:food"}, True),
        ({"action": "ask", "resource": "PurposeCredential:food"}, True),
        ({"action": "ask"}, False),
        ({"action": "recognize"}, False),
        ({"context": {"jurisdiction": "KE-30"}}, True),
        ({"context": {"jurisdiction": "UG"}}, False),
        ({"context": {"time": "2025-12-31T23:59:59Z"}}, False),
        ({"context": {"time": "2026-01-01T00:00:00Z"}}, True),
        ({"entity_id": registrar_of(AUTHORITY, "south")}, False),
        ({"entity_id": registrar_of(AUTHORITY, "")}, False),
        ({"entity_id": registrar_of("ni:///sha-256;x", "north")}, False),
        ({"entity_id": "north"}, False),
    ],
)
def test_which_registrars_are_recognised(changes: dict[str, Any], expected: bool) -> None:
    """C87: for what the members' limits let it accredit, and from then on."""
    found = answered(RECOGNITION, check_question(asked(**{"entity_id": NORTH, **changes})))
    assert found["recognized"] is expected


def test_a_registrar_is_no_issuer() -> None:
    assert answered(AUTHORIZATION, question(entity_id=NORTH))["authorized"] is False


@pytest.mark.parametrize("host", ["relief.example", "nobody.example"])
def test_an_issuer_is_no_authority(host: str) -> None:
    assert not _yes(host, RECOGNITION)


@pytest.mark.parametrize("query", Query)
def test_nobody_answers_for_another_authority(query: Query) -> None:
    with pytest.raises(VerificationError) as caught:
        answered(query, question(authority_id="did:web:elsewhere.example"))
    assert caught.value.reason is Reason.AUTHORITY_UNKNOWN


def test_an_authority_is_named_by_its_trust_anchor() -> None:
    """RFC 6920, section 3, with its own example."""
    assert authority_of(b"Hello World!") == (
        "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"
    )
    check_question(asked(authority_id=AUTHORITY))


# --- reading


def test_a_question_goes_over_the_wire_and_back() -> None:
    for one in (question(), question(context={"time": "2026-03-01T00:00:00Z", "a": ""})):
        assert read_question(json.dumps(one.document()).encode()) == one


@pytest.mark.parametrize(
    "value",
    [
        "user-1234", "country:state:driverlicense", "https://a.example/x?y=1#z", "%41", "a#",
        "https://[2001:db8::1]:8443/a", "did:web:a.example:b", "/", "ni:///sha-256;a-_",
    ],
)  # fmt: skip
def test_what_is_an_identifier(value: str) -> None:
    """TRQP v2, "Identifiers": one text that conforms to RFC 3986."""
    assert check_question(asked(action=value)).action == value


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "a b", "é", "%4", "%zz", "a#b#c", "a\n", "\x00", "<a>", '"', "[a]", "a\\b",
        "x" * (LIMITS.trqp_text_chars + 1), None, 1, True, [], {},
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["entity_id", "authority_id", "action", "resource"])
def test_what_is_no_identifier(name: str, value: Any) -> None:
    assert reason_of(lambda: check_question(asked(**{name: value}))) == Reason.BAD_TRQP.value


@pytest.mark.parametrize(
    "context",
    [
        None, [], "x", 1,
        {"a": 1}, {"a": None}, {"a": ["b"]},
        {"a": "x" * (LIMITS.trqp_condition_chars + 1)},
        {"x" * (LIMITS.trqp_condition_chars + 1): ""},
        {str(n): "" for n in range(LIMITS.trqp_conditions + 1)},
        {"tier": "gold"}, {"tier": ""},
        {"jurisdiction": "ke"}, {"jurisdiction": "KEN"}, {"jurisdiction": ""},
        {"time": ""}, {"time": "2026-03-01"}, {"time": "2026-03-01T00:00:00"},
        {"time": "2026-03-01T00:00:00+00:00"}, {"time": "2026-03-01T00:00:00z"},
        {"time": "2026-02-30T00:00:00Z"}, {"time": "2026-03-01 00:00:00Z"}, {"time": 5},
        {"time": "2026-03-01T00:00:00Z\n"}, {"time": "٢٠٢٦-03-01T00:00:00Z"},
    ],
)  # fmt: skip
def test_what_is_no_context(context: Any) -> None:
    assert reason_of(lambda: check_question(asked(context=context))) == Reason.BAD_TRQP.value


def test_every_question_that_fits_the_schemas_fits_the_bytes() -> None:
    """However its characters are written: twelve bytes are the most that one can take."""
    wide = "\U0001f600" * (LIMITS.trqp_condition_chars - 1)
    context = {f"{n}{wide}": f"{n}{wide}" for n in range(LIMITS.trqp_conditions)}
    identifiers = dict.fromkeys(asked(), "x" * LIMITS.trqp_text_chars)
    data = json.dumps({**identifiers, "context": context}, indent=2).encode()
    assert len(data) > 0.7 * LIMITS.trqp_bytes
    found = answered(AUTHORIZATION, read_question(data), authority="x" * LIMITS.trqp_text_chars)
    assert len(json.dumps(found).encode()) <= LIMITS.trqp_bytes


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"[]", Reason.BAD_TRQP),
        (b"null", Reason.BAD_TRQP),
        (b"{}", Reason.BAD_TRQP),
        (b"\xff", Reason.NOT_UTF8),
        (json.dumps(asked(nonce="1")).encode(), Reason.BAD_TRQP),
        (json.dumps(asked())[:-1].encode() + b',"action":"ask"}', Reason.DUPLICATE_KEY),
        (b" " * (LIMITS.trqp_bytes + 1), Reason.TOO_LARGE),
    ],
)
def test_what_is_no_question(data: bytes, reason: Reason) -> None:
    assert reason_of(lambda: read_question(data)) == reason.value


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from([*asked(), "context", "x"]), st.text() | st.none()))
def test_arbitrary_questions_end_in_an_answer_or_a_reason(changes: dict[str, Any]) -> None:
    if refused := reason_of(lambda: check_question(asked(**changes))):
        assert refused == Reason.BAD_TRQP.value
        return
    one = check_question(asked(**changes))
    for query in Query:
        found = answer(
            query,
            one,
            snapshot=snapshot(),
            authority=one.authority_id,
            now=NOW,
            stale_after=timedelta(days=1),
        )
        assert found[query.says] in (True, False)
