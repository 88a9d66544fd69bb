"""SD-JWT (RFC 9901): tokens of which the holder shows a part, and proves to be the holder.

`issue` makes one; `read` takes one apart; `present` chooses what to show, `bind` adds the holder's
signature; `verify` judges. EdDSA signs; EdDSA and ES256 are verified.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from amana.errors import InputError, VerificationError
from amana.jcs import canonical
from amana.jwk import VerifyingKey, public_jwk, read_public_jwk
from amana.keys import Randomness
from amana.limits import LIMITS, Limits
from amana.multibase import from_base64url_each
from amana.proofs._disclosures import (
    Path,
    by_digest,
    conceal,
    digest,
    find,
    hash_of,
    reveal,
)
from amana.proofs._sd_jwt_json import to_compact
from amana.proofs.jose import (
    Jws,
    SigningKey,
    read_header,
    read_jws,
    sign_jws,
    verify_jws,
)
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads, loads_each

__all__ = [
    "Binding",
    "SdJwt",
    "Verified",
    "bind",
    "issue",
    "present",
    "read",
    "verify",
    "verify_binding",
]

_KEY_BINDING_TYPE: Final = "kb+jwt"
_KEY_BINDING_TYPES: Final = frozenset({_KEY_BINDING_TYPE})
# Section 9.7: who could hide one of these could pass for somebody else, or outlive the token.
# Single entries of `aud` may be hidden.
CRITICAL: Final = frozenset({"iss", "aud", "exp", "nbf", "cnf"})


class SdJwt(NamedTuple):
    """An SD-JWT as found, its form checked; its signatures and digests not yet."""

    jwt: str  # what the issuer signed, in compact form
    jws: Jws
    payload: JsonObject  # with digests where claims are hidden
    disclosures: Sequence[str]
    parts: Sequence[Json]  # what each disclosure says: an array of salt, perhaps name, and value
    key_binding: str | None

    @property
    def text(self) -> str:
        """The compact form (section 4): with `~` at its end where no key binding is."""
        return "~".join([self.jwt, *self.disclosures, self.key_binding or ""])

    def __repr__(self) -> str:
        """Nothing that could be played back, and nothing of what it says about anybody."""
        return f"SdJwt(disclosures={len(self.disclosures)})"


class Binding(NamedTuple):
    """What a verifier asked a holder to sign: its fresh `nonce`, and who it is itself."""

    nonce: str
    audience: str


class Verified(NamedTuple):
    """What a good SD-JWT says."""

    header: JsonObject
    claims: JsonObject  # the processed payload (section 7.1)
    disclosed: tuple[Path, ...]  # where the claims stand in it that a disclosure brought
    holder: VerifyingKey | None  # who signed the key binding, where one was asked for

    def __repr__(self) -> str:
        """Nothing of what it says about anybody."""
        return f"Verified(disclosed={len(self.disclosed)}, bound={self.holder is not None})"


def issue(
    claims: JsonObject,
    *,
    key: SigningKey,
    header: Mapping[str, Json],
    disclosable: Iterable[Path] = (),
    holder: VerifyingKey | None = None,
    randomness: Randomness,
    decoys: int = 0,
) -> str:
    """A signed SD-JWT with all its disclosures, as the issuer hands it to the holder.

    `header` holds `typ` and what names the key; `disclosable` the places of the claims that the
    holder may hide (None in a path: every element). `holder` becomes `cnf`. Payload, header and
    disclosures are written in RFC 8785 form.

    Raises: InputError (the caller's fault): BAD_SD_JWT, BAD_DISCLOSURE for a claim that must stay
    open, CLAIM_MISSING, TOO_DEEP, TOO_MANY_DISCLOSURES, or from canonicalisation.
    """
    hidden = tuple(disclosable)
    _check_critical(hidden)
    if holder is not None:
        if "cnf" in claims:
            raise InputError(Reason.BAD_SD_JWT, "two keys for one holder")
        claims = {**claims, "cnf": {"jwk": public_jwk(holder)}}
    payload, disclosures = conceal(claims, hidden, randomness=randomness, decoys=decoys)
    if len(disclosures) > LIMITS.sd_jwt_disclosures:
        raise InputError(Reason.TOO_MANY_DISCLOSURES, f"more than {LIMITS.sd_jwt_disclosures}")
    return "~".join([sign_jws(canonical(payload), key=key, header=header), *disclosures, ""])


def issue_batch(
    claims: JsonObject,
    *,
    holders: Sequence[VerifyingKey],
    key: SigningKey,
    header: Mapping[str, Json],
    disclosable: Iterable[Path] = (),
    randomness: Randomness,
    decoys: int = 0,
) -> list[str]:
    """Copies to be shown once each, one for each of `holders`, with salts of their own.

    No two have a salt, a digest or a key in common by which they could be joined; a claim that is
    open and unique joins them all the same (section 10.1).

    Raises: as `issue`; BAD_HOLDER_KEYS where one key is named twice.
    """
    keys = [canonical(public_jwk(holder)) for holder in holders]
    if len(set(keys)) != len(keys):
        raise InputError(Reason.BAD_HOLDER_KEYS, "the same key for two copies")
    hidden = tuple(disclosable)
    return [
        issue(
            claims,
            key=key,
            header=header,
            disclosable=hidden,
            holder=holder,
            randomness=randomness,
            decoys=decoys,
        )
        for holder in holders
    ]


def read(text: str, *, types: frozenset[str], limits: Limits = LIMITS) -> SdJwt:
    """Take an SD-JWT apart, with or without key binding, in compact form or in JSON.

    `types` are the values of the header's `typ` that will do, as `jose.read_jws` takes them.

    Raises: InputError (the sender's fault): BAD_SD_JWT, TOO_MANY_DISCLOSURES, TOO_LARGE, or what
    `jose.read_jws` and `strict_json.loads` raise.
    Not checked: any signature, and whether the disclosures fit.
    """
    if type(text) is not str:
        raise InputError(Reason.BAD_SD_JWT, "an SD-JWT is a text")
    if text.startswith("{"):
        text = to_compact(text, limits=limits)
    most = limits.sd_jwt_disclosures
    jwt, *rest = text.split("~", most + 2)
    *texts, binding = rest or ["", ""]
    if len(texts) > most:
        raise InputError(Reason.TOO_MANY_DISCLOSURES, f"more than {most}")
    if len(text) > limits.sd_jwt_chars:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.sd_jwt_chars} characters")
    if "" in texts:
        raise InputError(Reason.BAD_SD_JWT, "not a JWT, then disclosures, each behind a tilde")
    return _read(jwt, texts, binding or None, types, limits)


def _read(
    jwt: str,
    texts: list[str],
    binding: str | None,
    types: frozenset[str],
    limits: Limits,
) -> SdJwt:
    """All base64url and all JSON in one go each, which spares a third of the time."""
    fields = jwt.split(".", 3)
    if len(fields) != 3:
        raise InputError(Reason.BAD_JWT, "a JWS in compact form has three parts")
    header = read_header(fields[0], types=types, limits=limits)
    try:
        payload, signature, *disclosed = from_base64url_each([*fields[1:], *texts])
    except InputError:
        from_base64url_each(fields, Reason.BAD_JWT)
        raise InputError(Reason.BAD_DISCLOSURE, "not base64url without padding") from None
    said, *parts = loads_each([payload, *disclosed], limits=limits, floats=True)
    claims = as_object(said, Reason.BAD_SD_JWT)
    jws = Jws(header, payload, jwt[: -len(fields[2]) - 1].encode("ascii"), signature)
    return SdJwt(jwt, jws, claims, texts, parts, binding)


def present(found: SdJwt, *, disclose: Iterable[Path]) -> SdJwt:
    """What the holder shows: the claims at `disclose`, those around them, and no others.

    A claim that is shown does not bring with it what may be hidden inside it.

    Raises: InputError (the caller's fault): CLAIM_MISSING where a path leads nowhere, BAD_SD_JWT
    where a key binding is there already, or what `verify` raises for bad disclosures.
    Not checked: the issuer's signature; the holder verified it on receipt.
    """
    if found.key_binding is not None:
        raise InputError(Reason.BAD_SD_JWT, "a holder's signature covers what was chosen before")
    opened = by_digest(found.disclosures, found.parts, hash_of(found.payload))
    claims, places = reveal(found.payload, opened)
    wanted: set[Path] = set()
    for path in disclose:
        chosen = find(claims, path)
        if not chosen:
            raise InputError(Reason.CLAIM_MISSING, "nothing stands where a claim is to be shown")
        wanted.update(place[:length] for place in chosen for length in range(1, len(place) + 1))
    shown = [number for number, hashed in enumerate(opened) if places[hashed] in wanted]
    return found._replace(
        disclosures=[found.disclosures[number] for number in shown],
        parts=[found.parts[number] for number in shown],
    )


def bind(shown: SdJwt, *, key: SigningKey, binding: Binding, now: datetime) -> SdJwt:
    """`shown` with the holder's signature for one verifier (section 4.3).

    Raises: InputError WRONG_HOLDER where `key` is not the one that the issuer named; BAD_SD_JWT,
    BAD_KEY, KEY_KIND_UNKNOWN.
    """
    unbound = shown._replace(key_binding=None)
    if _holder_key(shown.payload) != key.public:
        raise InputError(Reason.WRONG_HOLDER, "another key than the issuer named")
    payload = {
        "nonce": binding.nonce,
        "aud": binding.audience,
        "iat": int(now.timestamp()),
        "sd_hash": digest(unbound.text, hash_of(shown.payload)),
    }
    signed = sign_jws(canonical(payload), key=key, header={"typ": _KEY_BINDING_TYPE})
    return shown._replace(key_binding=signed)


def verify(
    found: SdJwt,
    *,
    key: VerifyingKey,
    binding: Binding | None,
    now: datetime,
    limits: Limits = LIMITS,
) -> Verified:
    """Judge an SD-JWT (sections 7.1 and 7.3) by the issuer's `key`.

    `binding` is what this verifier asked the holder to sign, or None where it asked for nothing;
    what comes in does not decide that.

    Raises: VerificationError: BAD_SIGNATURE, ALGORITHM_FORBIDDEN, EXPIRED, NOT_YET_VALID; where a
    binding was asked for PROOF_MISSING, WRONG_HOLDER, WRONG_CHALLENGE, WRONG_DOMAIN or
    CHALLENGE_EXPIRED; CHALLENGE_UNKNOWN for a binding that nobody asked for. InputError:
    BAD_DISCLOSURE, TOO_MANY_DISCLOSURES, BAD_SD_JWT, UNKNOWN_CRYPTOSUITE, BAD_DATE, BAD_JWT,
    TOO_DEEP, and what reading the parts raises.
    Not checked: whose key it is, `aud` of the issuer's payload, status, and what claims mean.
    """
    verify_jws(found.jws, key=key)
    hash_name = hash_of(found.payload)
    opened = by_digest(found.disclosures, found.parts, hash_name)
    claims, places = reveal(found.payload, opened, limits=limits)
    disclosed = tuple(places.values())
    _check_critical(disclosed)
    _check_dates(claims, now)
    if binding is not None:
        holder = verify_binding(
            found.text, claims, binding=binding, now=now, hash_name=hash_name, limits=limits
        )
        return Verified(found.jws.header, claims, disclosed, holder)
    if found.key_binding is not None:
        raise VerificationError(Reason.CHALLENGE_UNKNOWN, "the holder answers somebody else")
    return Verified(found.jws.header, claims, disclosed, None)


def _check_critical(places: Collection[Path]) -> None:
    if CRITICAL.isdisjoint([place[0] for place in places if place]):
        return
    for place in places:
        if place and place[0] in CRITICAL and (place[0] != "aud" or len(place) == 1):
            raise InputError(Reason.BAD_DISCLOSURE, "a claim that must be open to all is hidden")


def _check_dates(claims: JsonObject, now: datetime) -> None:
    """RFC 7519, sections 4.1.4 and 4.1.5. `iat` decides nothing, so its form is not looked at."""
    if "exp" not in claims and "nbf" not in claims:
        return
    for name in ("exp", "nbf"):
        if name in claims and type(claims[name]) not in (int, float):
            raise InputError(Reason.BAD_DATE, "a date of a JWT is a number of seconds")
    seconds, leeway = now.timestamp(), LIMITS.jwt_leeway_seconds
    if "exp" in claims and claims["exp"] + leeway <= seconds:
        raise VerificationError(Reason.EXPIRED, "past its end")
    if "nbf" in claims and claims["nbf"] - leeway > seconds:
        raise VerificationError(Reason.NOT_YET_VALID, "before its beginning")


def verify_binding(
    text: str,
    claims: JsonObject,
    *,
    binding: Binding,
    now: datetime,
    hash_name: str = "sha-256",
    limits: Limits = LIMITS,
) -> VerifyingKey:
    """Section 7.3, step 5: the holder's signature, for us, just now, over just what is shown.

    `text` is the whole token in compact form, `claims` where its `cnf` stands. Returns the key of
    the holder who signed.

    Raises: as `verify` where a binding was asked for.
    Not checked: the issuer's signature, on which all of it rests.
    """
    signed, _, key_binding = text.rpartition("~")
    if not key_binding:
        raise VerificationError(Reason.PROOF_MISSING, "the holder did not sign")
    holder = _holder_key(claims)
    jws = read_jws(key_binding, types=_KEY_BINDING_TYPES, limits=limits)
    verify_jws(jws, key=holder)
    said = as_object(loads(jws.payload, limits=limits, floats=True), Reason.BAD_JWT)
    if type(said.get("iat")) not in (int, float):
        raise InputError(Reason.BAD_DATE, "a key binding has a time")
    if said.get("nonce") != binding.nonce:
        raise VerificationError(Reason.WRONG_CHALLENGE, "an answer to another question")
    if said.get("aud") != binding.audience:
        raise VerificationError(Reason.WRONG_DOMAIN, "an answer to somebody else")
    if said.get("sd_hash") != digest(f"{signed}~", hash_name):
        raise VerificationError(Reason.BAD_SIGNATURE, "signed with other claims shown")
    seconds = now.timestamp()
    if said["iat"] > seconds + limits.key_binding_seconds:
        raise VerificationError(Reason.NOT_YET_VALID, "signed in the future")
    if said["iat"] < seconds - limits.key_binding_seconds:
        raise VerificationError(Reason.CHALLENGE_EXPIRED, "signed too long ago")
    return holder


def _holder_key(claims: JsonObject) -> VerifyingKey:
    """The key in `cnf` (RFC 7800, section 3.2); references to keys elsewhere are not followed."""
    if "cnf" not in claims:
        raise VerificationError(Reason.WRONG_HOLDER, "bound to no holder's key")
    confirmation = as_object(claims["cnf"], Reason.BAD_SD_JWT)
    if "jwk" not in confirmation:
        raise VerificationError(Reason.KEY_KIND_UNKNOWN, "bound to a key that is not here")
    return read_public_jwk(confirmation["jwk"])
