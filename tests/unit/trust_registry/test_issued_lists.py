"""Lists of what a key issued: read strictly, and counted only if the members vouch for them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import schemas
from amana.errors import AmanaError, InputError, RegistryError, VerificationError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.limits import LIMITS
from amana.multibase import encode_base64url
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from trust_registry.backdating import (
    check_collected,
    check_grown,
    doubted_since,
    issued_path,
    vouched_list,
)
from trust_registry.entries import check_entry, entry_document, slug
from trust_registry.issued import (
    build_issued_list,
    digest_of,
    is_issued_list,
    issued_list_issuer,
    issued_list_signer,
    issuer_signed_form,
    read_issued_list,
)
from trust_registry.snapshot import Entry, IssuedList, KeyChange, State, StatusChange

DID, CIRCLE = "did:web:relief.example", "did:web:circle.example"
METHOD, NEXT = f"{DID}#key-1", f"{DID}#key-2"
KEY, OTHER, CIRCLES = (SecretKey(bytes([n]) * 32) for n in (1, 2, 3))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
FORMS = [b"one", b"two", b"three"]


def new_entry(did: str, keys: dict[str, SecretKey], *actions: tuple[str, str]) -> Entry:
    return check_entry(
        entry_document(
            did,
            names={"en": "Relief"},
            keys={name: key.public for name, key in keys.items()},
            actions=actions,
            since=SINCE,
            registrar="the members",
            appeals="appeals@circle.example",
            dossier="0" * 64,
        )
    )


ENTRY = new_entry(DID, {METHOD: KEY, NEXT: OTHER}, ("issue", "PurposeCredential"))
KEEPER = new_entry(CIRCLE, {f"{CIRCLE}#key-1": CIRCLES}, ("keep", "IssuedList"))


def with_states(*states: tuple[datetime, State], entry: Entry = ENTRY) -> Entry:
    more = [StatusChange(since=since, state=state, reason="voted") for since, state in states]
    return replace(entry, history=(*entry.history, *more))


def with_key(name: str, *states: tuple[datetime, State], entry: Entry = ENTRY) -> Entry:
    key = entry.keys[name]
    more = [KeyChange(since=since, state=state) for since, state in states]
    changed = replace(key, history=(*key.history, *more))
    return replace(entry, keys={**entry.keys, name: changed})


def document(*forms: bytes, **changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "issuer": DID,
        "key_id": METHOD,
        "key": KEY,
        "verification_method": METHOD,
        "valid_from": NOW - DAY,
    }
    return build_issued_list([digest_of(form) for form in forms], **{**given, **changes})


def listed(*forms: bytes, **changes: Any) -> IssuedList:
    return read_issued_list(canonical(document(*forms, **changes)), entry=ENTRY)


def signed(**members: Any) -> bytes:
    """Whatever a list may say, with a good signature."""
    unsigned = {name: value for name, value in document(*FORMS).items() if name != "proof"}
    kept = {name: value for name, value in {**unsigned, **members}.items() if value is not None}
    return canonical(eddsa_jcs.sign(kept, key=KEY, verification_method=METHOD))


# --- The list -------------------------------------------------------------------------------------


def test_a_list_knows_just_what_was_issued() -> None:
    """C87: exact, so that nobody is turned away, or let in, by chance."""
    found = listed(*FORMS, b"one")
    assert len(found) == 3
    assert all(digest_of(form) in found for form in FORMS)
    assert digest_of(b"four") not in found
    assert b"\xff" * 16 not in found
    assert (found.issuer, found.key_id) == (DID, METHOD)
    assert found.valid_from == datetime(2026, 11, 21, tzinfo=UTC)
    assert list(found) == sorted(map(digest_of, FORMS))
    assert len(listed()) == 0


def test_it_is_as_its_schema_says() -> None:
    valid = Draft202012Validator(json.loads(schemas.read("registry/IssuedList.json")))
    assert valid.is_valid(document(*FORMS))
    assert not valid.is_valid({**document(*FORMS), "indices": []})


def test_which_bytes_a_digest_is_of() -> None:
    """A document with its proof in RFC 8785 form; of a token only what the issuer signed."""
    assert issuer_signed_form({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    assert issuer_signed_form("head.body.sig") == b"head.body.sig"
    assert issuer_signed_form("head.body.sig~disclosed~") == b"head.body.sig"
    assert issuer_signed_form("head.body.sig~disclosed~key.binding.jwt") == b"head.body.sig"
    assert digest_of(b"x") == sha256(b"x").digest()[:16]
    with pytest.raises(InputError) as caught:
        issuer_signed_form("hé.body.sig")
    assert caught.value.reason is Reason.BAD_JWT


def test_what_an_issuer_can_not_build() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        build_issued_list(
            [b"short"],
            issuer=DID,
            key_id=METHOD,
            key=KEY,
            verification_method=METHOD,
            valid_from=NOW,
        )


def test_a_list_too_long_is_neither_built_nor_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = canonical(document(*FORMS))
    for tight in (replace(LIMITS, issued_digests=2), replace(LIMITS, issued_list_bytes=100)):
        with pytest.raises(InputError) as caught:
            read_issued_list(data, entry=ENTRY, limits=tight)
        assert caught.value.reason is Reason.TOO_LARGE
    monkeypatch.setattr("trust_registry.issued.LIMITS", replace(LIMITS, issued_digests=2))
    with pytest.raises(InputError) as caught:
        document(*FORMS)
    assert caught.value.reason is Reason.TOO_LARGE


DIGESTS = sorted(map(digest_of, FORMS))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[]", Reason.BAD_ISSUED_LIST),
        (b"{", Reason.NOT_JSON),
        (signed(type="IssuedCredentials"), Reason.BAD_ISSUED_LIST),
        (signed(more=1), Reason.BAD_ISSUED_LIST),
        (signed(validFrom=None), Reason.BAD_ISSUED_LIST),
        (signed(validFrom=7), Reason.BAD_ISSUED_LIST),
        (signed(validFrom="yesterday"), Reason.BAD_DATE),
        (signed(issuer=["x"]), Reason.BAD_ISSUED_LIST),
        (signed(issuer=CIRCLE), Reason.KEY_NOT_OF_ISSUER),
        (signed(verificationMethod=f"{DID}#key-9"), Reason.KEY_UNKNOWN),
        (signed(digests="zzz"), Reason.BAD_MULTIBASE),
        (signed(digests=encode_base64url(b"x" * 17)), Reason.BAD_ISSUED_LIST),
        (signed(digests=encode_base64url(DIGESTS[1] + DIGESTS[0])), Reason.BAD_ISSUED_LIST),
        (signed(digests=encode_base64url(DIGESTS[0] * 2)), Reason.BAD_ISSUED_LIST),
        (canonical(document(*FORMS, key=OTHER)), Reason.BAD_SIGNATURE),
        (canonical(document(*FORMS, verification_method=f"{CIRCLE}#key-1")),
         Reason.KEY_NOT_OF_ISSUER),
        (canonical({**document(), "proof": None}), Reason.PROOF_MISSING),
    ],
)  # fmt: skip
def test_a_bad_list_is_refused_with_its_reason(data: bytes, reason: Reason) -> None:
    with pytest.raises(AmanaError) as caught:
        read_issued_list(data, entry=ENTRY)
    assert caught.value.reason is reason


def test_a_key_that_may_not_assert_signs_no_list() -> None:
    key = replace(ENTRY.keys[METHOD], relationships=frozenset({"authentication"}))
    with pytest.raises(VerificationError) as caught:
        read_issued_list(
            canonical(document(*FORMS)), entry=replace(ENTRY, keys={METHOD: key, NEXT: key})
        )
    assert caught.value.reason is Reason.WRONG_RELATIONSHIP
    unsigned = {name: value for name, value in document(*FORMS).items() if name != "proof"}
    other = eddsa_jcs.sign(
        unsigned, key=KEY, verification_method=METHOD, proof_purpose="authentication"
    )
    with pytest.raises(VerificationError) as caught:
        read_issued_list(canonical(other), entry=ENTRY)
    assert caught.value.reason is Reason.WRONG_RELATIONSHIP


def test_a_successor_signs_for_a_key_that_is_gone() -> None:
    data = canonical(document(*FORMS, key=OTHER, verification_method=NEXT))
    assert len(read_issued_list(data, entry=ENTRY)) == 3
    assert issued_list_signer(data) == NEXT
    assert issued_list_issuer(data) == DID


def test_the_consortium_signs_only_for_whom_it_has_withdrawn() -> None:
    data = canonical(document(*FORMS, key=CIRCLES, verification_method=f"{CIRCLE}#key-1"))
    withdrawn = with_states((NOW, State.WITHDRAWN))
    assert len(read_issued_list(data, entry=withdrawn, entry_of=lambda _: KEEPER)) == 3
    no_keeper = replace(KEEPER, actions=frozenset())
    for entry, keeper in ((ENTRY, KEEPER), (withdrawn, no_keeper), (withdrawn, None)):
        found: dict[str, Entry | None] = {CIRCLE: keeper}
        with pytest.raises(VerificationError) as caught:
            read_issued_list(data, entry=entry, entry_of=found.__getitem__)
        assert caught.value.reason is Reason.KEY_NOT_OF_ISSUER
    with pytest.raises(VerificationError):
        read_issued_list(data, entry=withdrawn)


def test_which_bytes_mean_to_be_such_a_list() -> None:
    assert is_issued_list(canonical(document()))
    assert not is_issued_list(b'{"type":["VerifiableCredential"]}')
    assert not is_issued_list(b"eyJhbGciOiJFZERTQSJ9.e30.AA")


# --- When it counts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "since"),
    [
        (ENTRY, None),
        (with_key(METHOD, (NOW - DAY, State.RETIRED)), None),
        (with_states((NOW - DAY, State.TERMINATED)), None),
        (with_key(METHOD, (NOW - DAY, State.COMPROMISED)), NOW - DAY),
        (with_key(METHOD, (NOW + DAY, State.COMPROMISED)), None),
        (with_key(NEXT, (NOW - DAY, State.COMPROMISED)), None),
        (with_states((NOW - DAY, State.SUSPENDED)), NOW - DAY),
        (with_states((NOW + DAY, State.SUSPENDED)), None),
        (with_states((NOW - 2 * DAY, State.SUSPENDED), (NOW - DAY, State.WITHDRAWN)),
         NOW - 2 * DAY),
        (with_states((NOW - 2 * DAY, State.SUSPENDED), (NOW - DAY, State.GRANTED)), None),
        (with_states((NOW - 9 * DAY, State.SUSPENDED), (NOW - 8 * DAY, State.GRANTED),
                     (NOW - DAY, State.SUSPENDED)), NOW - DAY),
        (with_key(METHOD, (NOW - 3 * DAY, State.COMPROMISED),
                  entry=with_states((NOW - DAY, State.SUSPENDED))), NOW - 3 * DAY),
    ],
)  # fmt: skip
def test_since_when_a_date_proves_nothing(entry: Entry, since: datetime | None) -> None:
    assert doubted_since(entry, entry.keys[METHOD], now=NOW) == since


def test_where_a_list_stands() -> None:
    assert issued_path(METHOD, DID) == f"issued/{slug(DID)}/key-1.json"
    for key_id in (f"{CIRCLE}#key-1", DID, f"{DID}#"):
        with pytest.raises(ValueError, match="a key's id"):
            issued_path(key_id, DID)


def test_a_newer_list_drops_nothing() -> None:
    old = listed(b"one", b"two")
    check_grown(None, old)
    check_grown(old, old)
    check_grown(old, listed(*FORMS, valid_from=NOW))
    for new, reason in (
        (listed(b"one"), Reason.ISSUED_LIST_SHRUNK),
        (listed(b"one", b"three", b"four"), Reason.ISSUED_LIST_SHRUNK),
        (listed(*FORMS, valid_from=NOW - 9 * DAY), Reason.ROLLBACK),
        (listed(*FORMS, key_id=NEXT), Reason.BAD_ISSUED_LIST),
    ):
        with pytest.raises(RegistryError) as caught:
            check_grown(old, new)
        assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("entry", "changes", "reason"),
    [
        (with_key(METHOD, (NOW - DAY, State.COMPROMISED)), {}, Reason.ISSUED_LIST_TOO_LATE),
        (with_key(NEXT, (NOW - DAY, State.COMPROMISED)), {}, Reason.ISSUED_LIST_TOO_LATE),
        (with_states((NOW - DAY, State.SUSPENDED)), {}, Reason.ISSUED_LIST_TOO_LATE),
        (with_key(NEXT, (NOW - DAY, State.RETIRED)), {}, Reason.KEY_RETIRED_WHEN_ISSUED),
        (ENTRY, {"valid_from": NOW + 3 * DAY}, Reason.BAD_ISSUED_LIST),
        (ENTRY, {"valid_from": NOW - 9 * DAY}, Reason.ROLLBACK),
    ],
)
def test_what_a_collector_refuses(entry: Entry, changes: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(AmanaError) as caught:
        check_collected(
            listed(*FORMS, **changes), signed_by=NEXT, entry=entry, old=listed(b"one"), now=NOW
        )
    assert caught.value.reason is reason


def test_a_key_from_tomorrow_signs_nothing_today() -> None:
    with pytest.raises(VerificationError) as caught:
        check_collected(listed(), signed_by=NEXT, entry=ENTRY, old=None, now=SINCE - DAY)
    assert caught.value.reason is Reason.KEY_NOT_YET_VALID


def test_a_retired_key_is_listed_by_its_successor() -> None:
    retired = with_key(METHOD, (NOW - DAY, State.RETIRED))
    check_collected(listed(*FORMS), signed_by=NEXT, entry=retired, old=None, now=NOW)


def test_the_members_vouch_for_the_list_that_is_shipped() -> None:
    """C112: the automated key that ships lists can't make one count by itself."""
    data = canonical(document(*FORMS))
    path = issued_path(METHOD, DID)
    leaked = with_key(METHOD, (NOW, State.COMPROMISED))
    vouched = replace(leaked, issued={METHOD: sha256(data).hexdigest()})
    assert len(vouched_list(data, path=path, entry=vouched, at=NOW)) == 3
    calm = replace(vouched, keys=ENTRY.keys)
    assert len(vouched_list(data, path=path, entry=calm, at=NOW)) == 3
    earlier = with_key(METHOD, (NOW - 9 * DAY, State.COMPROMISED))
    late = replace(earlier, issued=vouched.issued)
    for entry, where, reason in (
        (leaked, path, Reason.BAD_ISSUED_LIST),
        (replace(leaked, issued={METHOD: "0" * 64}), path, Reason.BAD_ISSUED_LIST),
        (vouched, issued_path(NEXT, DID), Reason.BAD_ISSUED_LIST),
        (late, path, Reason.ISSUED_LIST_TOO_LATE),
    ):
        with pytest.raises(RegistryError) as caught:
            vouched_list(data, path=where, entry=entry, at=NOW)
        assert caught.value.reason is reason
