"""JSON-LD 1.1 to the canonical N-Quads of RDF Dataset Canonicalization 1.0 (RDFC-1.0).

pyoxigraph reads JSON-LD and names the blank nodes. What it would leave out in silence is refused
here: a signature covers only what stands in the canonical form. No context is ever fetched.

Two ways lead to the same answer. `by_the_rules` is complete; `canonical_nquads` asks the templates
of `amana._shapes` first, which give the same bytes for a document whose shape has been met before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from amana._shape_compiler import compiled
from amana._shapes import Shapes
from amana.contexts import inline
from amana.errors import InputError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject
from amana.terms import check_terms

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["by_the_rules", "canonical_nquads"]

# What JSON-LD 1.1 API, section 8.2.2, calls `i18n-datatype`. RDFC-1.0 has no direction of its own.
_I18N: Final = "https://www.w3.org/ns/i18n#"
_DOUBLE: Final = "http://www.w3.org/2001/XMLSchema#double"
_DIRECTION: Final = "@direction"


def canonical_nquads(document: JsonObject) -> bytes:
    """The canonical N-Quads (RDFC-1.0, section 5) of a JSON-LD document: sorted lines of UTF-8.

    A document and another that says the same in another order have the same form.

    Raises: InputError (the document's author) with whatever `amana.contexts` and `amana.terms`
    refuse; FLOAT_FORBIDDEN, because implementations write some doubles differently;
    BAD_LINKED_DATA for what is no JSON-LD or would be left out; DATASET_TOO_COMPLEX, so that no
    made-up graph keeps us busy; MISSING_LIBRARY where pyoxigraph is not installed (ours).
    Not checked: that the document is a credential.
    """
    return _SHAPES.form(document)


def by_the_rules(document: JsonObject, *, limits: Limits = LIMITS) -> bytes:
    """What `canonical_nquads` says, by JSON-LD processing each time. Raises: as it does."""
    canonical(document)  # refuses what is no JSON, and integers that others read differently
    check_terms(document)
    quads = _quads(canonical(_resolved(document, 0, limits)), limits)
    _refuse_poison(quads, limits)
    import pyoxigraph

    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
    # Code points sort as their UTF-8 bytes do.
    return b"".join(sorted((written or b"").splitlines(keepends=True)))


def _resolved(value: Json, depth: int, limits: Limits) -> Json:
    """A copy with contexts in the place of their URLs, and directions as RDFC-1.0 can hold them.

    Of `@direction`, VC Data Integrity 1.0 says nothing; others sign it as a datatype, and so do we.
    """
    if depth > limits.json_depth:
        raise InputError(Reason.TOO_DEEP, f"nested deeper than {limits.json_depth}")
    if type(value) is list:
        return [_resolved(item, depth + 1, limits) for item in value]
    if type(value) is float:
        raise InputError(
            Reason.FLOAT_FORBIDDEN,
            "implementations write numbers with a fraction differently as xsd:double",
        )
    if type(value) is not dict:
        return value
    if _DIRECTION in value:
        value = _directed(value)
    return {
        name: inline(member, limits=limits)
        if name == "@context"
        else _resolved(member, depth + 1, limits)
        for name, member in value.items()
    }


def _directed(value: JsonObject) -> JsonObject:
    """A value object with a base direction, written as one with a datatype."""
    language, direction = value.get("@language", ""), value[_DIRECTION]
    if direction not in ("ltr", "rtl") or type(language) is not str or "@type" in value:
        raise InputError(Reason.BAD_LINKED_DATA, "not a text with its language and direction")
    rest = {name: member for name, member in value.items() if name not in _OF_TEXT}
    return {**rest, "@type": f"{_I18N}{language.lower()}_{direction}"}


_OF_TEXT: Final = ("@language", _DIRECTION)


def _quads(data: bytes, limits: Limits) -> list[pyoxigraph.Quad]:
    """The dataset of a JSON-LD document in which every context is written out.

    pyoxigraph leaves out a statement with a relative or malformed IRI, or a malformed language tag.
    Its lenient way keeps them: where the two differ in number, something would have been left out.
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
    """Literals that implementations are known to write differently."""
    found = quad.object
    if getattr(found, "direction", None) is not None:
        raise InputError(Reason.BAD_LINKED_DATA, "a direction that comes from a context")
    datatype = getattr(found, "datatype", None)
    if datatype is not None and datatype.value == _DOUBLE:
        raise InputError(Reason.FLOAT_FORBIDDEN, "implementations write xsd:double differently")


def _refuse_poison(quads: list[pyoxigraph.Quad], limits: Limits) -> None:
    """RDFC-1.0, section 7.1: naming blank nodes that look alike can take exponential time.

    Nodes that differ by what is said of each alone cost nothing. What is bounded is the number of
    links among those that look alike, and how many such links of one node are of the same sort.
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


_SHAPES: Final = Shapes(by_the_rules, compiled)
