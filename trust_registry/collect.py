"""Status lists on their way into the registry: whose they are, and that no revocation is undone.

The collector and every client use the same rules, so that neither has to trust the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from amana.did import web as did_web
from amana.did import webvh
from amana.errors import InputError, RegistryError, VerificationError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.status import StatusList, for_lists, read_status_list
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry.entries import slug
from trust_registry.snapshot import Entry, PinnedKey, State

__all__ = ["check_newer", "in_place", "list_issuer", "list_path", "read_list", "signing_key"]

_NUMBERED: Final = re.compile(r".*/status/(?P<number>0|[1-9][0-9]{0,8})")
# A list made today in the far east may be dated tomorrow here.
_EARLY: Final = timedelta(days=1)


def list_issuer(data: bytes, *, limits: Limits = LIMITS) -> str:
    """The DID that a status list names as its issuer. Not checked: that it is true.

    Raises: InputError BAD_STATUS_LIST or a syntax reason (the list's author).
    """
    issuer = _document(data, limits).get("issuer")
    if type(issuer) is not str:
        raise InputError(Reason.BAD_STATUS_LIST, "it names no issuer")
    return issuer


def list_url(data: bytes, *, limits: Limits = LIMITS) -> Json:
    """The URL that a status list gives itself. Not checked: anything else about it."""
    return _document(data, limits).get("id")


def list_path(url: str, did: str) -> str:
    """Where the registry keeps the list that an issuer serves as `<its base>/status/<n>`.

    Raises: InputError BAD_STATUS_LIST for another URL, or one at another host than its issuer's
    own (the list's author).
    """
    match = _NUMBERED.fullmatch(url) if len(url) <= LIMITS.url_chars else None
    if match is None or not (url.isascii() and url.isprintable()):
        raise InputError(Reason.BAD_STATUS_LIST, "its URL does not end in /status/ and a number")
    base = _base(did)
    if base is not None and _host(url) != _host(base):
        raise InputError(Reason.BAD_STATUS_LIST, "its URL belongs to another host than its issuer")
    return f"status/{slug(did)}/{match['number']}.json"


def own_places(dids: Iterable[str]) -> dict[str, str]:
    """Where organisations keep their lists by default, `<base>/status`, and whose place it is."""
    return {f"{base}/status": did for did in dids if (base := _base(did)) is not None}


def default_issuer(url: str) -> str | None:
    """The did:web that keeps its lists where this URL is, unless it says otherwise; or None."""
    base, found, _ = url.rpartition("/status/")
    authority, _, path = base.removeprefix("https://").partition("/")
    names = [authority.replace(":", "%3A"), *(path.split("/") if path else [])]
    did = ":".join(["did:web", *names])
    try:
        list_path(url, did)
        return did if found and _base(did) == base else None
    except InputError:
        return None


def _base(did: str) -> str | None:
    """Where an organisation publishes, as its did:web or did:webvh says; a did:key says nothing."""
    if did.startswith("did:web:"):
        folder = did_web.document_url(did).removesuffix("/did.json")
    elif did.startswith(webvh.PREFIX):
        folder = webvh.log_url(did).removesuffix("/did.jsonl")
    else:
        return None
    return folder.removesuffix("/.well-known")


def in_place(found: StatusList, places: Mapping[str, str]) -> bool:
    """Whether no other organisation keeps its own lists where this one stands (`own_places`).

    Verifiers find a list by its URL: who took another's place would have that one's proofs rejected
    for a list of another issuer.
    """
    return places.get(found.url.rpartition("/")[0], found.issuer) == found.issuer


def read_list(data: bytes, *, entry: Entry, limits: Limits = LIMITS) -> StatusList:
    """Check a status list against the pinned keys of the organisation that must have signed it.

    Raises: InputError (the list's author); VerificationError KEY_NOT_OF_ISSUER, WRONG_RELATIONSHIP,
    STATUS_LIST_OF_ANOTHER_ISSUER or BAD_SIGNATURE (whoever made it).
    Not checked: whether that key is still good now (see `signing_key`), and its dates.
    """
    document = _document(data, limits)
    key = _pinned(document, entry)
    if "assertionMethod" not in key.relationships:
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "that key does not sign lists")
    url = document.get("id")
    if type(url) is not str:
        raise InputError(Reason.BAD_STATUS_LIST, "it has no URL")
    found = read_status_list(data, url=url, key=key.public, limits=limits)
    if found.issuer != entry.did:
        raise VerificationError(Reason.STATUS_LIST_OF_ANOTHER_ISSUER)
    return found


def placed_list(
    data: bytes, *, path: str, entry: Entry, at: datetime, limits: Limits = LIMITS
) -> StatusList | None:
    """The list that the registry ships at `path`, or None if its key had leaked by `at`.

    Raises: as `read_list`; RegistryError BAD_STATUS_LIST for a path that is another list's (whoever
    holds the automated key for lists).
    """
    found = read_list(data, entry=entry, limits=limits)
    if is_compromised(data, entry=entry, at=at, limits=limits):
        return None
    if list_path(found.url, entry.did) != path:
        raise RegistryError(Reason.BAD_STATUS_LIST, "the file is another list's")
    return found


def signing_key(data: bytes, *, entry: Entry, now: datetime, limits: Limits = LIMITS) -> None:
    """What only a collector can ask: is the key that signed this list in good standing *now*?

    Raises: VerificationError KEY_NOT_OF_ISSUER, KEY_COMPROMISED, KEY_RETIRED_WHEN_ISSUED or
    KEY_NOT_YET_VALID (the organisation).
    """
    state = _key_state(data, entry, now, limits)
    if state is not State.GRANTED:
        raise VerificationError(_STANDING[state])


def is_compromised(data: bytes, *, entry: Entry, at: datetime, limits: Limits = LIMITS) -> bool:
    """Whether the key that signed this list had leaked by `at`: then anybody may have made it.

    Raises: InputError or VerificationError as `read_list` (the list's author).
    """
    return _key_state(data, entry, at, limits) is State.COMPROMISED


def _key_state(data: bytes, entry: Entry, at: datetime, limits: Limits) -> State | None:
    state: State | None = None
    for change in _pinned(_document(data, limits), entry).history:
        if change.since <= at:
            state = change.state
    return state


def check_newer(old: StatusList | None, new: StatusList, *, now: datetime | None = None) -> None:
    """A list only ever grows: no bit of a revocation clears, it gets no smaller and no older.

    `now`, where the caller knows it well (a collector), also refuses a list dated in the future,
    which would look fresh for ever.

    Raises: RegistryError REVOCATION_CLEARED, ROLLBACK or BAD_STATUS_LIST (the issuer, or whoever
    hands over an old list).
    """
    if now is not None and new.valid_from > now + _EARLY:
        raise RegistryError(Reason.BAD_STATUS_LIST, "dated in the future")
    if old is None:
        return
    if (old.url, old.issuer, old.purposes) != (new.url, new.issuer, new.purposes):
        raise RegistryError(Reason.BAD_STATUS_LIST, "another list stands under this number")
    if "revocation" in new.purposes and clears(old.bits, new.bits):
        raise RegistryError(Reason.REVOCATION_CLEARED, "a revocation is for ever")
    if len(new.bits) < len(old.bits) or new.valid_from < old.valid_from:
        raise RegistryError(Reason.ROLLBACK, "an older or smaller list than the one we have")


def clears(old: bytes, new: bytes) -> bool:
    """Whether any bit set in `old` is clear, or gone, in `new`."""
    kept = new[: len(old)].ljust(len(old), b"\0")
    return bool(int.from_bytes(old) & ~int.from_bytes(kept))


_STANDING: Final[Mapping[State | None, Reason]] = {
    None: Reason.KEY_NOT_YET_VALID,
    State.RETIRED: Reason.KEY_RETIRED_WHEN_ISSUED,
    State.COMPROMISED: Reason.KEY_COMPROMISED,
}


def _document(data: bytes, limits: Limits) -> JsonObject:
    return as_object(loads(data, limits=for_lists(limits)), Reason.BAD_STATUS_LIST)


def _pinned(document: JsonObject, entry: Entry) -> PinnedKey:
    proof = document.get("proof")
    method = proof.get("verificationMethod") if type(proof) is dict else None
    key = entry.keys.get(method) if type(method) is str else None
    if key is None:
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "signed by no key of that organisation")
    return key


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        raise InputError(Reason.BAD_STATUS_LIST, "its URL is none") from None
