"""eddsa-rdfc-2022 (Data Integrity EdDSA Cryptosuites v1.0, section 3.2): what others sign most.

The signature covers SHA-256 of the proof's options and SHA-256 of the document, both as canonical
N-Quads (`amana.rdf`). Order, repetition and spelling of a document's members are not signed; what
they say is. The options are read with the document's `@context`, which their own copy, if there is
one, must equal.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

import schemas
from amana.errors import VerificationError
from amana.jcs import canonical
from amana.keys import PublicKey, SecretKey
from amana.multibase import encode_base58
from amana.proofs import eddsa_jcs
from amana.proofs.eddsa_jcs import Proof
from amana.rdf import canonical_nquads
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject

__all__ = ["CRYPTOSUITE", "hash_data", "read_proof", "sign", "usual_options", "verify"]

CRYPTOSUITE: Final = "eddsa-rdfc-2022"
_USUAL_CONTEXT: Final = [schemas.VC_CONTEXT, schemas.CONTEXT]


def sign(
    document: JsonObject,
    *,
    key: SecretKey,
    verification_method: str,
    proof_purpose: str = "assertionMethod",
    created: datetime | None = None,
    challenge: str | None = None,
    domain: str | None = None,
) -> JsonObject:
    """A copy of `document` with one proof. Stored credentials pass no `created` (C68).

    Raises: InputError from `amana.rdf` (the document's author).
    Not checked: that `document` is a good credential, or that `key` is its issuer's.
    """
    options = eddsa_jcs.proof_options(
        CRYPTOSUITE,
        verification_method=verification_method,
        proof_purpose=proof_purpose,
        created=created,
        challenge=challenge,
        domain=domain,
    )
    signature = key.sign(hash_data(document, options))
    return {**document, "proof": {**options, "proofValue": encode_base58(signature)}}


def read_proof(value: Json) -> Proof:
    """Check the form of one `proof` member. Raises: as `eddsa_jcs.read_proof`."""
    return eddsa_jcs.read_proof(value, cryptosuite=CRYPTOSUITE)


def hash_data(document: JsonObject, options: JsonObject) -> bytes:
    """The 64 bytes that are signed (section 3.2.4): hash of the options, hash of the document.

    `document` is hashed as it is: whoever verifies takes the proof out of it before.

    Raises: InputError from `amana.rdf`; VerificationError BAD_SIGNATURE if the options name other
    contexts than the document, which no reading of section 3.2.5 has signed.
    """
    return _options_digest(document, options) + sha256(canonical_nquads(document)).digest()


def verify(document: JsonObject, proof: Proof, *, key: PublicKey) -> None:
    """Check the signature of `proof` over `document`, which still holds its proof (3.2.2).

    Raises: VerificationError BAD_SIGNATURE (the signer, or somebody in between); InputError from
    `amana.rdf` for what can't have been signed (the document's author).
    Not checked: whose key it is, the proof's purpose, dates, challenge or domain; and how the
    document is written (order, repetition, one value or a list of one), which no signature covers.
    """
    unsecured = document.copy()
    unsecured.pop("proof", None)
    key.verify(hash_data(unsecured, proof.options), proof.signature)


def _options_digest(document: JsonObject, options: JsonObject) -> bytes:
    """Sections 3.2.5 and 3.2.4, for the options."""
    found = document.get("@context")
    method = options.get("verificationMethod")
    # Strings alone stand in what is compared, so Python's equality is JSON's.
    if (
        found == _USUAL_CONTEXT
        and type(method) is str
        and len(options) == len(_USUAL) + 1
        and _USUAL.items() <= options.items()
    ):
        return usual_options(method)[1]
    if "@context" not in options:
        options = {**options, "@context": found}
    elif canonical(options["@context"]) != canonical(found):
        raise VerificationError(Reason.BAD_SIGNATURE, "signed under other contexts")
    return sha256(canonical_nquads(options)).digest()


_USUAL: Final[JsonObject] = {
    "type": "DataIntegrityProof",
    "cryptosuite": CRYPTOSUITE,
    "proofPurpose": "assertionMethod",
}


@lru_cache(maxsize=512)
def usual_options(verification_method: str) -> tuple[JsonObject, bytes]:
    """The options of all our stored credentials, and their SHA-256: only the key differs.

    Whoever asks gets the same object as the last one, and must not change it.
    """
    options = {**_USUAL, "verificationMethod": verification_method}
    signed = canonical_nquads({**options, "@context": _USUAL_CONTEXT})
    return options, sha256(signed).digest()
