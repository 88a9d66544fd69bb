"""Making a did:webvh: entries built, chained and signed by whoever controls the DID.

Whatever is made here was verified before it is given out, as any resolver would verify it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from amana.dates import format_instant
from amana.did._webvh_rules import (
    METHOD,
    PLACEHOLDER,
    broken,
    entry_hash,
    key_hash,
    replaced_text,
    scid_of,
)
from amana.did.key import verification_method
from amana.did.webvh import PREFIX, verify_log
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.proofs import eddsa_jcs
from amana.strict_json import Json, JsonObject

__all__ = ["create", "key_hash", "placeholder_did", "update"]

_NOTHING: Final[Mapping[str, Json]] = {}


def placeholder_did(location: str) -> str:
    """A DID before its SCID is known: `did:webvh:{SCID}:` and `host[%3Aport][:path...]`."""
    return f"{PREFIX}{PLACEHOLDER}:{location}"


def create(
    state: JsonObject,
    *,
    key: SecretKey,
    now: datetime,
    parameters: Mapping[str, Json] = _NOTHING,
) -> tuple[str, bytes]:
    """A new DID and its log of one entry ("Create (Register)").

    `state` is the DID document with `placeholder_did` wherever the DID belongs. `parameters` may
    set `nextKeyHashes` (made by `key_hash`), `portable`, `ttl`, `watchers` or `updateKeys`, which
    is otherwise `key` alone.

    Raises: as `verify_log`, where what would be made is not a good log (the caller's fault).
    """
    given = {"updateKeys": [key.public.multikey], **parameters}
    entry: JsonObject = {
        "versionId": PLACEHOLDER,
        "versionTime": format_instant(now),
        "parameters": {**given, "method": METHOD, "scid": PLACEHOLDER},
        "state": state,
    }
    scid = scid_of(entry)
    entry = replaced_text(entry, PLACEHOLDER, scid)
    entry["versionId"] = f"1-{entry_hash(entry, predecessor=scid)}"
    data = _line(entry, key)
    did = entry["state"].get("id")
    if type(did) is not str:
        raise broken("the document has no id")
    verify_log(data, did=did, now=now)
    return did, data


def update(
    data: bytes,
    *,
    did: str,
    key: SecretKey,
    now: datetime,
    state: JsonObject | None = None,
    parameters: Mapping[str, Json] = _NOTHING,
) -> bytes:
    """The log `data` with one entry more ("Update (Rotate)", "Deactivate (Revoke)").

    `state` is the whole new document, by default the one before; `parameters` are those that
    change: `updateKeys` to rotate, `deactivated` to end the DID. Under pre-rotation `key` is one
    that the entry before committed to, and `updateKeys` and `nextKeyHashes` are needed.

    Raises: as `verify_log`, where the log is not good, or would not be any more.
    """
    log = verify_log(data, did=did, now=now)
    before = log.newest
    entry: JsonObject = {
        "versionId": before.version_id,
        "versionTime": format_instant(now),
        "parameters": dict(parameters),
        "state": before.state if state is None else state,
    }
    fingerprint = entry_hash(entry, predecessor=before.version_id)
    entry["versionId"] = f"{before.number + 1}-{fingerprint}"
    longer = data.removesuffix(b"\n") + b"\n" + _line(entry, key)
    verify_log(longer, did=did, now=now, known=log)
    return longer


def _line(entry: JsonObject, key: SecretKey) -> bytes:
    signed = eddsa_jcs.sign(entry, key=key, verification_method=verification_method(key.public.did))
    return canonical({**signed, "proof": [signed["proof"]]}) + b"\n"
