"""W3C's own documents: what conforms loses nothing, and what redefines terms is refused (C93)."""

from __future__ import annotations

from pathlib import Path

import pytest

from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import JsonObject, loads
from amana.terms import check_terms


def _read(path: Path) -> JsonObject:
    document: JsonObject = loads(path.read_bytes(), floats=True)
    # Proofs have their own rules; one of these documents holds one of a suite without a context.
    document.pop("proof", None)
    return document


def test_what_conforms_loses_nothing(vectors: Path) -> None:
    """C93."""
    paths = sorted((vectors / "vcdm2").glob("*-ok.json"))
    assert paths
    for path in (*paths, vectors / "vc-di-eddsa" / "unsigned.json"):
        check_terms(_read(path))


def test_what_redefines_or_refers_to_nothing_is_refused(vectors: Path) -> None:
    """C93."""
    words = {
        "redef": Reason.PROTECTED_TERM,
        "nonidentifier": Reason.RELATIVE_IRI,
        "no-url": Reason.RELATIVE_IRI,
        "nonurl-id": Reason.RELATIVE_IRI,
        "name-extra-prop": Reason.UNKNOWN_TERM,
        "context-combo3": Reason.UNKNOWN_CONTEXT,
    }
    paths = sorted((vectors / "vcdm2").glob("*-fail.json"))
    found = 0
    for path in paths:
        for word, reason in words.items():
            if word in path.name:
                found += 1
                with pytest.raises(InputError) as error:
                    check_terms(_read(path))
                assert error.value.reason is reason, path.name
    assert found >= len(words)
