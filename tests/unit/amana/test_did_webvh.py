"""did:webvh 1.0: what a log shows, and each rule by which one is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from amana.did._webvh_rules import entry_hash
from amana.did.webvh import Log, log_url, read_did, verify_log
from amana.did.webvh_author import create, placeholder_did, update
from amana.errors import AmanaError, InputError, VerificationError
from amana.limits import Limits
from amana.multibase import encode_base58
from amana.reasons import Reason
from tests import did_lab as lab
from tests.amana_samples import refused
from tests.did_lab import NOW, START, commitment, key_of, multikey

SCID = "QmTXjWRNxMYyc8bvf1HvM78Zi5DofKA21dNrfLoyLAd3A1"
METHOD = "did:webvh:1.0"


def verified(did: str, data: bytes, **changes: Any) -> Log:
    return verify_log(data, did=did, **{"now": NOW, **changes})


def broken(did: str, data: bytes, **changes: Any) -> AmanaError:
    with pytest.raises(AmanaError) as caught:
        verified(did, data, **changes)
    return caught.value


# --- identifiers


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("aid.example", "https://aid.example/.well-known/did.jsonl"),
        ("aid.example:dids:relief", "https://aid.example/dids/relief/did.jsonl"),
        ("aid.example%3A3000:dids", "https://aid.example:3000/dids/did.jsonl"),
        ("xn--fsq.jp:%E7%94%A8", "https://xn--fsq.jp/%E7%94%A8/did.jsonl"),
    ],
)
def test_where_a_log_would_lie(location: str, url: str) -> None:
    assert log_url(f"did:webvh:{SCID}:{location}") == url


@pytest.mark.parametrize(
    "did",
    [
        "", "did:webvh:", f"did:webvh:{SCID}", f"did:webvh:{SCID}:", "did:web:aid.example",
        f"did:webvh:{SCID}:localhost", f"did:webvh:{SCID[:-1]}:aid.example",
        f"did:webvh:{SCID[:-1]}0:aid.example", f"did:webvh:Zz{SCID[2:]}:aid.example",
        f"did:webvh:{SCID}:127.0.0.1", f"did:webvh:{SCID}:127%2E0%2E0%2E1",
        f"did:webvh:{SCID}:aid.example%3a443", f"did:webvh:{SCID}:aid.example:..:x",
        f"did:webvh:{SCID}:aid.example:%2E%2E", f"did:webvh:{SCID}:aid.example#x",
        f"did:webvh:{SCID}:me@aid.example", f"did:webvh:{SCID}:納豆.例.jp",
        f"did:webvh:{SCID}:aid.example:" + "a" * 500,
    ],
)  # fmt: skip
def test_no_did_webvh(did: str) -> None:
    assert refused(lambda: read_did(did), error=InputError) is Reason.BAD_DID
    assert refused(lambda: verify_log(b"{}", did=did, now=NOW), error=InputError) is Reason.BAD_DID


# --- what a good log shows


def test_a_history_of_three_versions() -> None:
    did, data = lab.honest()
    log = verified(did, data)
    assert [version.number for version in log.versions] == [1, 2, 3]
    assert log.newest.document().assertion_method == {f"{did}#key-1": key_of("signer-2").public}
    assert log.versions[1].document().assertion_method == {f"{did}#key-1": key_of("signer").public}
    assert not log.deactivated
    assert log.scid == did.split(":")[2]
    # the last line may lack its line feed, and white space is no content
    assert verified(did, data.rstrip(b"\n")).newest.version_id == log.newest.version_id
    assert verified(did, data.replace(b"\n", b" \r\n")).newest.version_id == log.newest.version_id


def test_hashes_are_those_that_others_compute() -> None:
    """The log that these belong to was resolved by did-webvh 1.0.1, to the same version."""
    did, data = lab.honest()
    assert did == (
        "did:webvh:QmRw9E3GYUnps8CLQG5xrPhKGfpif65UqD8c5bBhVAHix7:relief.example:issuers"
    )
    assert [version.version_id for version in verified(did, data).versions] == [
        "1-QmRYzEKUA8MQFY7fienRNPtvkjLCk7M61o4KpDonoAdByK",
        "2-QmXidJhfFG99WekDx3VgNhP37Vr7Dv7qF7xLxZQBGjvQ5s",
        "3-QmW8mnqYZXGVNSSxpud1LEvfn6hmBpJVnJauJKLU1EtdX4",
    ]


def test_an_older_version_can_be_asked_for() -> None:
    did, data = lab.honest()
    log = verified(did, data)
    one, two, three = log.versions
    assert log.version() is three
    assert log.version(version_id=one.version_id) is one
    assert log.version(version_number=2) is two
    assert log.version(version_time=two.time) is two
    assert log.version(version_time=three.time - timedelta(seconds=1)) is two
    for query in (
        {"version_id": one.version_id[:-1]},
        {"version_number": 4},
        {"version_time": START - timedelta(seconds=1)},
        {"version_number": 1, "version_id": two.version_id},
    ):
        assert (
            refused(lambda query=query: log.version(**query), error=VerificationError)  # type: ignore[misc]
            is Reason.DID_NOT_FOUND
        )


def test_metadata_are_those_of_the_specification() -> None:
    did, data = lab.first(ttl=60, watchers=["https://watch.example"], portable=True)
    log = verified(did, data)
    assert log.metadata(log.newest) == {
        "versionId": log.newest.version_id,
        "versionTime": "2026-01-05T09:00:00Z",
        "created": "2026-01-05T09:00:00Z",
        "updated": "2026-01-05T09:00:00Z",
        "scid": log.scid,
        "portable": True,
        "deactivated": False,
        "ttl": "60",
        "witness": {},
        "watchers": ["https://watch.example"],
    }


def test_a_key_that_was_rotated_away_updates_nothing() -> None:
    did, data = lab.honest()
    error = broken(did, lab.unchecked_next(data, "one"))
    assert (type(error), error.reason) == (VerificationError, Reason.BAD_DID_LOG)
    assert error.where == {"version": 4}
    assert len(verified(did, lab.unchecked_next(data, "two")).versions) == 4


def test_rotation_counts_from_the_next_entry_on() -> None:
    """Without pre-rotation, the new key may not sign the entry that names it."""
    did, data = lab.first()
    rotation = {"updateKeys": [multikey("two")]}
    assert broken(did, lab.unchecked_next(data, "two", parameters=rotation)).where == {"version": 2}
    assert len(verified(did, lab.unchecked_next(data, "one", parameters=rotation)).versions) == 2


def test_pre_rotation_lets_the_committed_key_sign_and_can_be_left() -> None:
    did, data = lab.first(nextKeyHashes=[commitment("two"), "an unused one"])
    leaving = {"updateKeys": [multikey("two")], "nextKeyHashes": []}
    data = update(data, did=did, key=key_of("two"), now=START + timedelta(1), parameters=leaving)
    data = update(data, did=did, key=key_of("two"), now=START + timedelta(2))
    joining = {"nextKeyHashes": [commitment("three")]}
    data = update(data, did=did, key=key_of("two"), now=START + timedelta(3), parameters=joining)
    assert len(verified(did, data).versions) == 4
    assert verified(did, data).newest.parameters.update_keys == (multikey("two"),)
    going_on = {"updateKeys": [multikey("three")], "nextKeyHashes": [commitment("four")]}
    data = update(data, did=did, key=key_of("three"), now=START + timedelta(4), parameters=going_on)
    assert verified(did, data).newest.parameters.next_key_hashes == (commitment("four"),)


@pytest.mark.parametrize(
    ("label", "parameters"),
    [
        ("two", {"updateKeys": [multikey("two")]}),
        ("two", {"nextKeyHashes": []}),
        ("one", {}),
        ("one", {"updateKeys": [multikey("one")], "nextKeyHashes": []}),
        ("two", {"updateKeys": [multikey("two"), multikey("thief")], "nextKeyHashes": []}),
        ("one", {"updateKeys": [], "nextKeyHashes": []}),
        ("one", {"updateKeys": [multikey("two")], "nextKeyHashes": []}),
    ],
)
def test_pre_rotation_violated(label: str, parameters: dict[str, Any]) -> None:
    did, data = lab.first(nextKeyHashes=[commitment("two")])
    error = broken(did, lab.unchecked_next(data, label, parameters=parameters))
    assert (error.reason, error.where) == (Reason.BAD_DID_LOG, {"version": 2})


def test_null_stands_for_the_default() -> None:
    did, data = lab.first(watchers=["a"], ttl=5)
    nothing = {"watchers": None, "ttl": None, "witness": None, "nextKeyHashes": None}
    active = verified(did, lab.unchecked_next(data, "one", parameters=nothing)).newest.parameters
    assert (active.watchers, active.ttl, active.witness, active.next_key_hashes) == (
        (),
        3600,
        None,
        (),
    )


def test_deactivation_ends_a_log() -> None:
    did, data = lab.first()
    ended = {"deactivated": True, "updateKeys": []}
    data = update(data, did=did, key=key_of("one"), now=START + timedelta(1), parameters=ended)
    log = verified(did, data)
    assert log.deactivated
    assert log.metadata(log.newest)["deactivated"] is True
    assert broken(did, lab.unchecked_next(data, "one")).reason is Reason.BAD_DID_LOG


def test_a_portable_did_moves_and_keeps_both_names() -> None:
    did, data = lab.first(portable=True)
    moved = did.replace("relief.example", "help.example")
    document = lab.state(moved, alsoKnownAs=[did])
    data = update(data, did=did, key=key_of("one"), now=START + timedelta(1), state=document)
    for name in (did, moved):
        assert verified(name, data).newest.did == moved
    third = did.replace("relief.example", "third.example")
    assert broken(third, data).reason is Reason.BAD_DID_LOG


@pytest.mark.parametrize(
    ("portable", "parameters", "known_as"),
    [
        (False, {}, True),
        (True, {"portable": False}, True),
        (True, {}, False),
    ],
)
def test_a_move_that_is_not_allowed(
    portable: bool,
    parameters: dict[str, Any],
    known_as: bool,
) -> None:
    did, data = lab.first(portable=portable)
    moved = did.replace("relief.example", "help.example")
    document = lab.state(moved, alsoKnownAs=[did] if known_as else None)
    data = lab.unchecked_next(data, "one", state=document, parameters=parameters)
    assert broken(did, data).reason is Reason.BAD_DID_LOG


# --- what is refused


def first(**changes: Any) -> tuple[str, bytes]:
    given = {"method": METHOD, "scid": "{SCID}", "updateKeys": [multikey("one")], **changes}
    return lab.unchecked_first({name: v for name, v in given.items() if v is not Ellipsis})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"method": ...}, Reason.BAD_DID_LOG),
        ({"method": 1}, Reason.BAD_DID_LOG),
        ({"method": "did:web:1.0"}, Reason.BAD_DID_LOG),
        ({"method": "did:webvh:0.5"}, Reason.DID_METHOD_UNKNOWN),
        ({"method": "did:webvh:1.1"}, Reason.DID_METHOD_UNKNOWN),
        ({"scid": ...}, Reason.BAD_DID_LOG),
        ({"scid": 5}, Reason.BAD_DID_LOG),
        ({"scid": SCID}, Reason.BAD_DID_LOG),
        ({"updateKeys": ...}, Reason.BAD_DID_LOG),
        ({"updateKeys": []}, Reason.BAD_DID_LOG),
        ({"updateKeys": multikey("one")}, Reason.BAD_DID_LOG),
        ({"updateKeys": [5]}, Reason.BAD_DID_LOG),
        ({"updateKeys": ["key one"]}, Reason.BAD_DID_LOG),
        ({"updateKeys": [multikey("one")] * 65}, Reason.TOO_LARGE),
        ({"nextKeyHashes": "x"}, Reason.BAD_DID_LOG),
        ({"watchers": [1]}, Reason.BAD_DID_LOG),
        ({"portable": 1}, Reason.BAD_DID_LOG),
        ({"portable": None}, Reason.BAD_DID_LOG),
        ({"deactivated": "true"}, Reason.BAD_DID_LOG),
        ({"ttl": -1}, Reason.BAD_DID_LOG),
        ({"ttl": 2**31 + 1}, Reason.BAD_DID_LOG),
        ({"ttl": True}, Reason.BAD_DID_LOG),
        ({"ttl": "60"}, Reason.BAD_DID_LOG),
        ({"prerotation": True}, Reason.BAD_DID_LOG),
        ({"witness": []}, Reason.BAD_DID_LOG),
        ({"witness": {"threshold": 1}}, Reason.BAD_DID_LOG),
        ({"witness": {"threshold": 1, "witnesses": {}}}, Reason.BAD_DID_LOG),
        ({"witness": {"threshold": 1, "witnesses": [5]}}, Reason.BAD_DID_LOG),
        ({"witness": {"threshold": 1, "witnesses": [{}]}}, Reason.BAD_DID_LOG),
        ({"witness": {"threshold": 1, "witnesses": [{"id": "did:web:a"}]}}, Reason.BAD_DID_LOG),
        ({"witness": {"threshold": 0, "witnesses": []}}, Reason.BAD_DID_LOG),
        ({"witness": {"threshold": 0, "witnesses": [{"id": "did:key:a"}]}}, Reason.BAD_DID_LOG),
        ({"witness": {"threshold": "1", "witnesses": [{"id": "did:key:a"}]}}, Reason.BAD_DID_LOG),
        ({"witness": {"threshold": 1, "witnesses": [{"id": "did:key:a"}] * 2}}, Reason.BAD_DID_LOG),
        ({"witness": {"threshold": 1, "witnesses": [{}] * 65}}, Reason.TOO_LARGE),
        (
            {"witness": {"threshold": 1, "witnesses": [{"id": "did:key:a"}]}},
            Reason.DID_WITNESS_UNCHECKED,
        ),
    ],
)
def test_parameters_of_a_first_entry(changes: dict[str, Any], reason: Reason) -> None:
    did, data = first(**changes)
    assert broken(did, data).reason is reason


def test_parameters_that_are_no_object() -> None:
    did, data = lab.first()
    assert broken(did, lab.unchecked_next(data, "one", parameters=[])).reason is Reason.BAD_DID_LOG


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"scid": SCID}, Reason.BAD_DID_LOG),
        ({"portable": True}, Reason.BAD_DID_LOG),
        ({"method": "did:webvh:0.5"}, Reason.BAD_DID_LOG),
        ({"method": "did:webvh:2.0"}, Reason.DID_METHOD_UNKNOWN),
        ({"method": METHOD}, None),
        ({"portable": False, "deactivated": False}, None),
    ],
)
def test_parameters_of_a_later_entry(parameters: dict[str, Any], reason: Reason | None) -> None:
    did, data = lab.first()
    data = lab.unchecked_next(data, "one", parameters=parameters)
    if reason is None:
        assert len(verified(did, data).versions) == 2
    else:
        assert broken(did, data).reason is reason


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"versionTime": "2026-01-05T09:00:00Z"}, Reason.BAD_DID_LOG),
        ({"versionTime": "2026-01-04T09:00:00Z"}, Reason.BAD_DID_LOG),
        ({"versionTime": "2026-02-30T09:00:00Z"}, Reason.BAD_DATE),
        ({"versionTime": "2026-02-03T09:00:00+01:00"}, Reason.BAD_DATE),
        ({"versionTime": 5}, Reason.BAD_DATE),
        ({"versionTime": "2026-11-22T12:06:00Z"}, Reason.NOT_YET_VALID),
        ({"versionTime": "2026-11-22T12:04:00+00:00"}, None),
        ({"state": []}, Reason.BAD_DID_LOG),
        ({"state": {}}, Reason.BAD_DID_LOG),
        ({"state": lab.state(f"did:webvh:{SCID}:relief.example:issuers")}, Reason.BAD_DID_LOG),
        ({"state": lab.state("did:web:relief.example")}, Reason.BAD_DID),
        ({"more": 1}, Reason.BAD_DID_LOG),
    ],
)
def test_members_of_an_entry(members: dict[str, Any], reason: Reason | None) -> None:
    did, data = lab.first()
    data = lab.unchecked_next(data, "one", **members)
    if reason is None:
        assert len(verified(did, data).versions) == 2
    else:
        assert broken(did, data).reason is reason


@pytest.mark.parametrize("version_id", [5, "", "2", "2-x", f"02-{SCID}", f"2-{SCID} "])
def test_version_ids_of_another_form(version_id: Any) -> None:
    did, data = lab.honest()
    found = lab.entries(data)
    found[1] = lab.signed({**found[1], "versionId": version_id}, "one")
    error = broken(did, lab.written(found))
    assert (error.reason, error.where) == (Reason.BAD_DID_LOG, {"version": 2})


def test_entries_that_are_missing_doubled_or_in_another_order() -> None:
    did, data = lab.honest()
    one, two, three = lab.entries(data)
    for found in ([two, three], [one, three], [one, one], [one, two, two], [one, three, two]):
        assert broken(did, lab.written(found)).reason is Reason.BAD_DID_LOG


def test_a_log_of_another_did() -> None:
    did, data = lab.honest()
    other = did.replace(did.split(":")[2], SCID)
    assert broken(other, data).reason is Reason.BAD_DID_LOG
    swapped = data.replace(did.split(":")[2].encode(), SCID.encode())
    assert broken(other, swapped).reason is Reason.BAD_DID_LOG


def test_an_entry_that_was_changed_and_signed_again() -> None:
    did, data = lab.honest()
    found = lab.entries(data)
    found[2] = lab.signed({**found[2], "versionTime": "2026-01-08T09:00:00Z"}, "two")
    error = broken(did, lab.written(found))
    assert (error.reason, error.where) == (Reason.BAD_DID_LOG, {"version": 3})


def test_a_placeholder_that_was_left_in_the_first_entry() -> None:
    """Two first entries could share one SCID, if a reader put the SCID in its place."""
    did, data = lab.first()
    scid = did.split(":")[2]
    (entry,) = lab.entries(data)
    entry["state"]["@context"].append("{SCID}")
    entry["versionId"] = f"1-{entry_hash(entry, predecessor=scid)}"
    assert broken(did, lab.written([lab.signed(entry, "one")])).reason is Reason.BAD_DID_LOG


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"type": "Ed25519Signature2020"}, Reason.BAD_DID_LOG),
        ({"cryptosuite": "eddsa-rdfc-2022"}, Reason.BAD_DID_LOG),
        ({"proofPurpose": "authentication"}, Reason.BAD_DID_LOG),
        ({"proofPurpose": 5}, Reason.BAD_PROOF_FORM),
        ({"verificationMethod": f"did:key:{multikey('one')}"}, Reason.BAD_DID_LOG),
        ({"verificationMethod": f"did:key:{multikey('one')}#{multikey('x')}"}, Reason.BAD_DID_LOG),
        ({"verificationMethod": f"did:key:{multikey('x')}#{multikey('one')}"}, Reason.BAD_DID_LOG),
        ({"created": 5}, Reason.BAD_DATE),
        ({"created": "yesterday"}, Reason.BAD_DATE),
        ({"expires": "2026-11-22T12:00:00Z"}, Reason.BAD_DID_LOG),
        ({"expires": "2026-11-22T12:00:01Z", "created": "2026-11-22T12:00:00Z"}, None),
        ({"@context": ["https://a.example"]}, Reason.BAD_SIGNATURE),
    ],
)
def test_options_of_a_proof(options: dict[str, Any], reason: Reason | None) -> None:
    did, data = lab.first()
    (entry,) = lab.entries(data)
    data = lab.written([lab.signed(entry, "one", **options)])
    if reason is None:
        assert len(verified(did, data).versions) == 1
    else:
        assert broken(did, data).reason is reason


def test_one_proof_or_a_list_of_some() -> None:
    did, data = lab.first(updateKeys=[multikey("one"), multikey("two")])
    (entry,) = lab.entries(data)
    (good,) = entry["proof"]
    other = lab.signed(entry, "two")["proof"][0]
    stranger = lab.signed(entry, "thief")["proof"][0]

    def judged(proof: Any) -> Reason | None:
        try:
            verified(did, lab.written([{**entry, "proof": proof}]))
        except AmanaError as error:
            return error.reason
        return None

    assert judged(good) is judged([good]) is judged([good, other]) is None
    assert (
        judged([]) is judged([good, stranger]) is judged([5]) is judged("x") is Reason.BAD_DID_LOG
    )
    assert judged([{**good, "proofValue": other["proofValue"]}]) is Reason.BAD_SIGNATURE
    assert judged([good] * 5) is Reason.TOO_LARGE
    assert judged([{**good, "proofValue": "z1"}]) is Reason.BAD_MULTIBASE


def test_an_update_key_of_another_kind_signs_nothing() -> None:
    weak = encode_base58(b"\xed\x01\x01" + bytes(31))
    did, data = first(updateKeys=[weak])
    (entry,) = lab.entries(data)
    entry["proof"][0]["verificationMethod"] = f"did:key:{weak}#{weak}"
    assert broken(did, lab.written([entry])).reason is Reason.BAD_KEY


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"\n", Reason.NOT_JSON),
        (b"[]", Reason.BAD_DID_LOG),
        (b"{}", Reason.BAD_DID_LOG),
        (b'{"versionId":"a","versionId":"b"}', Reason.DUPLICATE_KEY),
        (b" " * (1024 * 1024 + 1), Reason.TOO_LARGE),
        (b"{}\n" * 513, Reason.TOO_LARGE),
    ],
)
def test_bytes_that_are_no_log(data: bytes, reason: Reason) -> None:
    did = f"did:webvh:{SCID}:relief.example"
    assert refused(lambda: verified(did, data), error=InputError) is reason


def test_an_empty_line_between_entries() -> None:
    did, data = lab.honest()
    assert broken(did, data.replace(b"\n", b"\n\n", 1)).where == {"version": 2}


def test_limits_are_the_callers() -> None:
    did, data = lab.honest()
    assert broken(did, data, limits=Limits(did_log_entries=2)).reason is Reason.TOO_LARGE


# --- what was known before


def test_a_log_must_extend_what_was_known() -> None:
    did, data = lab.honest()
    longer = lab.unchecked_next(data, "two")
    old = verified(did, data)
    assert verified(did, data, known=old).versions == old.versions
    assert len(verified(did, longer, known=old).versions) == 4
    assert len(verified(did, longer, known=old.versions[0].version_id).versions) == 4
    fork = lab.unchecked_next(data, "two", days=10)
    known = verified(did, longer)
    for other in (fork, data):
        error = broken(did, other, known=known)
        assert (type(error), error.reason) == (VerificationError, Reason.DID_LOG_FORKED)
        assert error.where == {"version": 4}
    assert (
        refused(lambda: verified(did, data, known="three"), error=InputError) is Reason.BAD_DID_LOG
    )


# --- making them


def test_nothing_is_made_that_would_not_verify() -> None:
    key = key_of("one")
    with pytest.raises(VerificationError):
        create({}, key=key, now=START)
    with pytest.raises(VerificationError):
        create(lab.state(), key=key, now=START, parameters={"updateKeys": [multikey("two")]})
    with pytest.raises(InputError):
        create(lab.state(placeholder_did("relief.example:..")), key=key, now=START)
    did, data = lab.first()
    with pytest.raises(VerificationError):
        update(data, did=did, key=key_of("two"), now=NOW)
    with pytest.raises(VerificationError):
        update(data, did=did, key=key, now=START)
