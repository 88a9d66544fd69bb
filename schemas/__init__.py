"""Schemas, JSON-LD contexts and QR tables as data. This module only finds them by name."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Final

__all__ = ["BASE", "CONTEXT", "NOTICE", "VC_CONTEXT", "read"]

# Until a consortium gives our terms a home of their own, they live under this name.
BASE: Final = "https://amana.example"
CONTEXT: Final = f"{BASE}/v1"
NOTICE: Final = f"{BASE}/notice/v1"
VC_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"


@lru_cache(maxsize=64)
def read(name: str) -> bytes:
    """The bytes of one data file, by its path below this folder.

    Raises: FileNotFoundError for a name that we do not ship (the caller's fault).
    """
    return files(__name__).joinpath(name).read_bytes()
