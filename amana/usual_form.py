"""The text in which our own credentials and answers are usually shown, read in one step.

A purpose credential of ours, in its canonical form, fits one pattern that is made from its schema
(`_text_pattern`). A match replaces parsing, schema, and canonicalisation at once: what was signed
stands in the text itself, as two slices of it. Whatever does not match is not refused; it goes the
general way, through `strict_json`, `credential` and `proofs`, which finds the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from types import ModuleType
from typing import Final, NamedTuple

import schemas
from amana._text_pattern import Path, text_pattern
from amana.credential import CONTEXTS, Credential
from amana.data_model import VERIFIABLE
from amana.dates import parse_instant
from amana.errors import InputError
from amana.jcs import canonical
from amana.multibase import decode_base58
from amana.presentation import Presentation
from amana.proofs.eddsa_jcs import CRYPTOSUITE, Proof, usual_options
from amana.purpose import KIND
from amana.status_entry import StatusEntry
from amana.strict_json import JsonObject

_loads: Callable[[str], JsonObject]
try:
    from orjson import loads as _loads
except ImportError:  # the phone has no orjson
    _loads = json.loads

__all__ = ["UsualCredential", "UsualPresentation", "linked_data", "read_usual"]

_TEXT_BYTES_MAX: Final = 8 * 1024
_BASE58: Final = "[1-9A-HJ-NP-Za-km-z]"
_DID: Final = "did:[a-z0-9]{1,16}:[A-Za-z0-9._:%-]{1,450}"
_VALUE: Final = f'"z{_BASE58}{{60,90}}"'
_KEY: Final = f"z{_BASE58}{{40,70}}"
_UNIQUE: Final = ("specificNeeds", "selfStated", "checked")  # a pattern can't see repetitions
_TYPES: Final = (VERIFIABLE, KIND)
# What becomes a group, in the order in which it stands in the text.
_CAPTURED: Final[tuple[Path, ...]] = (
    ("credentialStatus", "statusListCredential"),
    ("credentialStatus", "statusListIndex"),
    ("credentialStatus", "statusPurpose"),
    ("credentialSubject",),
    ("id",),
    ("issuer",),
    ("proof",),
    ("proof", "proofValue"),
    ("proof", "verificationMethod"),
    ("validFrom",),
    ("validUntil",),
)
_PROOF: Final = _CAPTURED.index(("proof",))
_LINKED: Final = '{"cryptosuite":"eddsa-rdfc-2022"'
_BEFORE_PROOF: Final = len('"proof":')
_BEFORE_VALUE: Final = len('"proofValue":"')


class UsualCredential(NamedTuple):
    """A credential that was read from its usual text. Not checked yet: its proof, dates, status.

    `signed` is what its proof must be a signature of: both hashes, as its suite asks.
    """

    credential: Credential
    proof: Proof
    signed: bytes


class UsualPresentation(NamedTuple):
    """The same for an answer that holds one such credential."""

    presentation: Presentation
    credential: UsualCredential
    proof: Proof
    signed: bytes


def read_usual(data: bytes) -> UsualCredential | UsualPresentation | None:
    """Read `data` if it is the usual text of a purpose credential, or of an answer with one.

    None says nothing about `data`: then the general way has to find out what it is. What is read
    here is read alike there (`strict_json.loads`, `check_credential`, `check_presentation`).
    Not checked: any signature; that every claim is marked.
    """
    if len(data) > _TEXT_BYTES_MAX or not data.isascii():
        return None
    text = data.decode("ascii")
    credential, presentation = _patterns()
    try:
        if (found := credential.fullmatch(text)) is not None:
            return _credential(text, found, first=1, begin=0, end=len(text))
        if (found := presentation.fullmatch(text)) is not None:
            return _presentation(text, found)
    except InputError:
        pass  # the general way says what is wrong with it
    return None


def _credential(
    text: str, found: re.Match[str], *, first: int, begin: int, end: int
) -> UsualCredential | None:
    """The credential in `text[begin:end]`, whose groups begin with number `first`."""
    groups = found.groups()[first - 1 : first - 1 + len(_CAPTURED)]
    list_url, index, use, about, own_id, issuer, _, value, method, since, until = groups
    subject = _loads(about)
    if has_repetitions(subject):
        return None
    status = StatusEntry(list_url, int(index), use)
    credential = assemble(subject, status, issuer=issuer, since=since, until=until, own_id=own_id)
    if credential is None:
        return None
    document = credential.document
    proof_begin, proof_end = found.span(first + _PROOF)
    unsecured = text[begin : proof_begin - _BEFORE_PROOF] + text[proof_end + 1 : end]
    if text.startswith(_LINKED, proof_begin):
        suite = linked_data()
        options, digest = suite.usual_options(method)
        signed = suite.canonical_nquads(document, text=unsecured.encode())
    else:
        options, digest = usual_options(method)
        signed = unsecured.encode()
    document["proof"] = {**options, "proofValue": value}
    proof = Proof(options, decode_base58(value, size=64), method, "assertionMethod")
    return UsualCredential(credential, proof, digest + sha256(signed).digest())


@cache
def linked_data() -> ModuleType:
    """Linked data costs start-up time, and few need it: imported when the first one comes."""
    from amana.proofs import eddsa_rdfc

    return eddsa_rdfc


def has_repetitions(subject: JsonObject) -> bool:
    """Whether an array names something twice, which no pattern can see."""
    for name in _UNIQUE:
        listed = subject.get(name)
        if listed is not None and len(set(listed)) != len(listed):
            return True
    return False


def assemble(
    subject: JsonObject,
    status: StatusEntry,
    *,
    issuer: str,
    since: str,
    until: str,
    own_id: str | None,
) -> Credential | None:
    """The view of a purpose credential from what a pattern found; None if its dates are reversed.

    Its document has no proof yet. Raises: InputError BAD_DATE for a year that no calendar has.
    """
    valid_from, valid_until = parse_instant(since), parse_instant(until)
    if valid_until < valid_from:
        return None
    document: JsonObject = {
        "@context": list(CONTEXTS),
        "type": list(_TYPES),
        "issuer": issuer,
        "validFrom": since,
        "validUntil": until,
        "credentialSubject": subject,
        "termsOfUse": _NOTICE,
        "credentialStatus": status.document(),
    }
    if own_id is not None:
        document["id"] = own_id
    return Credential(
        document, _TYPES, issuer, (subject,), valid_from, valid_until, (status,), KIND, True
    )


def _presentation(text: str, found: re.Match[str]) -> UsualPresentation | None:
    holder, _, challenge, domain, value, method, _ = found.groups()[:7]
    begin, end = found.span(7)
    credential = _credential(text, found, first=8, begin=begin, end=end)
    if credential is None:
        return None
    options: JsonObject = {
        "@context": [schemas.VC_CONTEXT],
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "verificationMethod": method,
        "proofPurpose": "authentication",
        "challenge": challenge,
        "domain": domain,
    }
    document: JsonObject = {
        "@context": [schemas.VC_CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": [credential.credential.document],
        "proof": {**options, "proofValue": value},
    }
    (proof_begin, proof_end), (value_begin, value_end) = found.span(2), found.span(5)
    signed_options = (
        text[proof_begin : value_begin - _BEFORE_VALUE] + text[value_end + 2 : proof_end]
    )
    unsecured = text[: proof_begin - _BEFORE_PROOF] + text[proof_end + 1 :]
    return UsualPresentation(
        Presentation(document=document, credentials=(credential.credential,), holder=holder),
        credential,
        Proof(options, decode_base58(value, size=64), method, "authentication"),
        sha256(signed_options.encode()).digest() + sha256(unsecured.encode()).digest(),
    )


_NOTICE: Final[JsonObject] = {"type": "FunctionalIdentityNotice", "id": schemas.NOTICE}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The patterns of a credential and of an answer, made from the schema when first needed."""
    schema = json.loads(schemas.read(f"json/{KIND}.json"))
    contexts = re.escape(canonical(list(CONTEXTS)).decode())
    # Of the two suites, only eddsa-jcs-2022 has the contexts in the proof as well.
    given: dict[Path, str] = {
        ("credentialSubject", "selfStated", "[]"): '"[A-Za-z]{1,64}"',
        ("credentialSubject", "checked", "[]"): '"[A-Za-z]{1,64}"',
        ("proof",): rf'\{{(?:"@context":{contexts},"cryptosuite":"{CRYPTOSUITE}"'
        rf'|{re.escape(_LINKED[1:])}),"proofPurpose":"assertionMethod","proofValue":"({_VALUE[1:-1]})"'
        rf',"type":"DataIntegrityProof","verificationMethod":"({_DID}#[A-Za-z0-9._-]{{1,128}})"\}}',
    }
    credential = text_pattern(
        {**schema, "required": [*schema["required"], "proof"]},
        definitions=json.loads(schemas.read("json/common.json"))["$defs"],
        given=given,
        captured=frozenset(_CAPTURED),
    )
    context = re.escape(canonical([schemas.VC_CONTEXT]).decode())
    proof = (
        rf'\{{"@context":{context},"challenge":"([A-Za-z0-9_-]{{1,128}})"'
        rf',"cryptosuite":"{CRYPTOSUITE}","domain":"({_DID})","proofPurpose":"authentication"'
        rf',"proofValue":"({_VALUE[1:-1]})","type":"DataIntegrityProof"'
        rf',"verificationMethod":"(did:key:{_KEY}#{_KEY})"\}}'
    )
    presentation = (
        rf'\{{"@context":{context},"holder":"(did:key:{_KEY})","proof":({proof})'
        rf',"type":\["VerifiablePresentation"\],"verifiableCredential":\[({credential})\]\}}'
    )
    return re.compile(str(credential)), re.compile(presentation)
