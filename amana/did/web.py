"""did:web: identifiers, and where their documents would lie. Nothing here fetches anything.

A DID document found on the network proves nothing by itself; the registry pins its keys, k of n
members sign that, and only then does a verifier rely on it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from amana.did.document import DidDocument, parse_document
from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason

__all__ = ["DidDocument", "document_url", "folder_url", "parse_document"]

_PREFIX: Final = "did:web:"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LOCATION: Final = re.compile(
    rf"(?P<host>{_LABEL}(?:\.{_LABEL})*)(?:%3A(?P<port>[1-9][0-9]{{0,4}}))?"
    r"(?P<path>(?::(?:[A-Za-z0-9._-]|%[0-9A-F]{2})+)*)"
)
# What a URL's parser takes for an IPv4 address by its last label (URL Standard, section 3.5).
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MEANINGFUL: Final = frozenset("/\\?#%")


def document_url(did: str) -> str:
    """Where the DID document of a did:web would lie (did:web, section 3.2). Fetches nothing.

    Raises: InputError BAD_DID (the sender's fault).
    """
    if len(did) > LIMITS.did_chars or not did.startswith(_PREFIX):
        raise InputError(Reason.BAD_DID, "not a did:web")
    return f"{folder_url(did[len(_PREFIX) :])}/did.json"


def folder_url(location: str) -> str:
    """The https folder that `host[%3Aport][:path...]` of a did:web or did:webvh names.

    One identifier names one place, whoever reads it: hosts in lower case and in ASCII (an
    international name in its xn-- form), no addresses of machines, no user, and nothing in a path
    that would lead out of it.

    Raises: InputError BAD_DID (the sender's fault).
    """
    match = _LOCATION.fullmatch(location)
    if match is None or len(match["host"]) > 253 or int(match["port"] or 0) > 65_535:
        raise InputError(Reason.BAD_DID, "not a host, an optional port and a path")
    if _NUMBER.fullmatch(match["host"].rpartition(".")[2]) is not None:
        raise InputError(Reason.BAD_DID, "an address of a machine instead of a host's name")
    segments = match["path"].split(":")[1:]
    if not all(_harmless(segment) for segment in segments):
        raise InputError(Reason.BAD_DID, "a path that would leave its host, or read differently")
    authority = match["host"] + (f":{match['port']}" if match["port"] else "")
    return f"https://{authority}/{'/'.join(segments) or '.well-known'}"


def _harmless(segment: str) -> bool:
    """Whether a path segment, decoded as some server will, still is one segment of text."""
    try:
        text = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return text not in (".", "..") and text.isprintable() and _MEANINGFUL.isdisjoint(text)
