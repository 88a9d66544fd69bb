"""An RDF dataset from JSON-LD, and its canonical form; the only module that imports pyoxigraph.

Contexts have to be written out, and terms to be checked (`amana.rdf` does both): what is refused
here is what those checks may have overlooked, and graphs that were made to keep us busy.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["canonical_form", "read_quads", "refuse_poison"]

_JSON: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
# Contexts and directions have been resolved, wherever they stood.
_NOT_IN_JSON: Final = ("@context", "https://www.w3.org/ns/i18n#")
_DOUBLE: Final = "http://www.w3.org/2001/XMLSchema#double"


def read_quads(data: bytes, *, limits: Limits = LIMITS) -> list[pyoxigraph.Quad]:
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
    return strict


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


def refuse_poison(quads: list[pyoxigraph.Quad], *, limits: Limits = LIMITS) -> None:
    """RDFC-1.0, section 7.1: naming blank nodes that look alike can take exponential time.

    Nodes that differ by what is said of each alone cost nothing. What is bounded is the number of
    links among those that look alike, and how many such links of one node are of the same sort.

    Raises: InputError DATASET_TOO_COMPLEX (the document's author).
    """
    said: defaultdict[pyoxigraph.BlankNode, list[pyoxigraph.Quad]] = defaultdict(list)
    for quad in quads:
        for node in set(_blanks(quad)):
            said[node].append(quad)
    if len(said) > limits.rdf_blank_nodes:
        raise InputError(
            Reason.DATASET_TOO_COMPLEX, f"more than {limits.rdf_blank_nodes} blank nodes"
        )
    looks = {node: _look(node, about) for node, about in said.items()}
    frequent = Counter(looks.values())
    alike = {node for node, look in looks.items() if frequent[look] > 1}
    links = set(chain.from_iterable(_links(node, said[node], alike) for node in alike))
    sorts = Counter((node, sort) for node, sort, _ in links)
    if len(links) > limits.rdf_links or max(sorts.values(), default=0) > limits.rdf_links_of_a_sort:
        raise InputError(Reason.DATASET_TOO_COMPLEX, "too many nodes that only their links tell")


_Place = tuple[str, str]
_Link = tuple["pyoxigraph.BlankNode", _Place, str]


def _blanks(quad: pyoxigraph.Quad) -> list[pyoxigraph.BlankNode]:
    import pyoxigraph

    return [part for part in quad if isinstance(part, pyoxigraph.BlankNode)]


def _look(node: pyoxigraph.BlankNode, about: list[pyoxigraph.Quad]) -> str:
    """What RDFC-1.0, section 4.6, hashes: all that is said of `node`, other nodes unnamed."""
    return "\n".join(sorted(_line(node, quad) for quad in about))


def _line(node: pyoxigraph.BlankNode, quad: pyoxigraph.Quad) -> str:
    blank = _blanks(quad)
    return " ".join(
        ("_:a" if part == node else "_:z") if part in blank else str(part) for part in quad
    )


def _links(
    node: pyoxigraph.BlankNode, about: list[pyoxigraph.Quad], alike: set[pyoxigraph.BlankNode]
) -> set[_Link]:
    """The nodes among `alike` that `node` is linked with, and by what (RDFC-1.0, section 4.7)."""
    found: set[_Link] = set()
    for quad in about:
        predicate = str(quad.predicate)
        for place, part in (
            (("s", predicate), quad.subject),
            (("o", predicate), quad.object),
            (("g", ""), quad.graph_name),
        ):
            if part != node and part in alike:
                found.add((node, place, str(part)))
    return found


def canonical_form(quads: list[pyoxigraph.Quad]) -> bytes:
    """Sorted lines of canonical N-Quads (RDFC-1.0, section 5).

    Not checked: how long it takes; `refuse_poison` does.
    """
    import pyoxigraph

    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    # Code points sort as their UTF-8 bytes do.
    return b"".join(sorted(written.splitlines(keepends=True)))
