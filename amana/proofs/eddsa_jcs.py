"""eddsa-jcs-2022 (Data Integrity EdDSA Cryptosuites v1.0, section 3.3): our home form.

The signature covers SHA-256 of the proof's options and SHA-256 of the document, both in RFC 8785
form. The document's `@context` is copied into the proof, as section 3.3.1 asks.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

import schemas
from amana.dates import format_instant
from amana.errors import InputError, VerificationError
from amana.jcs import canonical, canonical_exact
from amana.keys import PublicKey, Signer
from amana.multibase import decode_base58, encode_base58
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = [
    "CRYPTOSUITE",
    "Proof",
    "hash_data",
    "proof_options",
    "read_proof",
    "sign",
    "usual_options",
    "verify",
]

CRYPTOSUITE: Final = "eddsa-jcs-2022"
_SIGNATURE_BYTES: Final = 64


class Proof(NamedTuple):
    """A proof as found, its form checked; its signature not yet."""

    options: JsonObject  # everything but proofValue: what is signed
    signature: bytes
    verification_method: str
    proof_purpose: str

    def __repr__(self) -> str:
        """Whose key, and nothing that could be played back."""
        return f"Proof(verification_method={self.verification_method!r})"


def sign(
    document: JsonObject,
    *,
    key: Signer,
    verification_method: str,
    proof_purpose: str = "assertionMethod",
    created: datetime | None = None,
    challenge: str | None = None,
    domain: str | None = None,
) -> JsonObject:
    """A copy of `document` with one proof. Stored credentials pass no `created` (C68).

    Raises: InputError from canonicalisation (the document's author).
    Not checked: that `document` is a good credential, or that `key` is its issuer's.
    """
    options = proof_options(
        CRYPTOSUITE,
        verification_method=verification_method,
        proof_purpose=proof_purpose,
        created=created,
        challenge=challenge,
        domain=domain,
    )
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = key.sign(hash_data(document, options))
    return {**document, "proof": {**options, "proofValue": encode_base58(signature)}}


def proof_options(
    cryptosuite: str,
    *,
    verification_method: str,
    proof_purpose: str,
    created: datetime | None,
    challenge: str | None,
    domain: str | None,
) -> JsonObject:
    """The options of a proof (VC Data Integrity 1.0, section 2.1); what is None is left out."""
    options: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": cryptosuite,
        "verificationMethod": verification_method,
        "proofPurpose": proof_purpose,
    }
    if created is not None:
        options["created"] = format_instant(created)
    if challenge is not None:
        options["challenge"] = challenge
    if domain is not None:
        options["domain"] = domain
    return options


def read_proof(value: Json, *, cryptosuite: str = CRYPTOSUITE) -> Proof:
    """Check the form of one `proof` member (VC Data Integrity 1.0, section 2.1).

    Raises: InputError PROOF_MISSING, BAD_PROOF_FORM or BAD_MULTIBASE (the document's author);
    VerificationError UNKNOWN_CRYPTOSUITE for another mechanism than `cryptosuite`.
    """
    if value is None:
        raise InputError(Reason.PROOF_MISSING, "no proof")
    if type(value) is list:
        raise VerificationError(Reason.UNKNOWN_CRYPTOSUITE, "a set or chain of several proofs")
    proof = as_object(value, Reason.BAD_PROOF_FORM)
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != cryptosuite:
        raise VerificationError(Reason.UNKNOWN_CRYPTOSUITE, f"not {cryptosuite}")
    options = proof.copy()
    text = options.pop("proofValue", None)
    method, purpose = proof.get("verificationMethod"), proof.get("proofPurpose")
    if type(text) is not str or type(method) is not str or type(purpose) is not str:
        raise InputError(Reason.BAD_PROOF_FORM, "a proof lacks its method, purpose or value")
    return Proof(options, decode_base58(text, size=_SIGNATURE_BYTES), method, purpose)


def hash_data(document: JsonObject, options: JsonObject) -> bytes:
    """The 64 bytes that are signed (section 3.3.4): hash of the options, hash of the document."""
    return sha256(canonical(options)).digest() + sha256(canonical(document)).digest()


def verify(document: JsonObject, proof: Proof, *, key: PublicKey) -> None:
    """Check the signature of `proof` over `document`, which still holds its proof (3.3.2).

    Both came from `strict_json.loads`, so that no float stands in them.

    Raises: VerificationError BAD_SIGNATURE (the signer, or somebody in between).
    Not checked: whose key it is, the proof's purpose, dates, challenge or domain.
    """
    options = proof.options
    unsecured = document.copy()
    unsecured.pop("proof", None)
    signed, found = options.get("@context"), document.get("@context")
    if signed != found and "@context" in options:
        unsecured["@context"] = _signed_contexts(signed, found)
    usual, digest = usual_options(proof.verification_method)
    # Nothing but strings stands in `usual`, so Python's equality is JSON's.
    if options != usual:
        digest = sha256(canonical_exact(options)).digest()
    key.verify(digest + sha256(canonical_exact(unsecured)).digest(), proof.signature)


@lru_cache(maxsize=512)
def usual_options(verification_method: str) -> tuple[JsonObject, bytes]:
    """The options of all our stored credentials, and their SHA-256: only the key differs.

    Whoever asks gets the same object as the last one, and must not change it.
    """
    options: JsonObject = {
        "@context": [schemas.VC_CONTEXT, schemas.CONTEXT],
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }
    return options, sha256(canonical(options)).digest()


def _signed_contexts(signed: Json, found: Json) -> Json:
    """Section 3.3.2, step 4: the document's contexts must begin with those that were signed."""
    signed_list = signed if type(signed) is list else [signed]
    found_list = found if type(found) is list else [found]
    # By their canonical form: Python calls 1 and True equal, which JSON does not.
    if canonical(found_list[: len(signed_list)]) != canonical(signed_list):
        raise VerificationError(Reason.BAD_SIGNATURE, "signed under other contexts")
    return signed
