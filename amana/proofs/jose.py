"""JSON Web Signature, compact form (RFC 7515), as strictly as RFC 8725 asks.

The key decides what algorithm there is; a header that says otherwise is refused. No header ever
brings a key, or leads to one: `jwk`, `jku`, `x5c` and `x5u` are passed over.

ES256 signatures are malleable (see `amana.p256`): a token is no name that occurs once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from amana.errors import InputError, VerificationError
from amana.jcs import canonical
from amana.jwk import ALGORITHMS, VerifyingKey
from amana.limits import LIMITS, Limits
from amana.multibase import from_base64url, to_base64url
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads

__all__ = [
    "NO_TYPE",
    "Jws",
    "SigningKey",
    "check_header",
    "media_type",
    "read_jws",
    "sign_jws",
    "verify_jws",
]

NO_TYPE: Final = ""  # among the types of `read_jws`: a header that says nothing will do

_ALGORITHMS: Final = frozenset(name for names in ALGORITHMS.values() for name in names)
# Signatures that exist and that we don't judge: not false, only unknown to us.
_UNJUDGED: Final = (
    "Ed448", "ES256K", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512",
    "ESP256", "ESP384", "ESP512", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87",
)  # fmt: skip
# `crit` names extensions that must be understood, and we have none; `b64` is such an extension.
_FORBIDDEN: Final = frozenset({"crit", "b64"})
_USUAL_HEADER_CHARS: Final = 1_024
_MEDIA_TYPE: Final = "application/"


class Jws(NamedTuple):
    """A JWS as found, its form checked; its signature not yet."""

    header: JsonObject
    payload: bytes
    signing_input: bytes
    signature: bytes

    def __repr__(self) -> str:
        """Nothing that could be played back, and nothing of what it says about anybody."""
        return f"Jws(alg={self.header.get('alg')!r})"


class SigningKey(Protocol):
    """A secret key: `amana.keys.SecretKey` is one."""

    @property
    def public(self) -> VerifyingKey:
        """The public half, which names the algorithm."""

    def sign(self, message: bytes) -> bytes:
        """The signature of `message` as JWS wants it: for ES256, r and s of 32 bytes each."""


def read_jws(text: str, *, types: frozenset[str], limits: Limits = LIMITS) -> Jws:
    """Take a JWS in compact form apart (RFC 7515, sections 3.1 and 5.2, steps 1 to 7).

    `types` are the values of `typ` that will do, in lower case and without "application/"
    (RFC 7515, section 4.1.9; RFC 8725, section 3.11).

    Raises: InputError (the sender's fault): TOO_LARGE, BAD_JWT, what `strict_json.loads` raises for
    the header, ALGORITHM_FORBIDDEN, or UNKNOWN_CRYPTOSUITE for one that exists and is not judged.
    Not checked: the signature, the payload, and whose key `kid` names.
    """
    if type(text) is not str:
        raise InputError(Reason.BAD_JWT, "a JWS in compact form is a text")
    if len(text) > limits.jws_chars:
        raise InputError(Reason.TOO_LARGE, f"a JWS of more than {limits.jws_chars} characters")
    parts = text.split(".", 3)
    if len(parts) != 3:
        raise InputError(Reason.BAD_JWT, "a JWS in compact form has three parts")
    payload, signature = (from_base64url(part, Reason.BAD_JWT) for part in parts[1:])
    header = read_header(parts[0], types=types, limits=limits)
    return Jws(header, payload, text.rpartition(".")[0].encode("ascii"), signature)


def read_header(text: str, *, types: frozenset[str], limits: Limits = LIMITS) -> JsonObject:
    """The header in the first part of a JWS, if it is fit for `types`. Raises: as `read_jws`."""
    if len(text) > _USUAL_HEADER_CHARS:  # nobody fills a memory with such headers
        return check_header(loads(from_base64url(text, Reason.BAD_JWT), limits=limits), types=types)
    return dict(_usual_header(text, types))


@lru_cache(maxsize=512)
def _usual_header(text: str, types: frozenset[str]) -> tuple[tuple[str, Json], ...]:
    """All tokens of an issuer have one header, so it is read once."""
    header = check_header(loads(from_base64url(text, Reason.BAD_JWT)), types=types)
    return tuple(header.items())


def check_header(value: Json, *, types: frozenset[str]) -> JsonObject:
    """A parsed header, if it is fit for `types` as `read_jws` asks. Raises: as `read_jws`."""
    header = as_object(value, Reason.BAD_JWT)
    _check_algorithm(header.get("alg"))
    if not _FORBIDDEN.isdisjoint(header):
        raise InputError(Reason.BAD_JWT, "an extension that must be understood, and is not")
    if (media_type(header["typ"]) if "typ" in header else NO_TYPE) not in types:
        raise InputError(Reason.BAD_JWT, "a token of another type than is wanted here")
    return header


def _check_algorithm(name: Json) -> None:
    if type(name) is not str or name not in _ALGORITHMS:
        if name in _UNJUDGED:
            raise InputError(Reason.UNKNOWN_CRYPTOSUITE, f"{name} is not judged here")
        raise InputError(Reason.ALGORITHM_FORBIDDEN, "neither EdDSA nor ES256")


def media_type(value: Json) -> str | None:
    """A `typ` or `cty` in lower case and without "application/"; None for what is none.

    Not ASCII is none: a capital letter of another script may become one of ours in lower case.
    """
    if type(value) is not str or not value.isascii():
        return None
    return value.lower().removeprefix(_MEDIA_TYPE) or None


def verify_jws(jws: Jws, *, key: VerifyingKey) -> None:
    """Check the signature of `jws` by `key`, which alone decides the algorithm.

    Raises: VerificationError ALGORITHM_FORBIDDEN, where the header names another algorithm than
    the key's (RFC 8725, section 3.1); BAD_SIGNATURE (the signer, or somebody in between).
    Not checked: whose key it is, and all that the payload says.
    """
    if jws.header.get("alg") not in ALGORITHMS[key.algorithm]:
        raise VerificationError(Reason.ALGORITHM_FORBIDDEN, f"the key is for {key.algorithm}")
    key.verify(jws.signing_input, jws.signature)


def sign_jws(payload: bytes, *, key: SigningKey, header: Mapping[str, Json]) -> str:
    """`payload` as a JWS in compact form; the key sets `alg`.

    The header is written in RFC 8785 form, so that it can be rebuilt from its value.

    Raises: InputError from canonicalisation (the caller's fault).
    """
    written = canonical({**header, "alg": key.public.algorithm})
    signing_input = f"{to_base64url(written)}.{to_base64url(payload)}"
    return f"{signing_input}.{to_base64url(key.sign(signing_input.encode('ascii')))}"
