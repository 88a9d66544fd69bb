"""Proof sets and chains: what is read, what is verified, and what is signed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import ModuleType
from typing import Any

import pytest

import schemas
from amana.did.key import resolve
from amana.errors import InputError, VerificationError
from amana.jwk import VerifyingKey
from amana.keys import PublicKey
from amana.limits import Limits
from amana.proofs import data_integrity, eddsa_jcs
from amana.proofs.data_integrity import read_proofs, verify_proofs
from amana.reasons import Outcome, Reason
from tests.amana_samples import Object, credential, foreign, key, refused
from tests.proof_lab import JCS, chain, changed, method, pair, signed

RDFC = "eddsa-rdfc-2022"
UNKNOWN: Object = {
    "type": "DataIntegrityProof",
    "cryptosuite": "ecdsa-sd-2023",
    "proofPurpose": "assertionMethod",
}


def key_of(verification_method: str, proof_purpose: str) -> PublicKey:
    assert proof_purpose in ("assertionMethod", "authentication")
    return resolve(verification_method.partition("#")[0])


def diamond() -> Object:
    """Two first proofs, one over both, one over that."""
    document = signed(signed(foreign(), "one", id="urn:a"), "two", id="urn:b")
    document = signed(document, "three", id="urn:c", previousProof=["urn:b", "urn:a"])
    return signed(document, "four", previousProof="urn:c")


def verified(document: Object, **asked: Any) -> list[str]:
    return [proof.verification_method for proof in verify_proofs(document, key_of=key_of, **asked)]


def why(document: Object, **asked: Any) -> Reason:
    return refused(partial(verify_proofs, document, **{"key_of": key_of, **asked}))


def test_one_proof_is_the_proof_that_its_suite_makes() -> None:
    document = foreign()
    own = eddsa_jcs.sign(document, key=key("one"), verification_method=method("one"))
    assert signed(document, "one") == own
    assert verified(own) == [method("one")]
    assert [proof.signature for proof in read_proofs(own)] == [
        eddsa_jcs.read_proof(own["proof"]).signature
    ]


def test_a_stored_credential_of_ours_verifies_here_too() -> None:
    found = verify_proofs(credential(), key_of=lambda _method, _purpose: key("issuer").public)
    assert [proof.proof_purpose for proof in found] == ["assertionMethod"]


@pytest.mark.parametrize("made", [pair, chain, diamond])
def test_every_proof_verifies(made: Callable[[], Object]) -> None:
    """Several may sign one credential, and countersign what others signed (C93)."""
    document = made()
    assert verified(document) == [proof["verificationMethod"] for proof in document["proof"]]
    assert len(read_proofs(document)) == len(document["proof"])


def test_a_proof_of_a_set_stands_alone() -> None:
    document = pair()
    for proof in document["proof"]:
        assert verified({**document, "proof": [proof]}) == [proof["verificationMethod"]]
    assert verified({**document, "proof": document["proof"][::-1]}) == [
        method("two"),
        method("one"),
    ]


def test_what_is_signed_in_a_chain_is_the_document_with_the_earlier_proofs() -> None:
    document = chain()
    first, second = document["proof"]
    options = {name: value for name, value in second.items() if name != "proofValue"}
    secured = {**document, "proof": [first]}
    proof = read_proofs(document)[1]
    key("two").public.verify(eddsa_jcs.hash_data(secured, options), proof.signature)


def test_a_chain_holds_what_it_was_made_over() -> None:
    document = chain()
    other = signed(foreign(), "three", id="urn:a")["proof"]
    assert why({**document, "proof": [other, document["proof"][1]]}) is Reason.BAD_SIGNATURE
    assert why({**document, "proof": document["proof"][1:]}) is Reason.BAD_PROOF_CHAIN
    assert why({**document, "name": "another"}) is Reason.BAD_SIGNATURE
    # The last of a chain can be taken away: the rest says what it said.
    assert verified({**document, "proof": document["proof"][:1]}) == [method("one")]


def test_contexts_may_be_appended_to_a_chain_and_not_changed() -> None:
    document = chain()
    appended = {**document, "@context": [*document["@context"], "https://more.example/v1"]}
    assert len(verified(appended)) == 2
    assert why({**document, "@context": document["@context"][:1]}) is Reason.BAD_SIGNATURE
    assert why(chain_without_context()) is Reason.BAD_SIGNATURE


def chain_without_context() -> Object:
    document = chain()
    first = signed({**foreign(), "@context": []}, "one", id="urn:a")
    return {**document, "proof": [first["proof"], document["proof"][1]]}


def test_a_document_without_contexts_is_signed_without_them() -> None:
    document = signed({"a": 1}, "one", id="urn:a")
    assert "@context" not in document["proof"]
    document = signed(document, "two", previousProof=["urn:a"])
    assert verified(document) == [method("one"), method("two")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "urn:b"}, Reason.BAD_PROOF_CHAIN),  # now there are two of that name
        ({"id": "urn:z"}, Reason.BAD_PROOF_CHAIN),  # now nobody has the name that is asked for
        ({"previousProof": "urn:b"}, Reason.BAD_PROOF_CHAIN),  # a loop of two
        ({"previousProof": "urn:a"}, Reason.BAD_PROOF_CHAIN),  # a loop of one
        ({"previousProof": ["urn:a", "urn:b"]}, Reason.BAD_PROOF_CHAIN),
        ({"previousProof": []}, Reason.BAD_PROOF_FORM),
        ({"previousProof": None}, Reason.BAD_PROOF_FORM),
        ({"previousProof": ["urn:b", "urn:b"]}, Reason.BAD_PROOF_FORM),
        ({"previousProof": [5]}, Reason.BAD_PROOF_FORM),
        ({"previousProof": ""}, Reason.BAD_PROOF_FORM),
        ({"previousProof": [["urn:b"]]}, Reason.BAD_PROOF_FORM),
        ({"id": "no url"}, Reason.BAD_PROOF_FORM),
        ({"id": None}, Reason.BAD_PROOF_FORM),
        ({"id": ["urn:a"]}, Reason.BAD_PROOF_FORM),
        ({"type": None}, Reason.BAD_PROOF_FORM),
        ({"type": ""}, Reason.BAD_PROOF_FORM),
        ({"type": ["DataIntegrityProof"]}, Reason.BAD_PROOF_FORM),
        ({"cryptosuite": None}, Reason.BAD_PROOF_FORM),
        ({"cryptosuite": ["eddsa-jcs-2022"]}, Reason.BAD_PROOF_FORM),
        ({"proofPurpose": ""}, Reason.BAD_PROOF_FORM),
        ({"proofPurpose": ["assertionMethod"]}, Reason.BAD_PROOF_FORM),
        ({"verificationMethod": "key-1"}, Reason.BAD_PROOF_FORM),
        ({"verificationMethod": None}, Reason.BAD_PROOF_FORM),
        ({"verificationMethod": {"id": "urn:a"}}, Reason.BAD_PROOF_FORM),
        ({"proofValue": None}, Reason.BAD_PROOF_FORM),
        ({"proofValue": 5}, Reason.BAD_PROOF_FORM),
        ({"proofValue": "zabc"}, Reason.BAD_MULTIBASE),
        ({"proofValue": "uAAAA"}, Reason.BAD_MULTIBASE),
        ({"created": "2026-11-22"}, Reason.BAD_DATE),
        ({"created": None}, Reason.BAD_DATE),
        ({"created": ["2026-11-22T12:00:00Z"]}, Reason.BAD_DATE),
        ({"expires": 5}, Reason.BAD_DATE),
        ({"challenge": 5}, Reason.BAD_PROOF_FORM),
        ({"challenge": ""}, Reason.BAD_PROOF_FORM),
        ({"nonce": ["a"]}, Reason.BAD_PROOF_FORM),
        ({"nonce": "a" * 2_049}, Reason.BAD_PROOF_FORM),
        ({"domain": 5}, Reason.BAD_PROOF_FORM),
        ({"domain": []}, Reason.BAD_PROOF_FORM),
        ({"domain": ["a", "a"]}, Reason.BAD_PROOF_FORM),
        ({"domain": ["a", None]}, Reason.BAD_PROOF_FORM),
        ({"challenge": "unsigned"}, Reason.BAD_SIGNATURE),
    ],
)
def test_what_is_wrong_with_a_proof(change: Object, reason: Reason) -> None:
    document = changed(chain(), 0, **change)
    assert why(document) is reason
    if reason is not Reason.BAD_SIGNATURE:
        assert refused(partial(read_proofs, document)) is reason


@pytest.mark.parametrize(
    "change", [{"cryptosuite": "eddsa-2020"}, {"type": "Ed25519Signature2020"}]
)
def test_another_suite_is_not_judged(change: Object) -> None:
    document = changed(pair(), 0, **change)
    assert why(document) is Reason.UNKNOWN_CRYPTOSUITE
    assert refused(partial(read_proofs, document)) is Reason.UNKNOWN_CRYPTOSUITE


@pytest.mark.parametrize("member", ["type", "cryptosuite", "proofPurpose", "proofValue"])
def test_what_a_proof_needs(member: str) -> None:
    document = pair()
    del document["proof"][0][member]
    assert why(document) is Reason.BAD_PROOF_FORM


def test_a_method_is_needed() -> None:
    document = signed(foreign(), "one")
    del document["proof"]["verificationMethod"]
    assert why(document) is Reason.BAD_PROOF_FORM


@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        (None, Reason.PROOF_MISSING),
        ([], Reason.PROOF_MISSING),
        ("signed", Reason.BAD_PROOF_FORM),
        ([[]], Reason.BAD_PROOF_FORM),
        ([None], Reason.BAD_PROOF_FORM),
        ({}, Reason.BAD_PROOF_FORM),
    ],
)
def test_what_is_no_proof(proof: Any, reason: Reason) -> None:
    assert why({**foreign(), "proof": proof}) is reason
    assert why(foreign()) is Reason.PROOF_MISSING


def test_a_set_holds_a_proof_once() -> None:
    document = pair()
    assert why({**document, "proof": [document["proof"][0]] * 2}) is Reason.BAD_PROOF_CHAIN


def test_there_are_so_many_proofs_and_no_more() -> None:
    document = diamond()
    assert why(document, limits=Limits(proofs=3)) is Reason.TOO_LARGE
    assert refused(partial(signed, document, "five")) is Reason.TOO_LARGE


def test_what_is_false_outweighs_what_is_unknown() -> None:
    document = pair()
    for forged in (0, 1):
        proofs = [*document["proof"], UNKNOWN]
        proofs[forged] = {**proofs[forged], "created": "2026-11-22T12:00:00Z"}
        for order in (proofs, proofs[::-1]):
            assert why({**document, "proof": order}) is Reason.BAD_SIGNATURE
    unknown = {**document, "proof": [UNKNOWN, *document["proof"]]}
    assert why(unknown) is Reason.UNKNOWN_CRYPTOSUITE
    assert Reason.UNKNOWN_CRYPTOSUITE.outcome is Outcome.UNDECIDED


def test_a_chain_over_a_proof_that_is_not_judged() -> None:
    document = {**foreign(), "proof": {**UNKNOWN, "id": "urn:a", "type": "OtherProof"}}
    assert why(signed(document, "one", previousProof="urn:a")) is Reason.UNKNOWN_CRYPTOSUITE


def test_what_a_verifier_asks_for() -> None:
    document = signed(
        foreign(),
        "one",
        proofPurpose="authentication",
        challenge="c",
        domain=["a.example", "b.example"],
        expires="2026-11-22T12:00:00Z",
        created="2026-11-22T11:00:00.5+01:00",
        nonce="n",
    )
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    good: Object = {
        "proof_purpose": "authentication",
        "challenge": "c",
        "domain": {"b.example", "a.example"},
        "now": noon.replace(hour=11),
    }
    assert verified(document, **good) == [method("one")]
    assert why(document, **{**good, "proof_purpose": "assertionMethod"}) is (
        Reason.WRONG_RELATIONSHIP
    )
    assert why(document, **{**good, "challenge": "d"}) is Reason.WRONG_CHALLENGE
    for domain in ("a.example", ["a.example"], [], {"a.example", "b.example", "c.example"}):
        assert why(document, **{**good, "domain": domain}) is Reason.WRONG_DOMAIN
    assert why(document, **{**good, "now": noon}) is Reason.EXPIRED
    one = signed(foreign(), "one", domain="a.example")
    assert verified(one, domain="a.example", now=noon) == [method("one")]
    assert why(signed(foreign(), "one"), domain="a.example") is Reason.WRONG_DOMAIN
    assert why(signed(foreign(), "one"), challenge="") is Reason.WRONG_CHALLENGE


def test_what_the_caller_knows_of_keys_counts() -> None:
    def nobody(_method: str, _purpose: str) -> VerifyingKey:
        raise VerificationError(Reason.KEY_UNKNOWN, "never seen")

    class Other:
        algorithm = "ES256"

        def verify(self, message: bytes, signature: bytes) -> None:
            """Would take anything."""

    assert why(pair(), key_of=nobody) is Reason.KEY_UNKNOWN
    assert why(pair(), key_of=lambda _method, _purpose: Other()) is Reason.ALGORITHM_FORBIDDEN
    swapped = lambda _method, _purpose: key("three").public  # noqa: E731
    assert why(pair(), key_of=swapped) is Reason.BAD_SIGNATURE


def test_what_is_not_added() -> None:
    document = signed(foreign(), "one", id="urn:a")
    for change, reason in (
        ({"previousProof": "urn:z"}, Reason.BAD_PROOF_CHAIN),
        ({"id": "urn:a"}, Reason.BAD_PROOF_CHAIN),
        ({"id": "urn:b", "previousProof": "urn:b"}, Reason.BAD_PROOF_CHAIN),
        ({"verificationMethod": "key-1"}, Reason.BAD_PROOF_FORM),
        ({"created": "yesterday"}, Reason.BAD_DATE),
        ({"suite": "ecdsa-sd-2023"}, Reason.UNKNOWN_CRYPTOSUITE),
    ):
        assert refused(partial(signed, document, "two", **change)) is reason
    assert refused(partial(signed, {**foreign(), "proof": [5]}, "two")) is Reason.BAD_PROOF_FORM
    assert signed({**foreign(), "proof": None}, "one") == signed(foreign(), "one")


def test_nothing_given_is_changed() -> None:
    document = chain()
    before = repr(document)
    signed(document, "three", previousProof="urn:b")
    verified(document)
    assert repr(document) == before


def test_a_chain_across_suites() -> None:
    """What one signs as JSON, another countersigns as RDF, and the reverse (C93)."""
    document = foreign(
        **{"@context": [schemas.VC_CONTEXT]},
        type=["VerifiableCredential"],
        credentialSubject={"id": "urn:uuid:0", "name": "A"},
    )
    for suites in ((JCS, RDFC, JCS), (RDFC, JCS, RDFC)):
        made = signed(document, "one", suite=suites[0], id="urn:a")
        made = signed(made, "two", suite=suites[1], id="urn:b", previousProof="urn:a")
        made = signed(made, "three", suite=suites[2], previousProof=["urn:a", "urn:b"])
        assert verified(made) == [method("one"), method("two"), method("three")]
        assert why({**made, "name": "another"}) is Reason.BAD_SIGNATURE
        other = signed(document, "four", suite=suites[0], id="urn:a")["proof"]
        assert why({**made, "proof": [other, *made["proof"][1:]]}) is Reason.BAD_SIGNATURE


class _Stub(ModuleType):
    """In place of the other suite's module: it says what it was asked."""

    def __init__(self) -> None:
        super().__init__("amana.proofs.eddsa_rdfc")
        self.asked: list[Object] = []

    def hash_data(self, document: Object, options: Object) -> bytes:
        self.asked.append(document)
        return eddsa_jcs.hash_data(document, options)

    def verify(self, document: Object, proof: eddsa_jcs.Proof, *, key: PublicKey) -> None:
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        key.verify(self.hash_data(unsecured, proof.options), proof.signature)


def test_each_proof_is_for_its_own_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = _Stub()
    monkeypatch.setitem(sys.modules, stub.__name__, stub)
    monkeypatch.setattr("amana.proofs.eddsa_rdfc", stub, raising=False)
    document = signed(foreign(), "one", suite=RDFC, id="urn:a")
    assert "@context" not in document["proof"]
    document = signed(document, "two", previousProof="urn:a")
    document = signed(document, "three", suite=RDFC, previousProof="urn:a")
    stub.asked.clear()
    assert len(verified(document)) == 3
    first = document["proof"][0]
    assert [asked.get("proof") for asked in stub.asked] == [None, [first]]


def test_a_missing_library_leaves_a_proof_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_library(_name: str) -> object:
        raise InputError(Reason.MISSING_LIBRARY, "nothing canonicalises here")

    document = pair()
    monkeypatch.setattr(data_integrity, "_suite", no_library)
    assert why(document) is Reason.MISSING_LIBRARY
