"""Entries: what is read, and everything that is refused."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import schemas
from amana.errors import InputError
from amana.keys import SecretKey
from amana.limits import Limits
from amana.reasons import Reason
from trust_registry.entries import check_entry, entry_document, read_entry, slug
from trust_registry.snapshot import State

KEY = SecretKey(b"\1" * 32).public
OTHER = SecretKey(b"\2" * 32).public
DID = "did:web:relief.example"
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
Change = Callable[[dict[str, Any]], None]


def document(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "names": {"en": "Relief", "zh-Hant": "救濟"},
        "keys": {f"{DID}#key-1": KEY},
        "actions": [("issue", "PurposeCredential"), ("ask", "food-assistance")],
        "since": SINCE,
        "registrar": "the members",
        "appeals": "appeals@circle.example",
        "dossier": "ab" * 32,
    }
    return entry_document(changes.pop("did", DID), **{**given, **changes})


def test_an_entry_says_who_may_do_what_since_when() -> None:
    """C111: the registry says who may issue what."""
    entry = read_entry(json.dumps(document()).encode())
    assert entry.did == DID
    assert entry.names == {"en": "Relief", "zh-Hant": "救濟"}
    assert entry.may("issue", "PurposeCredential")
    assert not entry.may("issue", "StationCertificate")
    assert entry.keys[f"{DID}#key-1"].public == KEY
    assert entry.keys[f"{DID}#key-1"].relationships == {"assertionMethod"}
    assert entry.state_at(SINCE) is State.GRANTED
    assert entry.state_at(datetime(2026, 2, 28, tzinfo=UTC)) is None
    assert not entry.demo
    assert check_entry(document(demo=True)).demo


def test_a_did_webvh_has_an_entry_like_any_other() -> None:
    did = f"did:webvh:Qm{'a' * 44}:relief.example"
    assert check_entry(document(did=did, keys={f"{did}#key-1": KEY})).did == did


def test_an_entry_can_not_be_changed_in_memory() -> None:
    entry = check_entry(document())
    with pytest.raises(TypeError):
        entry.names["en"] = "Other"  # type: ignore[index]
    with pytest.raises(TypeError):
        entry.keys["x"] = entry.keys[f"{DID}#key-1"]  # type: ignore[index]


def test_the_file_name_tells_nothing() -> None:
    assert slug(DID) == slug(DID) != slug(f"{DID}:x")
    assert len(slug(DID)) == 32
    assert "relief" not in slug(DID)


def test_a_did_key_has_just_its_own_key() -> None:
    did = KEY.did
    good = document(did=did, keys={f"{did}#{KEY.multikey}": KEY})
    assert check_entry(good).did == did
    with pytest.raises(InputError) as caught:
        document(did=did, keys={f"{did}#x": OTHER})
    assert caught.value.reason is Reason.ENTRY_INVALID


def verifier(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "actions": [("ask", "PurposeCredential:food"), ("ask", "PurposeCredential:cash")],
        "jurisdictions": ["KE", "UG-304", "KE"],
        "tiers": {"PurposeCredential:cash": ["checked"]},
        "focal_point": OTHER,
    }
    return document(**{**given, **changes})


def test_a_verifier_asks_where_and_at_the_tiers_that_its_entry_names() -> None:
    """C2, C66, C111: what may be asked, at which services, and who hears complaints about it."""
    entry = check_entry(verifier())
    assert entry.jurisdictions == {"KE", "UG-304"}
    assert entry.may_ask("PurposeCredential:cash", tier="checked")
    assert not entry.may_ask("PurposeCredential:cash", tier="registered")
    assert entry.may_ask("PurposeCredential:food", tier="registered")
    assert not entry.may_ask("PurposeCredential:health", tier="registered")
    assert entry.focal_point == OTHER


def test_what_is_left_out_limits_nothing() -> None:
    entry = check_entry(document())
    assert (entry.jurisdictions, dict(entry.tiers)) == (frozenset(), {})
    assert (entry.focal_point, dict(entry.issued)) == (None, {})


def test_a_guardianship_authority_and_the_consortium_have_entries_too() -> None:
    """C87, C102: what each may do are its actions; there are no kinds of entries."""
    appoints = check_entry(document(actions=[("appoint", "GuardianshipCredential")]))
    assert appoints.may("appoint", "GuardianshipCredential")
    circle = check_entry(document(actions=[("keep", "IssuedList"), ("vote", "RegistryVote")]))
    assert circle.may("keep", "IssuedList")


def test_members_sign_for_the_list_that_outlives_a_key() -> None:
    entry = check_entry({**document(), "issued": {f"{DID}#key-1": "ab" * 32}})
    assert dict(entry.issued) == {f"{DID}#key-1": "ab" * 32}


def history(*states: str) -> list[dict[str, str]]:
    return [
        {"since": f"2026-0{month}-01T00:00:00Z", "state": state}
        for month, state in enumerate(states, 1)
    ]


def reasoned(*states: str) -> list[dict[str, str]]:
    return [{**change, "reason": "because"} for change in history(*states)]


def put(*path: Any, value: Any) -> Change:
    def change(entry: dict[str, Any]) -> None:
        place: Any = entry
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def drop(name: str) -> Change:
    def change(entry: dict[str, Any]) -> None:
        del entry[name]

    return change


def repeat(name: str, **members: Any) -> Change:
    def change(entry: dict[str, Any]) -> None:
        entry[name].append({**entry[name][0], **members})

    return change


INVALID: list[tuple[Change, Reason]] = [
    (drop("did"), Reason.ENTRY_INVALID),
    (drop("appeals"), Reason.ENTRY_INVALID),
    (put("location", value="x"), Reason.ENTRY_INVALID),
    (put("demo", value="yes"), Reason.ENTRY_INVALID),
    (put("did", value=7), Reason.ENTRY_INVALID),
    (put("did", value="did:example:1"), Reason.BAD_DID),
    (put("did", value="did:web:relief.example:.."), Reason.BAD_DID),
    (put("did", value="did:key:zzz"), Reason.BAD_MULTIBASE),
    (put("did", value="did:webvh:relief.example"), Reason.BAD_DID),
    (put("names", value={}), Reason.ENTRY_INVALID),
    (put("names", value=["Relief"]), Reason.ENTRY_INVALID),
    (put("names", value={"English": "Relief"}), Reason.ENTRY_INVALID),
    (put("names", "en", value=""), Reason.ENTRY_INVALID),
    (put("names", "en", value=" \n"), Reason.ENTRY_INVALID),
    (put("names", "en", value=5), Reason.ENTRY_INVALID),
    (put("names", "en", value="R\u202efeiler"), Reason.ENTRY_INVALID),
    (put("names", "en", value="Relief\x1b[2J"), Reason.ENTRY_INVALID),
    (put("appeals", value="x" * 1001), Reason.ENTRY_INVALID),
    (put("registrar", value=None), Reason.ENTRY_INVALID),
    (put("dossier", value="AB" * 32), Reason.ENTRY_INVALID),
    (put("dossier", value=1), Reason.ENTRY_INVALID),
    (put("keys", value=[]), Reason.ENTRY_INVALID),
    (put("keys", value={}), Reason.ENTRY_INVALID),
    (put("keys", 0, "id", value="did:web:other.example#key-1"), Reason.ENTRY_INVALID),
    (put("keys", 0, "id", value=f"{DID}#"), Reason.ENTRY_INVALID),
    (put("keys", 0, "id", value=None), Reason.ENTRY_INVALID),
    (put("keys", 0, "publicKeyMultibase", value=None), Reason.ENTRY_INVALID),
    (put("keys", 0, "publicKeyMultibase", value="z6MkOops"), Reason.BAD_MULTIBASE),
    (put("keys", 0, "relationships", value=[]), Reason.ENTRY_INVALID),
    (put("keys", 0, "relationships", value=["keyAgreement"]), Reason.ENTRY_INVALID),
    (put("keys", 0, "relationships", value=[["assertionMethod"]]), Reason.ENTRY_INVALID),
    (put("keys", 0, "history", value=[]), Reason.ENTRY_INVALID),
    (put("keys", 0, "history", value=history("retired")), Reason.ENTRY_INVALID),
    (put("keys", 0, "history", value=history("granted", "suspended")), Reason.ENTRY_INVALID),
    (
        put("keys", 0, "history", value=history("granted", "compromised", "granted")),
        Reason.ENTRY_INVALID,
    ),
    (put("keys", 0, "history", value=reasoned("granted")), Reason.ENTRY_INVALID),
    (repeat("keys"), Reason.ENTRY_INVALID),
    (repeat("keys", id=f"{DID}#key-2"), Reason.ENTRY_INVALID),
    (repeat("keys", publicKeyMultibase=OTHER.multikey), Reason.ENTRY_INVALID),
    (put("history", value=history("granted")), Reason.ENTRY_INVALID),
    (put("history", value=reasoned("suspended")), Reason.ENTRY_INVALID),
    (put("history", value=reasoned("granted", "granted")), Reason.ENTRY_INVALID),
    (put("history", value=reasoned("granted", "compromised")), Reason.ENTRY_INVALID),
    (put("history", 0, "state", value=["granted"]), Reason.ENTRY_INVALID),
    (put("history", 0, "reason", value=""), Reason.REASON_REQUIRED),
    (put("history", 0, "reason", value=None), Reason.REASON_REQUIRED),
    (put("history", 0, "since", value=20260301), Reason.ENTRY_INVALID),
    (put("history", 0, "since", value="2026-03-01"), Reason.BAD_DATE),
    (put("history", 0, "since", value="2026-03-01T00:00:00+00:00"), Reason.ENTRY_INVALID),
    (
        put("history", value=[reasoned("granted")[0], {**reasoned("suspended")[0]}]),
        Reason.ENTRY_INVALID,
    ),
    (put("actions", 0, "action", value="Issue!"), Reason.ENTRY_INVALID),
    (put("actions", 0, "resource", value=""), Reason.ENTRY_INVALID),
    (put("actions", 0, "resource", value=["x"]), Reason.ENTRY_INVALID),
    (put("actions", 0, "action", value=None), Reason.ENTRY_INVALID),
    (repeat("actions"), Reason.ENTRY_INVALID),
]


MORE_INVALID: list[tuple[Change, Reason]] = [
    (put("jurisdictions", value=[]), Reason.ENTRY_INVALID),
    (put("jurisdictions", value="KE"), Reason.ENTRY_INVALID),
    (put("jurisdictions", value=["Kenya"]), Reason.ENTRY_INVALID),
    (put("jurisdictions", value=["ke"]), Reason.ENTRY_INVALID),
    (put("jurisdictions", value=["KE-0001"]), Reason.ENTRY_INVALID),
    (put("jurisdictions", value=[["KE"]]), Reason.ENTRY_INVALID),
    (put("jurisdictions", value=["KE", "KE"]), Reason.ENTRY_INVALID),
    (put("tiers", value={}), Reason.ENTRY_INVALID),
    (put("tiers", value=["checked"]), Reason.ENTRY_INVALID),
    (put("tiers", value={"PurposeCredential:food": []}), Reason.ENTRY_INVALID),
    (put("tiers", value={"PurposeCredential:food": ["none"]}), Reason.ENTRY_INVALID),
    (put("tiers", value={"PurposeCredential:food": ["checked"] * 2}), Reason.ENTRY_INVALID),
    (put("tiers", value={"PurposeCredential:food": [["checked"]]}), Reason.ENTRY_INVALID),
    (put("tiers", value={"PurposeCredential:health": ["checked"]}), Reason.ENTRY_INVALID),
    (put("focalPoint", value=None), Reason.ENTRY_INVALID),
    (put("focalPoint", value="z6MkOops"), Reason.BAD_MULTIBASE),
    (put("focalPoint", value=KEY.multikey), Reason.ENTRY_INVALID),
    (put("issued", value={}), Reason.ENTRY_INVALID),
    (put("issued", value=[]), Reason.ENTRY_INVALID),
    (put("issued", value={f"{DID}#key-9": "ab" * 32}), Reason.ENTRY_INVALID),
    (put("issued", value={f"{DID}#key-1": "AB" * 32}), Reason.ENTRY_INVALID),
    (put("issued", value={f"{DID}#key-1": 7}), Reason.ENTRY_INVALID),
]


@pytest.mark.parametrize(("change", "reason"), MORE_INVALID)
def test_a_bad_limit_is_refused_with_its_reason(change: Change, reason: Reason) -> None:
    entry = verifier()
    change(entry)
    with pytest.raises(InputError) as caught:
        check_entry(entry)
    assert caught.value.reason is reason


@pytest.mark.parametrize(("change", "reason"), INVALID)
def test_a_bad_entry_is_refused_with_its_reason(change: Change, reason: Reason) -> None:
    entry = document()
    change(entry)
    with pytest.raises(InputError) as caught:
        check_entry(entry)
    assert caught.value.reason is reason


def test_the_published_schema_is_no_stricter_than_we_are() -> None:
    """C87: others can check an entry of ours with nothing but the schema."""
    valid = Draft202012Validator(json.loads(schemas.read("registry/Entry.json"))).is_valid
    held = {**verifier(demo=True), "issued": {f"{DID}#key-1": "ab" * 32}}
    for good in (document(), verifier(), held, {**document(), "actions": []}):
        check_entry(good)
        assert valid(good)
    others: list[Any] = [None, [], "entry", 7, {}]
    assert not any(valid(value) for value in others)
    refused = 0
    for change, _ in [*INVALID, *MORE_INVALID]:
        entry = verifier()
        change(entry)
        refused += not valid(entry)
    assert refused > len([*INVALID, *MORE_INVALID]) * 0.7


@pytest.mark.parametrize("value", [None, [], "entry", 7])
def test_an_entry_is_an_object(value: Any) -> None:
    with pytest.raises(InputError) as caught:
        check_entry(value)
    assert caught.value.reason is Reason.ENTRY_INVALID


def test_histories_that_may_be() -> None:
    for states in (
        ("granted", "suspended", "granted", "withdrawn", "granted"),
        ("granted", "terminated", "granted", "suspended", "terminated"),
    ):
        entry = check_entry({**document(), "history": reasoned(*states)})
        assert [change.state.value for change in entry.history] == list(states)


def test_an_entry_may_be_allowed_nothing() -> None:
    assert check_entry({**document(), "actions": []}).actions == frozenset()


def test_bounds_come_from_the_limits() -> None:
    tight = Limits(entry_names=1)
    with pytest.raises(InputError) as caught:
        check_entry(document(), limits=tight)
    assert caught.value.reason is Reason.ENTRY_INVALID


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_give_a_typed_error(data: bytes) -> None:
    with pytest.raises(InputError):
        read_entry(data)


@given(
    st.sampled_from(sorted(document())),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "since", "state", "en"]), inner, max_size=3)
        ),
        max_leaves=6,
    ),
)
def test_any_json_in_any_member_gives_an_entry_or_a_typed_error(name: str, value: Any) -> None:
    try:
        entry = check_entry({**document(), name: value})
    except InputError:
        return
    assert entry.did == DID or name == "did"
