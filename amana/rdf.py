"""JSON-LD 1.1 to the canonical N-Quads of RDF Dataset Canonicalization 1.0 (RDFC-1.0).

pyoxigraph reads JSON-LD, and `amana._rdfc` names the blank nodes. What would be left out in silence
is refused: a signature covers only what stands in the canonical form. No context is ever fetched.

Two ways lead to the same answer. `by_the_rules` is complete; `canonical_nquads` asks the templates
of `amana._shapes` first, which give the same bytes for a document whose shape has been met before.
"""

from __future__ import annotations

import json
from typing import Final

from amana._dataset import read_statements
from amana._rdfc import canonical_form
from amana._shape_compiler import compiled
from amana._shapes import Shapes
from amana.contexts import inline
from amana.errors import InputError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject
from amana.terms import check_terms

__all__ = ["by_the_rules", "canonical_nquads"]

# What JSON-LD 1.1 API, section 8.2.2, calls `i18n-datatype`. RDFC-1.0 has no direction of its own.
_I18N: Final = "https://www.w3.org/ns/i18n#"
_DIRECTION: Final = "@direction"
_OF_TEXTS: Final = ("@language", _DIRECTION)


def canonical_nquads(document: JsonObject, *, text: bytes | None = None) -> bytes:
    """The canonical N-Quads (RDFC-1.0, section 5) of a JSON-LD document: sorted lines of UTF-8.

    A document and another that says the same in another order have the same form. `text` is the
    document in RFC 8785 form, where that is at hand: it spares writing it once more.

    Raises: InputError (the document's author) with whatever `amana.contexts` and `amana.terms`
    refuse; FLOAT_FORBIDDEN, because implementations write some doubles differently;
    BAD_LINKED_DATA for what is no JSON-LD or would be left out; DATASET_TOO_COMPLEX, so that no
    made-up graph keeps us busy; MISSING_LIBRARY where pyoxigraph is not installed (ours).
    Not checked: that the document is a credential.
    """
    return _SHAPES.form(document, text=text)


def by_the_rules(document: JsonObject, *, limits: Limits = LIMITS) -> bytes:
    """What `canonical_nquads` says, by JSON-LD processing each time. Raises: as it does."""
    canonical(document)  # refuses what is no JSON, and integers that others read differently
    check_terms(document, limits=limits)  # bounds depth as well
    data = _written(_resolved(document, limits)).encode("utf-8")
    return canonical_form(read_statements(data, limits=limits), limits=limits)


def _resolved(value: Json, limits: Limits) -> Json:
    """A copy with contexts in the place of their URLs, and directions as RDFC-1.0 can hold them."""
    if type(value) is list:
        return [_resolved(item, limits) for item in value]
    if type(value) is dict:
        return {
            name: _context(member, limits) if name == "@context" else _resolved(member, limits)
            for name, member in (_directed(value) if _DIRECTION in value else value).items()
        }
    if type(value) is float:
        raise InputError(
            Reason.FLOAT_FORBIDDEN,
            "implementations write numbers with a fraction differently as xsd:double",
        )
    return value


def _directed(value: JsonObject) -> JsonObject:
    """A text with a base direction, written as one with a datatype.

    VC Data Integrity 1.0 does not say what becomes of directions; this is what others sign.
    """
    rest = {name: member for name, member in value.items() if name not in _OF_TEXTS}
    language = value.get("@language", "").lower()
    return {**rest, "@type": f"{_I18N}{language}_{value[_DIRECTION]}"}


def _context(value: Json, limits: Limits) -> Json:
    found = inline(value, limits=limits)
    if f'"{_DIRECTION}"' in _written(found):
        raise InputError(
            Reason.BAD_LINKED_DATA, "a direction has to stand beside its text, not in a context"
        )
    return found


def _written(value: Json) -> str:
    # Not in RFC 8785's form, which nobody hashes here and contexts with a fraction make slow.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


_SHAPES: Final = Shapes(by_the_rules, compiled)
