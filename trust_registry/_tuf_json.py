"""TUF's canonical JSON, the bytes that are signed, as fast as a JSON library writes them.

securesystemslib writes it in Python, one token after another: for the snapshot of a registry, which
names some 2,050 files and is verified at every start, that takes longer than all the rest together.
Where a value holds nothing that the two write differently, the bytes are the same; for any other
value the original is asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

from securesystemslib.formats import encode_canonical
from tuf.api.serialization import json as tuf_json

__all__ = ["encode", "register"]

# Outside strings: a float, which canonical JSON has not, with a point, an exponent or as Infinity;
# and `null`, which orjson writes for NaN too.
_AWKWARD: Final = re.compile(rb"[0-9][.eE]|[nNI]")


def encode(value: Any) -> str | None:
    """What `securesystemslib.formats.encode_canonical` gives. Raises: as that does."""
    try:
        data = _write(value)
    except (TypeError, ValueError, RecursionError):
        return encode_canonical(value)
    return data.decode("ascii") if _same_in_both(data) else encode_canonical(value)


def register() -> None:
    """Have TUF write what is signed with `encode`; it offers no way but to take the place."""
    tuf_json.encode_canonical = encode  # type: ignore[assignment]


@lru_cache(maxsize=4)  # TUF has the same written twice, to check it and to keep it
def _same_in_both(data: bytes) -> bool:
    # What each escapes in its own way can only be in a text with a backslash; without any, every
    # second piece between quotation marks lies outside strings.
    if b"\\" in data or not data.isascii():
        return False
    return _AWKWARD.search(b"".join(data.split(b'"')[::2])) is None


def _by_json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _by_orjson(value: Any) -> bytes:
    found: bytes = orjson.dumps(
        value,
        option=orjson.OPT_SORT_KEYS
        | orjson.OPT_PASSTHROUGH_SUBCLASS
        | orjson.OPT_PASSTHROUGH_DATACLASS
        | orjson.OPT_PASSTHROUGH_DATETIME,
    )
    return found


orjson: Any = None
with suppress(ImportError):  # the phone has no orjson; json is complete
    orjson = import_module("orjson")
_write: Callable[[Any], bytes] = _by_json if orjson is None else _by_orjson
