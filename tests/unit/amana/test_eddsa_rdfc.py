"""eddsa-rdfc-2022: what is signed, what is not, and everything that breaks it."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

import pytest

from amana.errors import InputError, VerificationError
from amana.keys import PublicKey
from amana.proofs import eddsa_jcs, eddsa_rdfc
from amana.proofs.eddsa_rdfc import hash_data, read_proof, sign
from amana.rdf import by_the_rules
from amana.reasons import Reason
from tests.amana_samples import KEY_ID, NOW, Object, key, refused, unsigned
from tests.rdf_documents import NESTED, PRESENTATION

PUBLIC = key("issuer").public


def verify(document: Object, public: PublicKey = PUBLIC) -> None:
    eddsa_rdfc.verify(document, read_proof(document.get("proof")), key=public)


def broken(document: Object, public: PublicKey = PUBLIC) -> Reason:
    return refused(lambda: verify(document, public), error=VerificationError)


def signed(document: Object | None = None, **more: Any) -> Object:
    return sign(document or unsigned(), key=key("issuer"), verification_method=KEY_ID, **more)


@pytest.mark.parametrize(
    "document", [unsigned(), NESTED, PRESENTATION], ids=lambda found: found["type"]
)
def test_what_is_signed_verifies_and_is_a_copy(document: Object) -> None:
    before = copy.deepcopy(document)
    found = signed(document)
    for _ in range(3):  # by the rules, while a template is made, and by the template
        verify(found)
    assert document == before
    assert found["proof"].keys() == {
        "type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue",
    }  # fmt: skip


def test_a_stored_credential_says_no_instant() -> None:
    """C68: no `created` unless it is asked for."""
    assert "created" not in signed()["proof"]
    found = signed(
        created=NOW, challenge="u1", domain="did:web:b.example", proof_purpose="authentication"
    )
    assert found["proof"]["created"] == "2026-11-22T12:00:00Z"
    assert found["proof"]["challenge"] == "u1"
    assert found["proof"]["domain"] == "did:web:b.example"
    verify(found)


def test_the_hash_is_that_of_the_options_and_then_of_the_document() -> None:
    """Section 3.2.4, with the options read under the document's contexts (3.2.5)."""
    document = unsigned()
    options = dict(signed()["proof"])
    del options["proofValue"]
    expected = b"".join(
        hashlib.sha256(by_the_rules(part)).digest()
        for part in ({**options, "@context": document["@context"]}, document)
    )
    assert hash_data(document, options) == expected
    assert hash_data(document, {**options, "@context": document["@context"]}) == expected
    other = {**options, "created": "2026-11-22T12:00:00Z"}
    assert hash_data(document, other)[:32] != expected[:32]
    assert hash_data(document, other)[32:] == expected[32:]


@pytest.mark.parametrize("name", ["type", "issuer", "validFrom", "credentialSubject", "termsOfUse"])
def test_every_member_is_signed(name: str) -> None:
    document = signed(unsigned(id="urn:uuid:1"))
    del document[name]
    reasons = {Reason.BAD_SIGNATURE, Reason.UNKNOWN_TERM}
    assert refused(lambda: verify(document)) in reasons


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("verificationMethod", "did:web:evil.example#key-1"),
        ("proofPurpose", "authentication"),
        ("created", "2026-11-22T12:00:00Z"),
        ("expires", "2027-01-01T00:00:00Z"),
        ("challenge", "u1"),
        ("id", "urn:uuid:2"),
    ],
)
def test_every_option_is_signed(name: str, value: str) -> None:
    document = signed()
    document["proof"] = {**document["proof"], name: value}
    assert broken(document) is Reason.BAD_SIGNATURE


def test_every_claim_is_signed() -> None:
    document = signed()
    for changed in ({"children": 3}, {"adults": 1}, {"purpose": "Food"}, {"id": "did:a:b"}):
        subject = {**document["credentialSubject"], **changed}
        assert broken({**document, "credentialSubject": subject}) is Reason.BAD_SIGNATURE


def test_what_says_the_same_is_the_same() -> None:
    """Order, repetition, one or a list of one: RDF knows no difference, nor does a signature."""
    document = signed()
    subject = document["credentialSubject"]
    verify(dict(reversed(document.items())))
    verify({**document, "credentialSubject": [subject]})
    marks = subject["selfStated"]
    turned = {**subject, "selfStated": [*reversed(marks), marks[0]]}
    verify({**document, "credentialSubject": turned})


def test_nothing_is_added_in_silence() -> None:
    document = signed()
    for added in ({"zzz": 1}, {"zzz": None}, {"validUntil2": "x"}):
        found = {**document, **added}
        assert refused(lambda found=found: verify(found), error=InputError) is Reason.UNKNOWN_TERM  # type: ignore[misc]


def test_another_key() -> None:
    assert broken(signed(), key("other").public) is Reason.BAD_SIGNATURE


def test_a_proof_of_another_document() -> None:
    other = signed(unsigned(validUntil="2028-01-01T00:00:00Z"))
    assert broken({**signed(), "proof": other["proof"]}) is Reason.BAD_SIGNATURE


def test_contexts_are_the_documents() -> None:
    """Section 3.2.5: the options are read with them; a copy in the proof has to be the same."""
    document = signed()
    own = {**document["proof"], "@context": document["@context"]}
    verify({**document, "proof": own})
    for contexts in (document["@context"][:1], [*reversed(document["@context"])], None, "x"):
        proof = {**document["proof"], "@context": contexts}
        assert broken({**document, "proof": proof}) is Reason.BAD_SIGNATURE
    added = [*document["@context"], {"children": "https://evil.example/"}]
    found = {**document, "@context": added}
    assert refused(lambda: verify(found)) is Reason.PROTECTED_TERM
    unknown = {**document, "@context": [*document["@context"], "https://nobody.example/v1"]}
    assert refused(lambda: verify(unknown)) is Reason.UNKNOWN_CONTEXT


def test_a_document_without_contexts_says_nothing() -> None:
    found = signed()
    del found["@context"]
    assert refused(lambda: verify(found), error=InputError) is Reason.UNKNOWN_TERM
    assert refused(lambda: signed({"a": 1}), error=InputError) is Reason.UNKNOWN_TERM


def test_options_that_are_nearly_the_usual_ones() -> None:
    document = signed()
    for name in ("type", "cryptosuite", "proofPurpose", "verificationMethod"):
        options = dict(document["proof"])
        del options["proofValue"]
        usual = hash_data(document, options)
        for value in ("assertionMethod", ["other"], 5, None):
            try:
                found = hash_data(document, {**options, name: value})
            except InputError:
                continue
            assert (found == usual) is (options[name] == value)


PROOF: Object = signed()["proof"]


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        (None, Reason.PROOF_MISSING),
        ("proof", Reason.BAD_PROOF_FORM),
        (5, Reason.BAD_PROOF_FORM),
        ({**PROOF, "proofValue": None}, Reason.BAD_PROOF_FORM),
        ({**PROOF, "verificationMethod": None}, Reason.BAD_PROOF_FORM),
        ({**PROOF, "proofPurpose": ["assertionMethod"]}, Reason.BAD_PROOF_FORM),
        ({**PROOF, "proofValue": ""}, Reason.BAD_MULTIBASE),
        ({**PROOF, "proofValue": "u" + "A" * 86}, Reason.BAD_MULTIBASE),
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
        {**PROOF, "cryptosuite": "eddsa-jcs-2022"},
        {**PROOF, "cryptosuite": ["eddsa-rdfc-2022"]},
    ],
)
def test_mechanisms_that_are_merely_unknown(proof: Any) -> None:
    assert refused(lambda: read_proof(proof), error=VerificationError) is Reason.UNKNOWN_CRYPTOSUITE


def test_the_other_suite_is_another_one() -> None:
    """A proof of one suite, called by the other's name, fits nothing."""
    ours = signed()
    relabelled = {**ours, "proof": {**ours["proof"], "cryptosuite": eddsa_jcs.CRYPTOSUITE}}
    found = eddsa_jcs.read_proof(relabelled["proof"])
    jcs = refused(lambda: eddsa_jcs.verify(relabelled, found, key=PUBLIC), error=VerificationError)
    assert jcs is Reason.BAD_SIGNATURE
