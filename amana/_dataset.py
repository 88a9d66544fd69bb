"""An RDF dataset from JSON-LD; the only module that imports pyoxigraph.

Contexts have to be written out, and terms to be checked (`amana.rdf` does both): what is refused
here is what those checks may have overlooked.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from amana._rdfc import Statement
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["read_statements"]

_JSON: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
# Contexts and directions have been resolved, wherever they stood.
_NOT_IN_JSON: Final = ("@context", "https://www.w3.org/ns/i18n#")
_DOUBLE: Final = "http://www.w3.org/2001/XMLSchema#double"


def read_statements(data: bytes, *, limits: Limits = LIMITS) -> list[Statement]:
    """The dataset of a JSON-LD document in which every context is written out.

    pyoxigraph leaves out a statement with a relative or malformed IRI, or a malformed language tag.
    Its lenient way keeps them: where the two differ in number, something would have been left out.

    Raises: InputError BAD_LINKED_DATA, FLOAT_FORBIDDEN or DATASET_TOO_COMPLEX (the document's
    author); MISSING_LIBRARY (ours).
    """
    try:
        import pyoxigraph
    except ImportError:
        raise InputError(Reason.MISSING_LIBRARY, "pyoxigraph is not installed") from None

    most = limits.rdf_quads + 1
    try:
        strict, lenient = (
            list(
                islice(
                    pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.JSON_LD, lenient=lenient),
                    most,
                )
            )
            for lenient in (False, True)
        )
    except (SyntaxError, ValueError):
        raise InputError(Reason.BAD_LINKED_DATA, "not JSON-LD 1.1") from None
    if len(lenient) == most:
        raise InputError(Reason.DATASET_TOO_COMPLEX, f"more than {limits.rdf_quads} statements")
    if len(strict) != len(lenient):
        raise InputError(
            Reason.BAD_LINKED_DATA, "a relative or malformed IRI or language tag would be left out"
        )
    for quad in strict:
        _refuse_doubtful(quad)
    # `str` of a term is its canonical N-Quads form; the default graph has none.
    none = pyoxigraph.DefaultGraph()
    return [
        (
            str(quad.subject),
            str(quad.predicate),
            str(quad.object),
            "" if quad.graph_name == none else str(quad.graph_name),
        )
        for quad in strict
    ]


def _refuse_doubtful(quad: pyoxigraph.Quad) -> None:
    """Literals that implementations write differently, or that were changed on their way here."""
    found = quad.object
    if getattr(found, "direction", None) is not None:
        raise InputError(Reason.BAD_LINKED_DATA, "a direction that RDFC-1.0 can't hold")
    datatype = getattr(found, "datatype", None)
    if datatype is None:
        return
    if datatype.value == _DOUBLE:
        raise InputError(Reason.FLOAT_FORBIDDEN, "implementations write xsd:double differently")
    if datatype.value == _JSON and any(text in str(found) for text in _NOT_IN_JSON):
        raise InputError(Reason.BAD_LINKED_DATA, "a JSON literal that holds JSON-LD")
