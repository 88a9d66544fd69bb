"""What did:webvh 1.0 says of one log entry: its hashes, its parameters and its proofs.

Section titles are those of the specification, which numbers none of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from amana.dates import parse_instant
from amana.errors import InputError, VerificationError
from amana.jcs import canonical_exact
from amana.keys import PublicKey
from amana.limits import Limits
from amana.multibase import encode_base58
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = [
    "METHOD", "PLACEHOLDER", "Parameters", "Witness", "check_proofs", "entry_hash", "key_hash",
    "next_parameters", "scid_of", "without_scid",
]  # fmt: skip

METHOD: Final = "did:webvh:1.0"
PLACEHOLDER: Final = "{SCID}"

_SHA_256: Final = b"\x12\x20"  # multihash: the algorithm, and 32 bytes
_METHOD_VERSION: Final = re.compile(r"did:webvh:([0-9]{1,4})\.([0-9]{1,4})")
_MULTIKEY: Final = re.compile(r"z[1-9A-HJ-NP-Za-km-z]{8,255}")
_TTL_MAX: Final = 2**31
# Early implementations wrote null for "no longer"; it is to be read as the default.
_NULLABLE: Final[dict[str, Json]] = {
    "updateKeys": [], "nextKeyHashes": [], "witness": {}, "watchers": [], "ttl": 3600,
}  # fmt: skip
_KNOWN: Final = frozenset(_NULLABLE) | {"method", "scid", "portable", "deactivated"}


@dataclass(frozen=True, kw_only=True)
class Witness:
    """Who must approve each entry, as did:keys, and how many of them."""

    threshold: int
    witnesses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What holds after an entry ("did:webvh DID Method Parameters"), under its names there."""

    scid: str
    update_keys: tuple[str, ...]
    next_key_hashes: tuple[str, ...] = ()
    portable: bool = False
    deactivated: bool = False
    ttl: int = 3600  # seconds
    watchers: tuple[str, ...] = ()
    witness: Witness | None = None


def broken(rule: str) -> VerificationError:
    """A rule of did:webvh that a log breaks."""
    return VerificationError(Reason.BAD_DID_LOG, rule)


def _malformed(what: str) -> InputError:
    return InputError(Reason.BAD_DID_LOG, what)


def _multihash(data: bytes) -> str:
    """base58btc(multihash(SHA-256)), without a multibase prefix."""
    return encode_base58(_SHA_256 + hashlib.sha256(data).digest())[1:]


def key_hash(multikey: str) -> str:
    """What `nextKeyHashes` holds for a key ("Pre-Rotation Key Hash Generation")."""
    return _multihash(multikey.encode())


def entry_hash(entry: JsonObject, *, predecessor: str) -> str:
    """The hash of an entry, chained to `predecessor` ("Entry Hash Generation")."""
    unsigned = {**entry, "versionId": predecessor}
    unsigned.pop("proof", None)
    return _multihash(canonical_exact(unsigned))


def scid_of(entry: JsonObject) -> str:
    """The SCID of a first entry that holds the placeholder ("Generate SCID")."""
    return entry_hash(entry, predecessor=PLACEHOLDER)


def without_scid(entry: JsonObject, scid: str) -> JsonObject:
    """A first entry as it was before its SCID was known ("Verify SCID", steps 4 to 6).

    Raises: VerificationError BAD_DID_LOG where a placeholder was left: of two different first
    entries, one with the SCID there and one without, both would have the same SCID.
    """
    unsigned = {name: value for name, value in entry.items() if name != "proof"}
    if PLACEHOLDER.encode() in canonical_exact(unsigned):
        raise broken("a placeholder was left where the SCID belongs")
    replaced: JsonObject = replaced_text(unsigned, scid, PLACEHOLDER)
    return replaced


def replaced_text(value: Json, old: str, new: str) -> Json:
    """`value` with `old` replaced in every text, names included."""
    if type(value) is str:
        return value.replace(old, new)
    if type(value) is list:
        return [replaced_text(item, old, new) for item in value]
    if type(value) is dict:
        return {
            name.replace(old, new): replaced_text(item, old, new) for name, item in value.items()
        }
    return value


def next_parameters(prior: Parameters | None, change: Json, *, limits: Limits) -> Parameters:
    """The parameters after an entry that changes them; `prior` is None for the first entry.

    Raises: InputError BAD_DID_LOG or TOO_LARGE for a value of another form; VerificationError
    BAD_DID_LOG for a change that is forbidden, DID_METHOD_UNKNOWN for a version of did:webvh other
    than 1.0 (the log's author).
    """
    given = as_object(change, Reason.BAD_DID_LOG)
    if not _KNOWN.issuperset(given):
        raise broken("a parameter that did:webvh 1.0 does not define")
    given = {
        name: _NULLABLE[name] if value is None and name in _NULLABLE else value
        for name, value in given.items()
    }
    _check_method(prior, given)
    if prior is None:
        if "updateKeys" not in given:
            raise broken("the first entry needs updateKeys")
        prior_or_new = Parameters(scid=_text(given.get("scid"), "scid"), update_keys=())
    else:
        if "scid" in given:
            raise broken("scid belongs into the first entry alone")
        prior_or_new = prior
    after = replace(
        prior_or_new,
        update_keys=_keys(given, prior_or_new, limits),
        next_key_hashes=_texts(given, "nextKeyHashes", prior_or_new.next_key_hashes, limits),
        watchers=_texts(given, "watchers", prior_or_new.watchers, limits),
        portable=_flag(given, "portable", prior_or_new.portable),
        deactivated=_flag(given, "deactivated", prior_or_new.deactivated),
        ttl=_ttl(given.get("ttl", prior_or_new.ttl)),
        witness=_witness(given["witness"], limits) if "witness" in given else prior_or_new.witness,
    )
    if prior is not None:
        if after.portable and not prior.portable:
            raise broken("portable can be set in the first entry alone")
        if prior.next_key_hashes:
            _check_pre_rotation(prior, given, after)
    return after


def _check_method(prior: Parameters | None, given: JsonObject) -> None:
    if "method" not in given:
        if prior is None:
            raise broken("the first entry needs method")
        return
    match = _METHOD_VERSION.fullmatch(_text(given["method"], "method"))
    if match is None:
        raise _malformed("method is not a version of did:webvh")
    version = int(match[1]), int(match[2])
    if version < (1, 0) and prior is not None:
        raise broken("method may not go back to an older version")
    if version != (1, 0):
        raise VerificationError(Reason.DID_METHOD_UNKNOWN, "another version than did:webvh 1.0")


def _check_pre_rotation(prior: Parameters, given: JsonObject, after: Parameters) -> None:
    """The steps of a resolver in "Pre-Rotation Key Hash Generation and Verification"."""
    if "updateKeys" not in given or "nextKeyHashes" not in given:
        raise broken("under pre-rotation, each entry needs updateKeys and nextKeyHashes")
    if not {key_hash(key) for key in after.update_keys} <= set(prior.next_key_hashes):
        raise broken("pre-rotation: an update key that the entry before did not commit to")


def _keys(given: JsonObject, before: Parameters, limits: Limits) -> tuple[str, ...]:
    keys = _texts(given, "updateKeys", before.update_keys, limits)
    if not all(_MULTIKEY.fullmatch(key) for key in keys):
        raise _malformed("updateKeys are multikeys")
    return keys


def _texts(
    given: JsonObject, name: str, before: tuple[str, ...], limits: Limits
) -> tuple[str, ...]:
    if name not in given:
        return before
    value = given[name]
    if type(value) is not list or not all(type(text) is str for text in value):
        raise _malformed(f"{name} is a list of texts")
    if len(value) > limits.did_log_keys:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.did_log_keys} {name}")
    return tuple(value)


def _text(value: Json, name: str) -> str:
    if type(value) is not str:
        raise _malformed(f"{name} is a text")
    return value


def _flag(given: JsonObject, name: str, before: bool) -> bool:  # noqa: FBT001 - a value, no switch
    value = given.get(name, before)
    if type(value) is not bool:
        raise _malformed(f"{name} is true or false")
    return value


def _ttl(value: Json) -> int:
    if type(value) is not int or not 0 <= value <= _TTL_MAX:
        raise _malformed("ttl is a number of seconds from 0 to 2^31")
    return value


def _witness(value: Json, limits: Limits) -> Witness | None:
    """What "The witness Parameter" allows; `{}` means that nobody need approve."""
    rule = as_object(value, Reason.BAD_DID_LOG)
    if not rule:
        return None
    threshold, listed = rule.get("threshold"), rule.get("witnesses")
    if set(rule) != {"threshold", "witnesses"} or type(listed) is not list:
        raise _malformed("witness has a threshold and witnesses")
    if len(listed) > limits.did_log_keys:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.did_log_keys} witnesses")
    ids = [_text(as_object(one, Reason.BAD_DID_LOG).get("id"), "a witness") for one in listed]
    if not all(one.startswith("did:key:") for one in ids):
        raise _malformed("a witness is a did:key")
    if len(set(ids)) != len(ids):
        raise broken("the same witness twice")
    if type(threshold) is not int or not 1 <= threshold <= len(ids):
        raise broken("the threshold of witnesses is from 1 to their number")
    return Witness(threshold=threshold, witnesses=tuple(ids))


def check_proofs(
    entry: JsonObject, *, authorised: Collection[str], now: datetime, limits: Limits
) -> None:
    """Every proof of an entry is by an authorised key ("Authorized Keys"), and there is one.

    `authorised` are the active `updateKeys`, as multikeys.

    Raises: VerificationError BAD_DID_LOG or BAD_SIGNATURE; InputError BAD_DID_LOG, BAD_PROOF_FORM,
    BAD_DATE, BAD_MULTIBASE, BAD_KEY or TOO_LARGE (whoever wrote the entry).
    """
    found = entry["proof"]
    proofs = found if type(found) is list else [found]
    if not proofs:
        raise broken("an entry without a proof")
    if len(proofs) > limits.proofs:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.proofs} proofs")
    # A key's name repeats the key, so one text settles whose it is.
    names = {f"did:key:{key}#{key}": key for key in authorised}
    for value in proofs:
        options = as_object(value, Reason.BAD_DID_LOG)
        if (options.get("type"), options.get("cryptosuite")) != (
            "DataIntegrityProof",
            eddsa_jcs.CRYPTOSUITE,
        ):
            raise broken(f"did:webvh 1.0 permits {eddsa_jcs.CRYPTOSUITE} alone")
        proof = eddsa_jcs.read_proof(options)
        if proof.proof_purpose != "assertionMethod":
            raise broken("a proof for another purpose than assertionMethod")
        _check_dates(options, now)
        multikey = names.get(proof.verification_method)
        if multikey is None:
            raise broken("signed with a key that may not update this DID")
        eddsa_jcs.verify(entry, proof, key=PublicKey.from_multikey(multikey))


def _check_dates(options: JsonObject, now: datetime) -> None:
    """VC Data Integrity 1.0, section 2.1: `created` and `expires`, where they are."""
    for name in ("created", "expires"):
        if name in options and type(options[name]) is not str:
            raise InputError(Reason.BAD_DATE, f"{name} is a date with time and offset")
        if name in options and parse_instant(options[name]) <= now and name == "expires":
            raise broken("a proof that has ended")
