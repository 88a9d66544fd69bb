"""Parsers of linked data, fed with documents made by chance as well as with spoiled ones."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

from amana.contexts import context, inline
from amana.digests import bundled, check_resource, read_digests
from amana.proofs import eddsa_rdfc
from amana.rdf import by_the_rules, canonical_nquads
from amana.strict_json import as_object, loads
from amana.terms import check_terms
from tests import amana_samples as samples
from tests import linked_data, rdf_documents
from tests.amana_samples import key, written
from tests.parser_trials import EITHER, SHARE, Parser, write

Object = dict[str, Any]
_UNNAMED: Object = {
    "@context": {"@vocab": "urn:p:"},
    "@id": "urn:a:1",
    "@type": ["urn:t:1"],
    "p": [{"@id": "_:b0"}, {"@value": "x", "@language": "en"}, {"@list": ["a", 1, True]}],
    "q": {"@id": "_:b0", "r": {"p": {"@id": "_:b1"}, "s": 15}},
    "t": {"@graph": {"p": "y"}},
}


def _document(data: bytes) -> Object:
    return as_object(loads(data, floats=True))


def _drawn(random: Random, good: list[Object]) -> bytes:
    """A document by chance, a good one that hostile values stand in, or a variant of its shape."""
    way = random.randrange(3)
    if way == 0:
        return write(linked_data.document(random, seeds=good))
    change = rdf_documents.mutated if way == 1 else rdf_documents.variant
    return write(change(random, random.choice(good)))


def _graph(random: Random) -> bytes:
    """Nodes without names that point at one another, as a graph to keep a computer busy would."""
    count = random.randrange(1, 40)
    steps = [random.randrange(count) for _ in range(random.randrange(1, 5))]
    nodes: list[Object] = []
    for number in range(count):
        # All alike, or none: what is alike is what takes time to tell apart.
        moves = steps if random.random() < 0.9 else [random.randrange(count)]
        links = [{"@id": f"_:n{(number + step) % count}"} for step in moves]
        nodes.append({"@id": f"_:n{number}", "p": links})
    if random.random() < 0.3:
        random.choice(nodes)["q"] = random.choice(rdf_documents.STRINGS)
    return write({"@context": {"@vocab": "urn:p:"}, "@graph": nodes})


def _proof(data: bytes) -> None:
    document = as_object(loads(data))
    eddsa_rdfc.verify(document, eddsa_rdfc.read_proof(document.get("proof")), key=key("a").public)


def _contexts(data: bytes) -> None:
    value = loads(data)
    inline(value)
    if isinstance(value, str):
        context(value)
        bundled(value)


def _resource(data: bytes) -> None:
    read_digests(_document(data))
    check_resource(_document(data), b"test")


@cache
def linked_parsers() -> dict[str, Parser]:
    good = rdf_documents.documents()
    texts = [written(document) for document in good]
    secured = eddsa_rdfc.sign(
        samples.unsigned(), key=key("a"), verification_method="did:web:a.example#a"
    )
    return {
        "contexts": Parser(
            _contexts,
            [
                b'["https://www.w3.org/ns/credentials/v2",{"a":{"@context":[null]}}]',
                b'"https://www.w3.org/ns/did/v1"',
            ],
            values=True,
        ),
        "terms_drawn": Parser(
            lambda data: check_terms(_document(data)),
            texts,
            values=True,
            made=lambda random: _drawn(random, good),
            most=SHARE,  # the parser is the one of `terms`
        ),
        "nquads": Parser(  # fed as well by `proof_over_statements` and `proofs_rdfc`
            lambda data: canonical_nquads(as_object(loads(data))),
            texts,
            values=True,
            made=lambda random: _drawn(random, good),
            most=SHARE,
        ),
        "unnamed_nodes": Parser(
            lambda data: by_the_rules(as_object(loads(data))),
            [written(_UNNAMED)],
            values=True,
            made=_graph,
            most=100_000,  # slow by design; the parser is the one of `nquads`
        ),
        "rdfc_proof": Parser(  # the parser is the one of `proofs_rdfc`
            _proof, [written(secured)], EITHER, values=True, most=SHARE
        ),
        "digests": Parser(
            _resource,
            [
                b'{"digestSRI":"sha256-n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="}',
                b'{"digestMultibase":["uEiCfhtCBiEx9ZZov6qDFWtAVo79PGysLgizRXWwVsPAKCA"]}',
            ],
            EITHER,
            values=True,
        ),
    }
