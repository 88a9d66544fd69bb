"""Documents to be canonicalised, and changes that could mislead a template."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from amana.proofs import eddsa_rdfc
from tests.amana_samples import unsigned
from tests.simulator import GONE

Object = dict[str, Any]

V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
# How `Simulator.credential` signs with this suite, which writes no contexts into its proof.
RDFC: Object = {"suite": eddsa_rdfc, "@context": GONE}
NESTED: Object = {
    "@context": [V2, EXAMPLES],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "ExampleDegreeCredential"],
    "name": {"@value": "Degree", "@language": "en"},
    "issuer": {"id": "https://university.example/issuers/565049", "name": "Example University"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSchema": [
        {"id": "https://example.org/degree.json", "type": "JsonSchema"},
        {"id": "https://example.org/alumni.json", "type": "JsonSchema"},
    ],
    "credentialSubject": {
        "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
        "degree": {"type": "ExampleBachelorDegree", "name": "Bachelor of Science", "year": 2019},
        "alumniOf": [{"name": "One"}, {"name": "Two"}],
        "honours": True,
    },
    "evidence": {"type": ["Evidence"], "verifier": "https://example.edu/", "count": -3},
}
PRESENTATION: Object = {
    "@context": [V2, EXAMPLES],
    "type": "VerifiablePresentation",
    "holder": "did:example:holder",
    "verifiableCredential": [
        {
            "@context": [V2, EXAMPLES],
            "type": "VerifiableCredential",
            "issuer": "did:example:issuer",
            "credentialSubject": {"id": "did:example:holder", "alumniOf": "A school"},
            "proof": {
                "type": "DataIntegrityProof",
                "cryptosuite": "eddsa-rdfc-2022",
                "created": "2026-02-24T23:36:38Z",
                "verificationMethod": "did:example:issuer#key-1",
                "proofPurpose": "assertionMethod",
                "proofValue": "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9ise",
            },
        }
    ],
}
OPTIONS: Object = {
    "@context": [V2, EXAMPLES],
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": "did:key:z6MkrJVn#z6MkrJVn",
    "proofPurpose": "assertionMethod",
    "challenge": "u1",
    "domain": ["https://a.example", "https://b.example"],
}


def documents() -> list[Object]:
    """One of each kind that a template has to know its way in."""
    plain = {"@context": [V2, EXAMPLES], "type": "VerifiableCredential", "issuer": "did:a:b"}
    return [
        unsigned(),
        unsigned(id="urn:uuid:1"),
        NESTED,
        PRESENTATION,
        OPTIONS,
        {**plain, "credentialSubject": {"x": "y", "z": [1, 2, 3], "w": [True, False]}},
        {**plain, "credentialSubject": [{"id": "did:a:c"}, {"id": "did:a:d", "p": {"q": "r"}}]},
    ]


# Values that mean more than themselves somewhere, or look as if they did.
STRINGS = (
    "", " ", "a", "é", "😀", "a b", 'a"b', "a\\b", "a\nb", "\r", "\t", "\x00", "\x1f", "\x7f",
    "\x80", "\u2028", "\ufffd", "\ufffe", "\uffff", "\ue000", "%", "%b", "%%s", "_:c14n0",
    "_:c14n1", "_:a", "_:", "@id", "@type", "@foo", "id", "type", "name", "VerifiableCredential",
    "name:x", "issuer:1", "https:x", "did:", "did:a", "did:a:b", "DID:a:b", "did:example:holder",
    "https://example.org/degree.json", "https://a.example/ü", "https://a.example/%20", "http://a b",
    "https://a.example/%zz", "http://a/<>", "http://a/#b#c", "http://A.example/", "urn:uuid:1",
    "urn:x:<y>", "//a", "#a", "?a", "abc", "https://a.example/> <b> <c> .\n<d",
    '" .\n<did:a:b> <c> "d', "urn:amana:slot:1", "700000000000001", "1", "1.5", "true", "null",
    "2026-11-22T12:00:00Z", "en", "rtl", "https://a.example/[x]", "did:a:" + "x" * 600,
)  # fmt: skip
OTHERS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 7, 2**53 - 1, -(2**53) + 1, 2**53, 2**70, 1.5, 1.0, -0.0, 1e22,
    [], {}, [None], ["a"], ["a", "a"], [["a"]], {"id": "did:a:b"}, {"@id": "did:a:b"},
    {"@value": "x"},
    {"@value": "x", "@language": "en"}, {"@value": "x", "@type": "https://a.example/t"},
    {"@value": "x", "@language": "ar", "@direction": "rtl"}, {"@list": ["a", "b"]}, {"@set": ["a"]},
    {"@graph": {"name": "x"}}, {"name": "x"}, {"type": "JsonSchema"},
    {"@value": "x", "@direction": "ltr"},
    {"@context": V2, "name": "x"}, {"@context": {"name": "https://a.example/n"}, "name": "x"},
    {"@type": "@json", "@value": {"b": 1, "a": [True, "x"]}}, {"x": {"y": {"z": "deep"}}},
)  # fmt: skip
NAMES = (
    "id", "type", "@id", "@type", "@context", "name", "description", "issuer", "proof", "holder",
    "credentialSubject", "validFrom", "relatedResource", "x", "y z", "x:y", "https://a.example/p",
    "@foo", "children", "@graph", "@value", "@language", "digestSRI", "é", "\ue000k",
)  # fmt: skip
CONTEXTS: tuple[Any, ...] = (
    V2,
    EXAMPLES,
    "https://www.w3.org/2018/credentials/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://nobody.example/v1",
    None,
    {"did": "https://a.example/"},
    {"x": {"@id": "https://a.example/x", "@type": "@id"}},
    {"x": {"@id": "https://a.example/x", "@type": "@vocab"}},
    {"x": {"@id": "https://a.example/x", "@container": "@list"}},
    {"x": {"@id": "https://a.example/x", "@container": "@language"}},
    {"x": {"@id": "https://a.example/x", "@type": "@json"}},
    {"x": {"@id": "https://a.example/x", "@type": "http://www.w3.org/2001/XMLSchema#double"}},
    {"x": {"@id": "https://a.example/x", "@type": "http://www.w3.org/2001/XMLSchema#integer"}},
    {"kind": "@type", "text": "@value", "tongue": "@language", "towards": "@direction"},
    {"@language": "en"},
    {"@direction": "rtl"},
    {"@vocab": "https://b.example/"},
    {"@base": "https://b.example/"},
)


_KEPT = frozenset({"@context", "type", "@type", "@language", "@direction", "proofPurpose"})


def variant(random: Random, document: Object, *, hostile: float = 0.03) -> Object:
    """The same shape with other values, as the next person's document; some of them hostile."""
    changed: Object = _varied(random, document, hostile)
    return changed


def _varied(random: Random, value: Any, hostile: float) -> Any:
    if type(value) is dict:
        return {
            name: member if name in _KEPT else _varied(random, member, hostile)
            for name, member in value.items()
        }
    if type(value) is list:
        return [_varied(random, item, hostile) for item in value]
    if type(value) is bool:
        return random.random() < 0.5
    if type(value) is int:
        return random.choice((0, 1, -1, 12, 2**53 - 1, random.randrange(10**6)))
    if random.random() < hostile:
        return random.choice(STRINGS)
    if random.random() < 0.3:
        return value
    return f"{value}{random.randrange(10)}" if ":" in value else f"{value} {random.randrange(10)}"


def mutated(random: Random, document: Object) -> Object:
    """A copy with one to three changes of values or of structure, hostile ones among them."""
    changed = copy.deepcopy(document)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        places = list(_containers(changed))
        place = random.choice(places)
        keys = list(place) if type(place) is dict else list(range(len(place)))
        way = random.randrange(10)
        if way == 0:
            _put(random, place, _any(random))
        elif not keys:
            continue
        else:
            name = random.choice(keys)
            if way == 1:
                del place[name]
            elif way == 2:
                _put(random, place, copy.deepcopy(place[name]))
            elif way == 3 and type(place) is dict:
                place[random.choice(NAMES)] = place.pop(name)
            elif way == 4:
                place[name] = copy.deepcopy(_leaf(random, places))
            elif name == "@context":
                place[name] = _contexts(random, place[name])
            else:
                place[name] = _any(random)
    return changed


def _contexts(random: Random, value: Any) -> Any:
    contexts = list(value) if type(value) is list else [value]
    contexts.insert(random.randrange(len(contexts) + 1), copy.deepcopy(random.choice(CONTEXTS)))
    return contexts


def _any(random: Random) -> Any:
    return copy.deepcopy(random.choice(STRINGS if random.random() < 0.7 else OTHERS))


def _leaf(random: Random, places: list[Any]) -> Any:
    place = random.choice(places)
    values = list(place.values()) if type(place) is dict else place
    return random.choice(values) if values else "x"


def _put(random: Random, place: Any, value: Any) -> None:
    if type(place) is dict:
        place[random.choice(NAMES)] = value
    else:
        place.insert(random.randrange(len(place) + 1), value)


def _containers(value: Any) -> Any:
    if type(value) is dict:
        yield value
        for member in value.values():
            yield from _containers(member)
    elif type(value) is list:
        yield value
        for item in value:
            yield from _containers(item)
