"""The VC-API's issuing paths: what they sign, in whose name, and what they refuse (C93)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from amana.keys import SecretKey
from amana.reasons import Outcome, Reason
from apps._vc_service import ISSUING
from tests.vc_api_caller import JCS, RDFC, V2, Caller, credential, signed

STRANGER = SecretKey(b"s" * 32)
PATHS = ["/credentials/issue", *(f"/{name}/credentials/issue" for name in ISSUING)]


@pytest.fixture
def api() -> Caller:
    return Caller()


def refused(api: Caller, body: Any, path: str = "/credentials/issue") -> Reason:
    answer = api.post(path, body)
    assert answer.status == 400, answer.raw
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json
    assert found["status"] == 400
    assert found["type"].startswith("https://www.w3.org/")
    reason = Reason(found["reason"])
    assert reason.outcome is not Outcome.ACCEPTED
    return reason


@pytest.mark.parametrize("path", PATHS)
def test_what_is_issued_is_verified(api: Caller, path: str) -> None:
    issued = api.issue(credential(id="urn:uuid:1"), path)
    answer = api.post("/credentials/verify", {"verifiableCredential": issued, "options": {}})
    assert (answer.status, answer.json["verified"]) == (200, True)
    assert answer.json["problemDetails"] == answer.json["warnings"] == []


@pytest.mark.parametrize(
    ("path", "suite"),
    [
        ("/credentials/issue", RDFC),
        (f"/{RDFC}/credentials/issue", RDFC),
        (f"/{JCS}/credentials/issue", JCS),
    ],
)
def test_each_path_has_its_suite(api: Caller, path: str, suite: str) -> None:
    proof = api.issue(credential(), path)["proof"]
    assert proof["cryptosuite"] == suite
    assert proof["verificationMethod"] == f"{api.did}#{api.did.removeprefix('did:key:')}"
    assert proof["created"] == "2026-11-22T09:00:00Z"


def test_options_choose_the_suite(api: Caller) -> None:
    body = {"credential": credential(), "options": {"cryptosuite": JCS}}
    issued = api.post("/credentials/issue", body).json["verifiableCredential"]
    assert issued["proof"]["cryptosuite"] == JCS


@pytest.mark.parametrize(
    "options",
    [
        {"cryptosuite": "ecdsa-sd-2023"},
        {"cryptosuite": ["eddsa-jcs-2022"]},
        {"type": "Ed25519Signature2020"},
        {"mandatoryPointers": ["/issuer"]},
    ],
)
def test_what_can_not_be_made_is_refused(api: Caller, options: Any) -> None:
    assert refused(api, {"credential": credential(), "options": options}) is Reason.BAD_CREDENTIAL


@pytest.mark.parametrize("body", [None, 1, [], {}, {"credential": 1}, {"credential": []}])
def test_a_body_without_a_credential_is_refused(api: Caller, body: Any) -> None:
    assert refused(api, body) is Reason.BAD_CREDENTIAL


@pytest.mark.parametrize("options", [1, [], "proof"])
def test_options_are_an_object(api: Caller, options: Any) -> None:
    assert refused(api, {"credential": credential(), "options": options}) is Reason.BAD_CREDENTIAL


def test_no_options_are_needed(api: Caller) -> None:
    assert api.post("/credentials/issue", {"credential": credential()}).status == 201
    assert (
        api.post("/credentials/issue", {"credential": credential(), "options": None}).status == 201
    )


@pytest.mark.parametrize("issuer", [None, {}, {"name": "Somebody"}])
def test_a_missing_issuer_is_us(api: Caller, issuer: Any) -> None:
    document = credential() if issuer is None else credential(issuer=issuer)
    issued = api.issue(document)["issuer"]
    assert issued == (api.did if issuer is None else {"id": api.did, **issuer})


@pytest.mark.parametrize(
    ("issuer", "reason"),
    [
        (STRANGER.public.did, Reason.KEY_NOT_OF_ISSUER),
        ({"id": STRANGER.public.did}, Reason.KEY_NOT_OF_ISSUER),
        (None, Reason.BAD_CREDENTIAL),
        ({"id": None}, Reason.BAD_CREDENTIAL),
        ("nobody", Reason.BAD_CREDENTIAL),
        ([], Reason.BAD_CREDENTIAL),
    ],
)
def test_nobody_else_is_signed_for(api: Caller, issuer: Any, reason: Reason) -> None:
    assert refused(api, {"credential": credential(issuer=issuer)}) is reason


@pytest.mark.parametrize("contexts", [None, [], [V2[:-1]], [V2, 7], "x"])
def test_no_context_is_put_in(api: Caller, contexts: Any) -> None:
    assert (
        refused(api, {"credential": credential(**{"@context": contexts})}) is Reason.BAD_CREDENTIAL
    )


def test_a_term_that_would_be_dropped_is_refused(api: Caller) -> None:
    """As the suite for status lists misspells credentialStatus."""
    entry = {"type": "BitstringStatusListEntry", "statusListIndex": True}
    assert refused(api, {"credential": credential(statusEntry=entry)}) is Reason.UNKNOWN_TERM


def test_a_status_entry_that_is_malformed_is_refused(api: Caller) -> None:
    entry = {
        "type": "BitstringStatusListEntry",
        "statusListIndex": True,
        "statusPurpose": "revocation",
        "statusListCredential": "https://example.com",
    }
    assert refused(api, {"credential": credential(credentialStatus=entry)}) is Reason.BAD_CREDENTIAL


def test_a_related_resource_that_is_another_is_refused(api: Caller) -> None:
    resource = {"id": V2, "digestSRI": "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
    assert (
        refused(api, {"credential": credential(relatedResource=resource)})
        is Reason.RESOURCE_MISMATCH
    )


def test_a_proof_that_is_there_stays(api: Caller) -> None:
    first = signed(credential(issuer=api.did), key=STRANGER, suite=JCS)
    issued = api.issue(first, f"/{JCS}/credentials/issue")
    assert issued["proof"][0] == first["proof"]
    assert issued["proof"][1]["verificationMethod"].startswith(api.did)
    # The first of the two is nobody's who may speak for the issuer.
    answer = api.post("/credentials/verify", {"verifiableCredential": issued})
    assert (answer.status, answer.json["reason"]) == (400, Reason.KEY_NOT_OF_ISSUER.value)


def test_an_envelope_is_what_the_data_model_says(api: Caller) -> None:
    issued = api.issue(credential(), "/vc-jwt/credentials/issue")
    assert issued["@context"] == V2
    assert issued["type"] == "EnvelopedVerifiableCredential"
    assert issued["id"].startswith("data:application/vc+jwt,")


def test_each_server_has_a_key_of_its_own() -> None:
    assert Caller(label="one").did != Caller(label="two").did


def test_a_dates_order_is_checked_before_anything_is_signed(api: Caller) -> None:
    dates = {"validFrom": "2027-01-01T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"}
    assert refused(api, {"credential": credential(**dates)}) is Reason.BAD_CREDENTIAL


def test_what_is_refused_is_not_repeated(api: Caller) -> None:
    """Errors name a rule, never a value: it may be about a person."""
    subject = {"id": "did:example:subject", "Birthplace": "Kalemie"}
    answer = api.post("/credentials/issue", {"credential": credential(credentialSubject=subject)})
    assert answer.status == 400
    assert "Kalemie" not in json.dumps(answer.json)
