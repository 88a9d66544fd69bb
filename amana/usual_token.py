"""Our own `vc+sd-jwt`s, read from the text in which we issue them (see `usual_form`).

The payload fits one pattern that is made from the credential's schema; disclosures are counted
against its digests; and what comes out, written again, has to fit the schema's pattern. Whatever
does not goes the general way, through `proofs.vc_sd_jwt` and `credential`, which finds the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

import schemas
from amana._text_pattern import Path, text_pattern
from amana.credential import Credential
from amana.errors import InputError
from amana.jcs import canonical_exact
from amana.limits import LIMITS
from amana.multibase import from_base64url_each
from amana.proofs._disclosures import by_digest
from amana.proofs.jose import read_header
from amana.purpose import KIND
from amana.status_entry import StatusEntry
from amana.strict_json import Json, JsonObject, loads_each
from amana.usual_form import assemble, has_repetitions

_loads: Callable[[str], JsonObject]
try:
    from orjson import loads as _loads
except ImportError:  # the phone has no orjson
    _loads = json.loads

__all__ = ["UsualToken", "read_usual_token"]

_TEXT_CHARS_MAX: Final = 16 * 1024
_TYPES: Final = frozenset({"vc+sd-jwt"})
_HEADER: Final = {"alg": "EdDSA", "cty": "vc", "typ": "vc+sd-jwt"}
_ELEMENT: Final = "..."
_DIGEST: Final = "[A-Za-z0-9_-]{43}"
_METHOD: Final = re.compile("did:[a-z0-9]{1,16}:[A-Za-z0-9._:%-]{1,450}#[A-Za-z0-9._-]{1,128}")
_MARKS: Final = ("selfStated", "checked")
_RESERVED: Final = frozenset({"_sd", _ELEMENT, "_sd_alg"})
# What becomes a group, in the order in which it stands in the text.
_CAPTURED: Final[tuple[Path, ...]] = (
    ("cnf",),
    ("credentialStatus", "statusListCredential"),
    ("credentialStatus", "statusListIndex"),
    ("credentialStatus", "statusPurpose"),
    ("credentialSubject",),
    ("id",),
    ("issuer",),
    ("validFrom",),
    ("validUntil",),
)


class UsualToken(NamedTuple):
    """A token that was read from its usual text. Not checked yet: signatures, dates, status."""

    credential: Credential
    verification_method: str  # a key of the issuer, which signs with EdDSA
    signed: bytes
    signature: bytes
    confirmation: JsonObject | None  # `cnf`: whose key binds it

    def __repr__(self) -> str:
        """Nothing of the person, and nothing that could be played back."""
        return f"UsualToken(verification_method={self.verification_method!r})"


def read_usual_token(text: str) -> UsualToken | None:
    """Read `text` if it is the usual text of a purpose credential as SD-JWT, shown as far as it is.

    A key binding at its end is passed over. None says nothing about `text`: then the general way
    has to find out what it is. What is read here is read alike there (`vc_sd_jwt.verify`,
    `check_credential`). Not checked: any signature; that every claim is marked.
    """
    if len(text) > _TEXT_CHARS_MAX or not text.isascii():
        return None
    jwt, *rest = text.split("~")
    fields = jwt.split(".")
    if not rest or len(rest) > LIMITS.sd_jwt_disclosures or len(fields) != 3:
        return None
    texts = rest[:-1]
    try:
        header = read_header(fields[0], types=_TYPES)
        method = header.pop("kid", None)
        if header != _HEADER or type(method) is not str or _METHOD.fullmatch(method) is None:
            return None
        payload, signature, *disclosed = from_base64url_each([*fields[1:], *texts])
        parts = loads_each(disclosed)
        return _read(
            payload.decode("ascii"),
            by_digest(texts, parts, "sha-256"),
            method=method,
            signed=jwt[: -len(fields[2]) - 1].encode("ascii"),
            signature=signature,
        )
    except (InputError, UnicodeDecodeError):
        return None  # the general way says what is wrong with it


def _read(
    payload: str, opened: dict[str, Json], *, method: str, signed: bytes, signature: bytes
) -> UsualToken | None:
    whole, inner = _patterns()
    found = whole.fullmatch(payload)
    if found is None:
        return None
    binding, list_url, index, use, about, own_id, issuer, since, until = found.groups()
    subject = _loads(about)
    if (
        method.partition("#")[0] != issuer
        or not _reveal(subject, opened)
        or inner.fullmatch(canonical_exact(subject).decode()) is None
        or has_repetitions(subject)
    ):
        return None
    status = StatusEntry(list_url, int(index), use)
    credential = assemble(subject, status, issuer=issuer, since=since, until=until, own_id=own_id)
    if credential is None:
        return None
    confirmation = None if binding is None else _loads(binding)
    return UsualToken(credential, method, signed, signature, confirmation)


def _reveal(subject: JsonObject, opened: dict[str, Json]) -> bool:
    """Put what was disclosed into `subject`; whether every digest and disclosure has its one place.

    RFC 9901, section 7.1, for claims and for the marks of claims, which is all that we hide.
    """
    digests: list[str] = subject.pop("_sd", [])
    places = 0
    for digest in digests:
        parts = opened.get(digest)
        if parts is None:
            continue  # a decoy, or what the holder keeps back
        if type(parts) is not list or len(parts) != 3 or type(parts[0]) is not str:
            return False
        name = parts[1]
        if type(name) is not str or name in _RESERVED or name in subject:
            return False
        subject[name] = parts[2]
        places += 1
    seen = set(digests)
    total = len(digests)
    for name in _MARKS:
        listed = subject.get(name)
        if type(listed) is not list or dict not in map(type, listed):
            continue
        kept = []
        for element in listed:
            if type(element) is not dict:
                kept.append(element)
                continue
            digest = element.get(_ELEMENT, "")
            seen.add(digest)
            total += 1
            parts = opened.get(digest)
            if parts is None:
                continue
            if type(parts) is not list or len(parts) != 2 or type(parts[0]) is not str:
                return False
            kept.append(parts[1])
            places += 1
        subject[name] = kept
    return places == len(opened) and len(seen) == total


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The patterns of a payload, and of a subject with nothing hidden any more."""
    schema = json.loads(schemas.read(f"json/{KIND}.json"))
    definitions = json.loads(schemas.read("json/common.json"))["$defs"]
    mark = '"[A-Za-z]{1,64}"'
    shown: dict[Path, str] = {(name, "[]"): mark for name in _MARKS}
    subject = schema["properties"]["credentialSubject"]
    inner = text_pattern(subject, definitions=definitions, given=shown, captured=frozenset())
    hidden = rf'(?:{mark}|\{{"\.\.\.":"{_DIGEST}"\}})'
    digests = {
        "type": "array",
        "items": {"type": "string", "pattern": f"^{_DIGEST}$"},
        "maxItems": LIMITS.sd_jwt_disclosures,
    }
    key = {
        "type": "object",
        "properties": {
            "crv": {"const": "Ed25519"},
            "kty": {"const": "OKP"},
            "x": {"type": "string", "pattern": f"^{_DIGEST}$"},
        },
        "required": ["crv", "kty", "x"],
    }
    members = {name: value for name, value in schema["properties"].items() if name != "proof"}
    members["credentialSubject"] = {
        **subject,
        "properties": {**subject["properties"], "_sd": digests},
    }
    members["_sd_alg"] = {"const": "sha-256"}
    members["cnf"] = {"type": "object", "properties": {"jwk": key}, "required": ["jwk"]}
    whole = text_pattern(
        {**schema, "properties": members},
        definitions=definitions,
        given={("credentialSubject", name, "[]"): hidden for name in _MARKS},
        captured=frozenset(_CAPTURED),
    )
    return re.compile(str(whole)), re.compile(str(inner))
