"""Data Integrity proofs of any suite, alone, in sets and in chains (VC Data Integrity 1.0).

A proof of a set secures the document alone. A proof of a chain names earlier proofs by their ids
(`previousProof`) and secures the document together with exactly those: whoever countersigns, signs
what was signed before. Which suite a proof is of is told by its `cryptosuite`; suites are imported
when they are needed.

Every proof of a document has to verify, and what is false about one of them outweighs what is
unknown about another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from amana.data_model import as_list, check_url, read_instant
from amana.errors import AmanaError, InputError, VerificationError
from amana.jcs import canonical
from amana.jwk import VerifyingKey
from amana.keys import PublicKey, SecretKey
from amana.limits import LIMITS, Limits
from amana.multibase import decode_base58, encode_base58
from amana.proofs import eddsa_jcs
from amana.proofs.eddsa_jcs import Proof
from amana.reasons import Outcome, Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = ["KeyOf", "Proof", "add_proof", "read_proofs", "verify_proofs"]

# A verification method's URL and the proof's purpose, to the key; raises what is wrong with them.
KeyOf = Callable[[str, str], VerifyingKey]

_TYPE: Final = "DataIntegrityProof"
_RDFC: Final = "eddsa-rdfc-2022"
_SIGNATURE_BYTES: Final = 64
_TEXTS: Final = ("proofPurpose", "challenge", "nonce")
_INSTANTS: Final = ("created", "expires")
_TEXT_CHARS_MAX: Final = 2_048


class _Suite(Protocol):
    """What a module of a suite has."""

    def hash_data(self, document: JsonObject, options: JsonObject, /) -> bytes: ...

    def verify(self, document: JsonObject, proof: Proof, /, *, key: PublicKey) -> None: ...


class _Found(NamedTuple):
    """One proof of a document: as it stands there, and as it was read, or why it is not judged."""

    given: JsonObject
    previous: tuple[str, ...]
    read: Proof | VerificationError


def read_proofs(document: JsonObject, *, limits: Limits = LIMITS) -> tuple[Proof, ...]:
    """All proofs of `document`, their form checked (section 2.1), and how they hang together.

    Raises: InputError PROOF_MISSING, BAD_PROOF_FORM, BAD_PROOF_CHAIN, BAD_DATE, BAD_MULTIBASE or
    TOO_LARGE (the document's author); VerificationError UNKNOWN_CRYPTOSUITE if one of them is of a
    suite that is not judged here.
    """
    return tuple([_known(found) for found in _read(document, limits)])


def verify_proofs(
    document: JsonObject,
    *,
    key_of: KeyOf,
    proof_purpose: str | None = None,
    challenge: str | None = None,
    domain: str | Collection[str] | None = None,
    now: datetime | None = None,
    limits: Limits = LIMITS,
) -> tuple[Proof, ...]:
    """Verify every proof of `document`, which came from `strict_json.loads` (sections 4.4, 4.5).

    What is None is not asked for; `now` is aware, and judges `expires`.

    Raises: as `read_proofs`, and what `key_of` raises; VerificationError BAD_SIGNATURE,
    ALGORITHM_FORBIDDEN, WRONG_RELATIONSHIP, WRONG_CHALLENGE, WRONG_DOMAIN or EXPIRED (the signer,
    or somebody in between). Of several errors, one that proves falsity.
    Not checked: that a verification method is the issuer's or holder's (`key_of` has to), contexts
    (section 4.6: `amana.terms`), and `created`.
    """
    proofs = _read(document, limits)
    domains = {domain} if type(domain) is str else set(domain or ())
    by_id = _by_id(proofs)
    verified: list[Proof] = []
    errors: list[AmanaError] = []
    for found in proofs:
        try:
            proof = _known(found)
            options = proof.options
            if proof_purpose is not None and proof.proof_purpose != proof_purpose:
                raise VerificationError(Reason.WRONG_RELATIONSHIP, f"not for {proof_purpose}")
            if challenge is not None and options.get("challenge") != challenge:
                raise VerificationError(Reason.WRONG_CHALLENGE, "made for another challenge")
            if domain is not None and set(as_list(options.get("domain"))) != domains:
                raise VerificationError(Reason.WRONG_DOMAIN, "made for another domain")
            expires = read_instant(options, "expires")
            if now is not None and expires is not None and now >= expires:
                raise VerificationError(Reason.EXPIRED, "the proof itself has expired")
            key = key_of(proof.verification_method, proof.proof_purpose)
            _verify(document, proof, [by_id[name] for name in found.previous], key)
        except AmanaError as error:
            errors.append(error)
        else:
            verified.append(proof)
    if errors:
        raise min(errors, key=lambda error: error.reason.outcome is not Outcome.REJECTED)
    return tuple(verified)


def add_proof(
    document: JsonObject,
    *,
    key: SecretKey,
    cryptosuite: str,
    options: Mapping[str, Json],
    limits: Limits = LIMITS,
) -> JsonObject:
    """A copy of `document` with one proof more (sections 4.2 and 4.3): alone, in a set or a chain.

    `options` holds what section 2.1 names: `verificationMethod`, `proofPurpose` and, as wanted,
    `id`, `created`, `expires`, `domain`, `challenge`, `nonce`, `previousProof`.

    Raises: InputError as `read_proofs` (the caller); VerificationError UNKNOWN_CRYPTOSUITE.
    Not checked: that the proofs which are there are good, and that `key` is the method's.
    """
    given = [] if document.get("proof") is None else as_list(document["proof"])
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    wanted: JsonObject = {**options, "type": _TYPE, "cryptosuite": cryptosuite}
    if cryptosuite == eddsa_jcs.CRYPTOSUITE and "@context" in document:
        wanted["@context"] = document["@context"]
    # A signature of the right size stands in for the one that is to come: all else is checked.
    draft = {**wanted, "proofValue": encode_base58(bytes(_SIGNATURE_BYTES))}
    found = _read({**unsecured, "proof": [*given, draft]}, limits)
    if found[-1].previous:
        by_id = _by_id(found)
        unsecured["proof"] = [by_id[name] for name in found[-1].previous]
    _known(found[-1])
    signature = key.sign(_suite(cryptosuite).hash_data(unsecured, wanted))
    made = {**wanted, "proofValue": encode_base58(signature)}
    return {**document, "proof": [*given, made] if given else made}


def _suite(name: str) -> _Suite:
    """The module of a suite that `_read_options` lets through."""
    if name == eddsa_jcs.CRYPTOSUITE:
        return eddsa_jcs
    from amana.proofs import eddsa_rdfc

    return eddsa_rdfc


def _known(found: _Found) -> Proof:
    if isinstance(found.read, VerificationError):
        raise found.read
    return found.read


def _verify(
    document: JsonObject, proof: Proof, previous: list[JsonObject], key: VerifyingKey
) -> None:
    """Section 4.5, step 3: what is signed is the document with the previous proofs, if any."""
    if not isinstance(key, PublicKey):
        raise VerificationError(Reason.ALGORITHM_FORBIDDEN, "these suites sign with Ed25519 alone")
    suite = _suite(proof.options["cryptosuite"])
    if not previous:
        suite.verify(document, proof, key=key)
        return
    secured = {**document, "proof": previous}
    if suite is eddsa_jcs and "@context" in proof.options:
        # EdDSA Cryptosuites, section 3.3.2, step 4: contexts may have been appended since.
        signed, found = as_list(proof.options["@context"]), as_list(document.get("@context"))
        if canonical(found[: len(signed)]) != canonical(signed):
            raise VerificationError(Reason.BAD_SIGNATURE, "signed under other contexts")
        secured["@context"] = proof.options["@context"]
    key.verify(suite.hash_data(secured, proof.options), proof.signature)


def _read(document: JsonObject, limits: Limits) -> list[_Found]:
    given = as_list(document.get("proof"))
    if not given:
        raise InputError(Reason.PROOF_MISSING, "no proof")
    if len(given) > limits.proofs:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.proofs} proofs")
    proofs = [_read_one(as_object(value, Reason.BAD_PROOF_FORM)) for value in given]
    if len(_by_id(proofs)) != sum("id" in found.given for found in proofs):
        raise InputError(Reason.BAD_PROOF_CHAIN, "two proofs have one id")
    if len(proofs) > 1 and len({canonical(found.given) for found in proofs}) != len(proofs):
        raise InputError(Reason.BAD_PROOF_CHAIN, "a set holds the same proof twice")
    _check_chain(proofs)
    return proofs


def _by_id(proofs: list[_Found]) -> dict[str, JsonObject]:
    return {found.given["id"]: found.given for found in proofs if "id" in found.given}


def _check_chain(proofs: list[_Found]) -> None:
    """Section 2.1.2: each previous proof is there, and none waits for itself."""
    left, there = proofs, _by_id(proofs)
    if any(name not in there for found in proofs for name in found.previous):
        raise InputError(Reason.BAD_PROOF_CHAIN, "a previous proof that is not there")
    while left:
        waited_for = _by_id(left).keys()
        rest = [found for found in left if not waited_for.isdisjoint(found.previous)]
        if len(rest) == len(left):
            raise InputError(Reason.BAD_PROOF_CHAIN, "a proof that comes before itself")
        left = rest


def _read_one(given: JsonObject) -> _Found:
    """Section 2.1. Of a proof of another type, only its place in a chain is read."""
    if type(given.get("type")) is not str or not given["type"]:
        raise InputError(Reason.BAD_PROOF_FORM, "a proof without a type")
    if "id" in given:
        check_url(given["id"], "proof.id", Reason.BAD_PROOF_FORM)
    previous = _texts(given, "previousProof")
    try:
        return _Found(given, previous, _read_options(given))
    except VerificationError as unknown:
        return _Found(given, previous, unknown)


def _read_options(given: JsonObject) -> Proof:
    if given["type"] != _TYPE:
        raise VerificationError(Reason.UNKNOWN_CRYPTOSUITE, f"not a {_TYPE}")
    for member in _TEXTS:
        if member in given and not _is_text(given[member]):
            raise InputError(Reason.BAD_PROOF_FORM, f"{member} is not a text")
    for member in _INSTANTS:
        read_instant(given, member)
    _texts(given, "domain")
    if "verificationMethod" in given:
        check_url(given["verificationMethod"], "verificationMethod", Reason.BAD_PROOF_FORM)
    if not _is_text(given.get("cryptosuite")) or "proofPurpose" not in given:
        raise InputError(Reason.BAD_PROOF_FORM, "a proof lacks its cryptosuite or its purpose")
    if given["cryptosuite"] not in (eddsa_jcs.CRYPTOSUITE, _RDFC):
        raise VerificationError(Reason.UNKNOWN_CRYPTOSUITE, "a suite that is not judged here")
    if "verificationMethod" not in given or type(given.get("proofValue")) is not str:
        raise InputError(Reason.BAD_PROOF_FORM, "a proof lacks its method or its value")
    options = {**given}
    return Proof(
        signature=decode_base58(options.pop("proofValue"), size=_SIGNATURE_BYTES),
        options=options,
        verification_method=given["verificationMethod"],
        proof_purpose=given["proofPurpose"],
    )


def _is_text(value: Json) -> bool:
    return type(value) is str and 0 < len(value) <= _TEXT_CHARS_MAX


def _texts(given: JsonObject, member: str) -> tuple[str, ...]:
    """A text, or a list of different ones."""
    if member not in given:
        return ()
    texts = as_list(given[member])
    if not texts or not all(_is_text(text) for text in texts) or len(set(texts)) != len(texts):
        raise InputError(Reason.BAD_PROOF_FORM, f"{member} is a text, or different ones")
    return tuple(texts)
