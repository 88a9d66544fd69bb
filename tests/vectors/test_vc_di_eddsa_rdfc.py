"""W3C Data Integrity EdDSA: every intermediate value of eddsa-rdfc-2022, byte for byte.

As published, the files tell of two documents. Proof configuration, signature and signed document
belong to `unsigned.json`. The canonical document, its hash and the combined hash belong to an
employment authorization whose JSON is not among the files. A document is made from its statements,
so that those values are reproduced as well.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from amana.did.key import resolve
from amana.errors import VerificationError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.multibase import decode_base58, encode_base58
from amana.proofs.eddsa_rdfc import hash_data, read_proof, sign, verify
from amana.rdf import by_the_rules, canonical_nquads
from amana.reasons import Reason
from amana.strict_json import loads

Object = dict[str, Any]


@dataclass
class Given:
    folder: Path

    def text(self, name: str) -> str:
        return (self.folder / "eddsa-rdfc-2022" / name).read_text(encoding="utf-8").strip()

    def lines(self, name: str) -> bytes:
        return f"{self.text(name)}\n".encode()

    @property
    def unsigned(self) -> Object:
        found: Object = loads((self.folder / "unsigned.json").read_bytes())
        return found

    @property
    def options(self) -> Object:
        found: Object = loads(self.text("proofConfigDataInt.json").encode())
        return found

    @property
    def signed(self) -> Object:
        found: Object = loads(self.text("signedDataInt.json").encode())
        return found

    @property
    def key(self) -> SecretKey:
        pair = json.loads((self.folder / "keyPair.json").read_bytes())
        return SecretKey(decode_base58(pair["privateKeyMultibase"], size=34)[2:])


def _node(subject: str, statements: list[pyoxigraph.Quad]) -> Object:
    """JSON-LD of what is said of one node, with every term as its IRI."""
    node: Object = {"@id": subject}
    for quad in statements:
        predicate, value = quad.predicate.value, quad.object
        assert not isinstance(value, pyoxigraph.Triple)
        if predicate == "http://www.w3.org/1999/02/22-rdf-syntax-ns#type":
            node.setdefault("@type", []).append(value.value)
        elif isinstance(value, pyoxigraph.Literal):
            told = {"@value": value.value, "@type": value.datatype.value}
            node.setdefault(predicate, []).append(told)
        else:
            node.setdefault(predicate, []).append({"@id": _name(value)})
    return node


def _name(node: Any) -> str:
    # Other labels than the canonical ones, in another order.
    return f"_:x{9 - int(node.value[4:])}" if str(node).startswith("_:") else node.value


def _document(form: bytes, context: Any) -> Object:
    said: defaultdict[str, list[pyoxigraph.Quad]] = defaultdict(list)
    for quad in pyoxigraph.parse(form, format=pyoxigraph.RdfFormat.N_QUADS):
        said[_name(quad.subject)].append(quad)
    return {"@context": context, "@graph": [_node(name, found) for name, found in said.items()]}


@pytest.fixture
def given(vectors: Path) -> Given:
    return Given(vectors / "vc-di-eddsa")


def test_canonical_document_and_its_hash(given: Given) -> None:
    written = given.lines("canonDocDataInt.txt")
    assert hashlib.sha256(written).hexdigest() == given.text("docHashDataInt.txt")
    document = _document(written, given.options["@context"])
    assert by_the_rules(document) == written
    # Twice for a template, and a third time by it.
    assert [canonical_nquads(document) for _ in range(3)] == [written] * 3


def test_canonical_proof_configuration_and_its_hash(given: Given) -> None:
    written = given.lines("proofCanonDataInt.txt")
    assert [canonical_nquads(given.options) for _ in range(3)] == [written] * 3
    assert hashlib.sha256(written).hexdigest() == given.text("proofHashDataInt.txt")


def test_combined_hash(given: Given) -> None:
    document = _document(given.lines("canonDocDataInt.txt"), given.options["@context"])
    found = hash_data(document, given.options)
    assert found.hex() == given.text("combinedHashDataInt.txt")


def test_signature(given: Given) -> None:
    """Of the document that the signed one holds: its hash stands in no file."""
    found = hash_data(given.unsigned, given.options)
    assert found[:32].hex() == given.text("proofHashDataInt.txt")
    signature = given.key.sign(found)
    assert signature.hex() == given.text("sigHexDataInt.txt")
    assert encode_base58(signature) == given.text("sigBTC58DataInt.txt")


def test_signed_document(given: Given) -> None:
    found = sign(
        given.unsigned,
        key=given.key,
        verification_method=given.options["verificationMethod"],
        created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
    )
    assert canonical(found) == canonical(given.signed)


def test_the_signed_document_verifies_and_a_changed_one_does_not(given: Given) -> None:
    document = given.signed
    proof = read_proof(document["proof"])
    key = resolve(proof.verification_method.partition("#")[0])
    assert key == given.key.public
    for _ in range(3):
        verify(document, proof, key=key)
    document["credentialSubject"]["alumniOf"] = "another school"
    with pytest.raises(VerificationError) as caught:
        verify(document, proof, key=key)
    assert caught.value.reason is Reason.BAD_SIGNATURE
