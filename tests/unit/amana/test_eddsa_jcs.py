"""eddsa-jcs-2022: what is signed, and everything that breaks it."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest

from amana.errors import InputError, VerificationError
from amana.keys import PublicKey
from amana.multibase import decode_base58, encode_base58
from amana.proofs import eddsa_jcs
from amana.proofs.eddsa_jcs import hash_data, read_proof, sign
from amana.reasons import Reason
from tests.amana_samples import KEY_ID, NOW, Object, credential, foreign, key, refused, unsigned

PUBLIC = key("issuer").public


def verify(document: Object, public: PublicKey = PUBLIC) -> None:
    eddsa_jcs.verify(document, read_proof(document.get("proof")), key=public)


def broken(document: Object, public: PublicKey = PUBLIC) -> Reason:
    return refused(lambda: verify(document, public), error=VerificationError)


def signed(document: Object, **more: Any) -> Object:
    return sign(document, key=key("issuer"), verification_method=KEY_ID, **more)


def test_what_is_signed_verifies_and_is_a_copy() -> None:
    document = unsigned()
    before = copy.deepcopy(document)
    found = signed(document)
    verify(found)
    assert document == before
    assert "proof" not in document
    assert found["proof"]["@context"] == document["@context"]


def test_a_stored_credential_says_no_instant() -> None:
    """C68: no `created` unless it is asked for."""
    assert "created" not in credential()["proof"]
    found = signed(unsigned(), created=NOW, challenge="u1", domain="did:web:b.example")
    assert found["proof"]["created"] == "2026-11-22T12:00:00Z"
    assert found["proof"]["challenge"] == "u1"
    assert found["proof"]["domain"] == "did:web:b.example"
    verify(found)


def test_the_hash_is_that_of_the_options_and_then_of_the_document() -> None:
    options, document = {"b": 1, "a": [2]}, {"d": "é", "c": True}
    assert hash_data(document, options) == (
        hashlib.sha256(b'{"a":[2],"b":1}').digest()
        + hashlib.sha256('{"c":true,"d":"é"}'.encode()).digest()
    )


def test_a_document_without_a_context_has_none_in_its_proof() -> None:
    found = signed({"a": 1})
    assert "@context" not in found["proof"]
    verify(found)


@pytest.mark.parametrize("name", ["type", "issuer", "validFrom", "credentialSubject", "@context"])
def test_every_member_is_signed(name: str) -> None:
    document = credential()
    del document[name]
    assert broken(document) is Reason.BAD_SIGNATURE


@pytest.mark.parametrize("name", ["verificationMethod", "proofPurpose"])
def test_every_option_is_signed(name: str) -> None:
    document = credential()
    document["proof"] = {**document["proof"], name: "did:web:evil.example#key-1"}
    assert broken(document) is Reason.BAD_SIGNATURE


@pytest.mark.parametrize(
    "more",
    [{"created": "2026-11-22T12:00:00Z"}, {"expires": "2027-01-01T00:00:00Z"}, {"x": None}],
)
def test_nothing_can_be_added_to_a_proof(more: Object) -> None:
    document = credential()
    document["proof"] = {**document["proof"], **more}
    assert broken(document) is Reason.BAD_SIGNATURE
    assert broken({**credential(), **more}) is Reason.BAD_SIGNATURE


def test_true_is_not_one() -> None:
    document = signed(foreign(credentialSubject={"n": 1, "yes": False}))
    for member, value in (("n", True), ("yes", 0)):
        changed = copy.deepcopy(document)
        changed["credentialSubject"][member] = value
        assert changed == document
        assert broken(changed) is Reason.BAD_SIGNATURE


def test_another_key() -> None:
    assert broken(credential(), key("other").public) is Reason.BAD_SIGNATURE


def test_a_proof_of_another_document() -> None:
    other = credential(validUntil="2028-01-01T00:00:00Z")
    assert broken({**credential(), "proof": other["proof"]}) is Reason.BAD_SIGNATURE


BASE = "https://www.w3.org/ns/credentials/v2"


def test_contexts_may_grow_behind_those_that_were_signed() -> None:
    """Section 3.3.2, step 4; what else they then say is for whoever relies on terms to refuse."""
    document = signed(foreign())
    grown = {**document, "@context": [*document["@context"], "https://more.example"]}
    verify(grown)
    verify(signed({"@context": BASE, "a": 1}))
    verify({**signed({"@context": BASE, "a": 1}), "@context": [BASE, "https://more.example"]})


@pytest.mark.parametrize(
    "contexts",
    [
        [],
        [BASE],
        ["https://other.example/v1", BASE],
        ["https://more.example", BASE, "https://other.example/v1"],
        None,
        BASE,
    ],
)
def test_contexts_may_not_change_otherwise(contexts: Any) -> None:
    assert broken({**signed(foreign()), "@context": contexts}) is Reason.BAD_SIGNATURE


def test_contexts_are_compared_as_json() -> None:
    """1 and true are equal to Python, not to JSON, also where a context has been added."""
    document = signed(foreign(**{"@context": [BASE, {"a": 1}]}))
    for contexts in ([BASE, {"a": True}], [BASE, {"a": True}, "https://more.example"]):
        assert broken({**document, "@context": contexts}) is Reason.BAD_SIGNATURE


def test_the_context_in_the_proof_is_signed_too() -> None:
    document = signed(foreign())
    proof = document["proof"]
    for contexts in ([BASE], None, [BASE, "https://other.example/v1", "https://more.example"]):
        changed = {**document, "proof": {**proof, "@context": contexts}}
        assert broken(changed) is Reason.BAD_SIGNATURE
    without = {name: value for name, value in proof.items() if name != "@context"}
    assert broken({**document, "proof": without}) is Reason.BAD_SIGNATURE


def test_the_signature_has_one_form() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    document = credential()
    signature = decode_base58(document["proof"]["proofValue"], size=64)
    s = int.from_bytes(signature[32:], "little") + order
    other = encode_base58(signature[:32] + s.to_bytes(32, "little"))
    changed = {**document, "proof": {**document["proof"], "proofValue": other}}
    assert broken(changed) is Reason.BAD_SIGNATURE


PROOF: Object = credential()["proof"]


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        (None, Reason.PROOF_MISSING),
        ("proof", Reason.BAD_PROOF_FORM),
        (5, Reason.BAD_PROOF_FORM),
        ({**PROOF, "proofValue": None}, Reason.BAD_PROOF_FORM),
        ({**PROOF, "proofValue": 5}, Reason.BAD_PROOF_FORM),
        ({**PROOF, "verificationMethod": None}, Reason.BAD_PROOF_FORM),
        ({**PROOF, "verificationMethod": {"id": KEY_ID}}, Reason.BAD_PROOF_FORM),
        ({**PROOF, "proofPurpose": ["assertionMethod"]}, Reason.BAD_PROOF_FORM),
        ({**PROOF, "proofValue": ""}, Reason.BAD_MULTIBASE),
        ({**PROOF, "proofValue": "z"}, Reason.BAD_MULTIBASE),
        ({**PROOF, "proofValue": "u" + "A" * 86}, Reason.BAD_MULTIBASE),
        ({**PROOF, "proofValue": PROOF["proofValue"] + " "}, Reason.BAD_MULTIBASE),
        ({**PROOF, "proofValue": "z1" + PROOF["proofValue"][1:]}, Reason.BAD_MULTIBASE),
    ],
)
def test_forms_that_are_refused(proof: Any, reason: Reason) -> None:
    assert refused(lambda: read_proof(proof), error=InputError) is reason


@pytest.mark.parametrize(
    "proof",
    [
        [],
        [PROOF],
        {},
        {**PROOF, "type": "Ed25519Signature2020"},
        {**PROOF, "type": None},
        {**PROOF, "cryptosuite": "eddsa-rdfc-2022"},
        {**PROOF, "cryptosuite": None},
        {**PROOF, "cryptosuite": ["eddsa-jcs-2022"]},
    ],
)
def test_mechanisms_that_are_merely_unknown(proof: Any) -> None:
    found = refused(lambda: read_proof(proof), error=VerificationError)
    assert found is Reason.UNKNOWN_CRYPTOSUITE


def test_the_proof_as_read_does_not_change_the_document() -> None:
    document = credential()
    before = json.dumps(document)
    verify(document)
    assert json.dumps(document) == before
    assert PROOF["proofValue"] not in repr(read_proof(PROOF))
