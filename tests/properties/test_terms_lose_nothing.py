"""What `check_terms` lets through loses nothing in RDF, as another JSON-LD processor makes it.

pyld is the judge: of a document that comes through, no text, number or truth can be changed
without a change of the canonical RDF, unless the changed document is refused.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

import schemas
from amana.errors import InputError
from amana.terms import check_terms
from tests import amana_samples as samples
from tests.linked_data import changed_leaves, document

BUNDLED = {url: json.loads(schemas.read(found.name)) for url, found in schemas.BUNDLED.items()}
SEEDS = [
    samples.credential(),
    samples.unsigned(),
    samples.presentation(),
    samples.status_list(),
    {
        "@context": [schemas.VC_CONTEXT, "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", "ExampleAlumniCredential"],
        "issuer": {"id": "did:example:issuer", "name": {"@value": "Ü", "@language": "de"}},
        "credentialSubject": [{"id": "did:example:s", "alumniOf": {"name": "School"}}, {"b": 1.5}],
        "credentialSchema": {"id": "https://a.example/s", "type": "JsonSchema"},
        "name": [{"@value": "x", "@language": "ar", "@direction": "rtl"}, "plain"],
    },
]


def _load(url: str, _options: Any) -> Any:
    return {"contextUrl": None, "documentUrl": url, "document": BUNDLED[url]}


def canonical(value: dict[str, Any]) -> str:
    # Parsed anew: this processor keeps contexts by identity, and writes into documents.
    quads: str = jsonld.normalize(
        json.loads(json.dumps(value)),
        {
            "algorithm": "URDNA2015",
            "format": "application/n-quads",
            "documentLoader": _load,
            "base": "",
            "rdfDirection": "i18n-datatype",
        },
    )
    return quads


def passes(value: dict[str, Any]) -> bool:
    try:
        check_terms(value)
    except InputError:
        return False
    return True


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: str(seed["type"]))
def test_every_leaf_of_a_good_document_counts(seed: dict[str, Any]) -> None:
    """C93."""
    assert passes(seed)
    before = canonical(seed)
    for changed in changed_leaves(seed):
        assert not passes(changed) or canonical(changed) != before


@given(st.integers(0, 2**32))
def test_every_leaf_of_any_document_that_passes_counts(number: int) -> None:
    """C93."""
    made = document(Random(number), seeds=SEEDS)
    if not passes(made):
        return
    before = canonical(made)
    for changed in changed_leaves(made):
        assert not passes(changed) or canonical(changed) != before, (made, changed)


def test_enough_documents_pass() -> None:
    """Else the test above would show nothing."""
    made = [document(Random(number), seeds=SEEDS) for number in range(400)]
    assert 20 < sum(passes(one) for one in made) < 380
