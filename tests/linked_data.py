"""JSON-LD documents made by chance, with every feature of contexts that a stranger may use.

Half of what is drawn is near to being accepted: noise alone would never come so far.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import schemas

__all__ = ["changed_leaves", "document", "documents_at"]

_TERMS = ("a", "b", "c", "d", "T", "U", "V")
_MEMBERS = ("a", "b", "c", "d", "e", "ex:a", "https://z.example/z")
_ODD_MEMBERS = (
    "id", "type", "@id", "@type", "@value", "@language", "@direction", "@list", "@set", "@graph",
    "@index", "@reverse", "@included", "@nest", "@none", "@json", "@vocab", "@foo", "_:b",
    "foo:bar", "name", "issuer", "credentialSubject", "proofPurpose",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    True, 1, 1.5, -1, "x", "urn:x:y", "did:example:1", "_:b0", "ex:a", "a", "T", ["x"], ["x", "y"],
    {"@id": "urn:a:b"}, {"@value": "x"}, {"@value": "x", "@language": "en"},
    {"@value": "x", "@type": "urn:t:1"}, {"@value": {"a": 1}, "@type": "@json"}, {"@list": ["a"]},
    {"@set": ["a"]}, {"type": "T", "a": "b"}, {"type": "U", "a": "urn:x:1"}, {"a": {"b": "c"}},
    {"a": {"a": {"b": "x"}}}, {"en": "x"}, {"en": ["x"]}, {"@none": "x"},
    {"@context": {"a": "urn:n:a"}, "a": "b"}, {"@context": None, "a": "b"},
    {"@value": "turned", "@language": "en", "@direction": "rtl"}, ["a", ["b"], {"@value": "c"}],
)  # fmt: skip
_ODD_VALUES: tuple[Any, ...] = (
    None, [], {}, "rel", "foo", "@type", "@none", 2**53, [None], {"@value": None}, {"id": "rel"},
    {"@index": "x", "a": "b"}, {"@value": "x", "@language": "no language"},
)  # fmt: skip
_IRIS = ("urn:x:a", "urn:x:b", "https://e.example/#", "ex:a", "urn:x:c")
_ODD_IRIS = (
    "@id", "@type", "@value", "@json", "@list", "@graph", "@nest", "@index", "@foo", "foo", "",
    "_:z", "rel", "a", "b", None,
)  # fmt: skip
_TYPES = ("@id", "@vocab", "@json", "@none", "urn:t:1")
_CONTAINERS: tuple[Any, ...] = (
    "@set", "@list", "@language", "@graph", ["@set"], ["@graph", "@set"], ["@language", "@set"],
)  # fmt: skip
_ODD_CONTAINERS: tuple[Any, ...] = ("@index", "@id", "@type", ["@list", "@set"], [], "@foo")
_BUNDLED = (
    schemas.VC_CONTEXT,
    schemas.CONTEXT,
    "https://w3id.org/security/data-integrity/v2",
    "https://www.w3.org/ns/did/v1",
    "https://www.w3.org/2018/credentials/v1",
)


def _context(random: Random, depth: int = 0) -> dict[str, Any]:
    def often(share: float) -> bool:
        return random.random() < share

    context: dict[str, Any] = {}
    if often(0.6):
        odd = random.choice(("urn:v:", "rel", ""))
        context["@vocab"] = "https://v.example/#" if often(0.8) else odd
    if often(0.2):
        context["@protected"] = True
    if often(0.1):
        context["@language"] = random.choice(("en", "en", "x y"))
    if often(0.06) and depth:
        context["@propagate"] = random.choice((True, False))
    if often(0.8):
        context["ex"] = "https://ex.example/#"
    if often(0.3):
        context |= {"id": "@id", "type": "@type"}
    for _ in range(random.randint(0, 4)):
        term = random.choice(_TERMS if often(0.92) else (*_ODD_MEMBERS, "ex:a", "ex"))
        iri = random.choice(_IRIS if often(0.9) else _ODD_IRIS)
        if often(0.4):
            context[term] = iri
            continue
        definition: dict[str, Any] = {"@id": iri}
        if often(0.4):
            definition["@type"] = random.choice(_TYPES if often(0.9) else _ODD_IRIS)
        if often(0.3):
            definition["@container"] = random.choice(
                _CONTAINERS if often(0.85) else _ODD_CONTAINERS
            )
        if often(0.3) and depth < 3:
            inner = [_context(random, depth + 1) for _ in range(random.choice((1, 1, 1, 2)))]
            definition["@context"] = random.choice((None, inner[0], inner[0], inner))
        if often(0.1):
            definition["@protected"] = random.choice((True, False))
        if often(0.05):
            definition["@prefix"] = random.choice((True, False))
        if often(0.03):
            definition |= {"@reverse": "urn:r:r"}
        context[term] = definition
    return context


def _node(random: Random, depth: int = 0) -> dict[str, Any]:
    node: dict[str, Any] = {}
    for _ in range(random.randint(1, 4)):
        member = random.choice(_MEMBERS if random.random() < 0.93 else _ODD_MEMBERS)
        if random.random() < 0.35 and depth < 4:
            node[member] = _node(random, depth + 1)
        else:
            values = _VALUES if random.random() < 0.93 else _ODD_VALUES
            node[member] = deepcopy(random.choice(values))
    if random.random() < 0.35:
        node["type"] = random.choice(("T", "U", ["T", "U"], ["V", "T"], "urn:t:9"))
    if random.random() < 0.2:
        node["id"] = random.choice(("urn:a:1", "ex:a"))
    if random.random() < 0.1:
        node["@context"] = _context(random)
    return node


def document(random: Random, *, seeds: list[dict[str, Any]]) -> dict[str, Any]:
    """A document: one of `seeds` with something changed, or one made of nothing."""
    if not seeds or random.random() < 0.5:
        made = _node(random)
        made["@context"] = [_context(random) for _ in range(random.randint(1, 3))]
        if random.random() < 0.3:
            made["@context"].insert(0, schemas.VC_CONTEXT)
        return made
    made = json.loads(json.dumps(random.choice(seeds)))
    for _ in range(random.randint(1, 3)):
        holders = [holder for holder, _ in documents_at(made)] or [made]
        holder = random.choice(holders)
        drawn = random.random()
        if drawn < 0.3:
            own = made.get("@context", [])
            more = random.choice([_context(random), _context(random), None, *_BUNDLED])
            made["@context"] = [*(own if isinstance(own, list) else [own]), more]
        elif isinstance(holder, list):
            value = deepcopy(random.choice((*_VALUES, *_ODD_VALUES)))
            holder.insert(random.randint(0, len(holder)), value)
        elif drawn < 0.45 and holder:
            del holder[random.choice(list(holder))]
        elif drawn < 0.6:
            holder[random.choice(_MEMBERS)] = _node(random)
        else:
            members = (*_MEMBERS, *_ODD_MEMBERS, *holder)
            holder[random.choice(members)] = deepcopy(random.choice((*_VALUES, *_ODD_VALUES)))
    return made


def documents_at(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every object and array in `value`, with each place in it; contexts aside."""
    places = value.items() if isinstance(value, dict) else enumerate(value)
    for place, member in list(places):
        if place != "@context":
            yield value, place
            if isinstance(member, (dict, list)):
                yield from documents_at(member)


def changed_leaves(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Copies of `value`, in each of which one text, number or truth is another one."""
    whole = json.dumps(value)
    leaves = [
        number
        for number, (holder, place) in enumerate(documents_at(value))
        if not isinstance(holder[place], (dict, list))
        and not str(holder[place]).startswith("_:")  # a blank node's name says nothing
    ]
    for number in leaves:
        copy = json.loads(whole)
        holder, place = list(documents_at(copy))[number]
        holder[place] = _another(place, holder[place])
        yield copy


def _another(place: Any, value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if value in ("ltr", "rtl"):
        return "ltr" if value == "rtl" else "rtl"
    if place == "@language":
        return "fr-CA"
    return f"{value}-another"
