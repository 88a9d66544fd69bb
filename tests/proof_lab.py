"""Documents with several proofs, and what is found when they are verified or checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from amana.did.key import resolve_any, verification_method
from amana.errors import AmanaError
from amana.jwk import VerifyingKey
from amana.proofs.data_integrity import add_proof, verify_proofs
from amana.reasons import Outcome, Reason
from tests.amana_samples import Object, foreign, key

JCS = "eddsa-jcs-2022"


def method(label: str) -> str:
    """The verification method of a key that the tests know by its label."""
    return verification_method(key(label).public.did)


def signed(document: Object, label: str, *, suite: str = JCS, **options: Any) -> Object:
    """`document` with one proof more, by the key that is called `label`."""
    wanted = {"verificationMethod": method(label), "proofPurpose": "assertionMethod", **options}
    return add_proof(document, key=key(label), cryptosuite=suite, options=wanted)


def pair() -> Object:
    """A set: two sign the same document, each for itself."""
    return signed(signed(foreign(), "one"), "two")


def chain() -> Object:
    """Two signs what one has signed."""
    return signed(signed(foreign(), "one", id="urn:a"), "two", id="urn:b", previousProof="urn:a")


def changed(document: Object, index: int, **changes: Any) -> Object:
    """`document` with members of one of its proofs changed."""
    proofs = [dict(proof) for proof in document["proof"]]
    proofs[index].update(changes)
    return {**document, "proof": proofs}


def key_of(verification_method: str, _purpose: str) -> VerifyingKey:
    """Any did:key is known here."""
    return resolve_any(verification_method.partition("#")[0])


def found(call: Callable[[], object]) -> tuple[Outcome, Reason]:
    """The outcome and reason with which `call` refuses. It has to refuse."""
    try:
        call()
    except AmanaError as error:
        return error.reason.outcome, error.reason
    raise AssertionError("nothing was found against it")


def judged(document: Object, **asked: Any) -> tuple[Outcome, Reason]:
    """What is found against the proofs of `document`."""
    return found(lambda: verify_proofs(document, **{"key_of": key_of, **asked}))
