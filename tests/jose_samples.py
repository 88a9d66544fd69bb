"""Tokens in JOSE, good and forged: a P-256 key that signs, and headers of anybody's choice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

import schemas
from amana.did.key import resolve_any, verification_method
from amana.errors import InputError, VerificationError
from amana.jwk import VerifyingKey
from amana.multibase import to_base64url
from amana.p256 import P256PublicKey
from amana.proofs import vc_jwt
from amana.reasons import Outcome, Reason
from tests.amana_samples import Object, key
from tests.deterministic import randomness

ISSUER = key("issuer").public.did
METHOD = verification_method(ISSUER)
HOLDER = key("holder").public.did
HOLDER_METHOD = verification_method(HOLDER)
_SIGN = key("issuer").sign
CREDENTIAL_TYPES = frozenset({"vc+jwt"})
# RFC 8037, appendix A.1 and A.2; RFC 7515, appendix A.3.1.
ED25519 = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
P256 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
ED25519_SECRET = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class P256Key:
    """A P-256 key that signs as JWS wants it. Its nonces are the library's, so no two are alike."""

    def __init__(self, label: str) -> None:
        number = int.from_bytes(randomness(label)(32), "big") % (ORDER - 1) + 1
        self._secret = ec.derive_private_key(number, ec.SECP256R1())
        numbers = self._secret.public_key().public_numbers()
        self.public = P256PublicKey.from_coordinates(
            numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        )

    def sign_der(self, message: bytes) -> bytes:
        return self._secret.sign(message, ec.ECDSA(SHA256()))

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.sign_der(message))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def credential(**changes: Any) -> Object:
    document: Object = {
        "@context": [schemas.VC_CONTEXT],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential"],
        "issuer": ISSUER,
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {"id": HOLDER},
    }
    document.update(changes)
    return {name: value for name, value in document.items() if value is not None}


def presentation(*tokens: str, **changes: Any) -> Object:
    document: Object = {
        "@context": [schemas.VC_CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER,
        "verifiableCredential": [vc_jwt.wrap(token) for token in tokens],
    }
    document.update(changes)
    return {name: value for name, value in document.items() if value is not None}


def issued() -> str:
    return vc_jwt.issue(credential(), key=key("issuer"), verification_method=METHOD)


def presented(**claims: Any) -> str:
    options = {"nonce": "n-1", "audience": "did:web:shop.example", **claims}
    return vc_jwt.present(
        presentation(issued()), key=key("holder"), verification_method=HOLDER_METHOD, **options
    )


def token(
    payload: Any,
    *,
    sign: Callable[[bytes], bytes] = _SIGN,
    **header: Any,
) -> str:
    """A JWS with any header at all; what is None in it is left out."""
    named = {"alg": "EdDSA", "typ": "vc+jwt", "kid": METHOD, **header}
    named = {name: value for name, value in named.items() if value is not None}
    return raw_token(json.dumps(named), json.dumps(payload), sign=sign)


def raw_token(header: str, payload: str, *, sign: Callable[[bytes], bytes] = _SIGN) -> str:
    signing_input = f"{to_base64url(header.encode())}.{to_base64url(payload.encode())}"
    return f"{signing_input}.{to_base64url(sign(signing_input.encode()))}"


def key_of(method: str, purpose: str) -> VerifyingKey:
    """Keys of did:key, each for everything; whoever asks for another is told that it is unknown."""
    did, _, fragment = method.partition("#")
    if did.partition(":key:")[2] != fragment:
        raise InputError(Reason.KEY_UNKNOWN, "no such key")
    return resolve_any(did)


def judged(text: str) -> tuple[Outcome, Reason] | None:
    """What becomes of a credential in a token; None where it is verified."""
    return _judged(lambda: vc_jwt.verify(text, key_of=key_of))


def answered(text: str) -> tuple[Outcome, Reason] | None:
    """What becomes of an answer to the question `n-1` of a shop; None where it is verified."""
    return _judged(
        lambda: vc_jwt.verify_presentation(
            text, key_of=key_of, nonce="n-1", audience="did:web:shop.example"
        )
    )


def _judged(call: Callable[[], object]) -> tuple[Outcome, Reason] | None:
    try:
        call()
    except (InputError, VerificationError) as error:
        return error.reason.outcome, error.reason
    return None
