"""Refuse a document of which JSON-LD would drop anything, or read a name in two ways.

Turning JSON-LD into RDF leaves out what no context defines, silently. A proof over RDF then covers
less than a program reads that takes the document as JSON. So everything that expansion (JSON-LD 1.1
API, section 5.1) or the way to RDF (section 8) would drop or leave relative is refused here.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from amana._active_context import INITIAL, LANGUAGE, ActiveContext, Definition
from amana._context_processing import derived
from amana._term_definitions import shown, unsupported
from amana._term_values import (
    bad_value,
    check_id,
    check_json,
    check_language_map,
    check_number,
    check_reference,
    check_scalar,
    named,
)
from amana.contexts import text_of
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject

__all__ = ["check_terms"]

_SCALARS: Final = (str, int, bool, float)
_KINDS: Final = frozenset({"@value", "@list", "@set"})  # objects that are no nodes
_OF_VALUES: Final = frozenset({"@value", "@type", "@language", "@direction"})
_MAPS: Final = frozenset({"@index", "@id", "@type"})
_NOT_READ: Final = frozenset({"@index", "@reverse", "@included", "@nest"})
_NOTHING: Final = object()


def check_terms(document: JsonObject, *, limits: Limits = LIMITS) -> None:
    """Refuse `document` unless every member, type, id and value of it comes through to RDF.

    As strict as the safe mode of common processors, and stricter: null and empty arrays are
    refused, numbers that RDF would round, and names of which conforming processors make different
    things. `@direction` counts as kept, which it is in RDF as an i18n datatype (section 8.2.2 of
    JSON-LD 1.1 API calls it `i18n-datatype`).

    Raises: InputError (the document's author), naming the term and never a value. UNKNOWN_TERM: a
    member or type that is not defined, or stands for nothing that RDF holds. RELATIVE_IRI: an id,
    type or reference that is no absolute IRI. BAD_TERM_VALUE: a value that would be dropped, or is
    none. PROTECTED_TERM, BAD_CONTEXT. UNKNOWN_CONTEXT: a context that is not bundled.
    UNSUPPORTED_TERM: conforming perhaps, and not read here (`@import`, `@base`, `@reverse`,
    `@nest`, `@included`, maps by index, id and type). INTEGER_RANGE and NOT_A_NUMBER; TOO_DEEP and
    TOO_LARGE for `limits.json_depth`, `limits.context_terms` and `limits.linked_values`.
    Not checked: the order of an array and equal values in it, of which RDF knows nothing.
    """
    _Walk(limits).node(_Place(INITIAL, None, True, False, 0), document)


class _Place(NamedTuple):
    """Where a value stands."""

    active: ActiveContext  # in force there
    name: str | None  # the member, by its term; None for the document itself
    top: bool  # whether a node of which nothing but its id is said would be dropped there
    in_list: bool
    depth: int


class _Walk:
    """One document on its way through expansion, of which nothing is kept."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.context_terms
        self._values_left = limits.linked_values
        self._derived: dict[tuple[ActiveContext, str, bool, bool], ActiveContext] = {}

    def _with(
        self, active: ActiveContext, text: str, *, override: bool = False, propagate: bool = True
    ) -> ActiveContext:
        """`active` with a local context on top, within the bounds of one document."""
        key = (active, text, override, propagate)
        found = self._derived.get(key)
        if found is None:
            most = self._limits.context_terms
            found = derived(active, text, override=override, propagate=propagate, most=most)
            self._left -= found.cost
            if self._left < 0:
                raise InputError(Reason.TOO_LARGE, f"contexts that define more than {most} terms")
            self._derived[key] = found
        return found

    def _count_uses(self, scoped: ActiveContext, times: int) -> None:
        """Whoever expands a value within a scoped context processes that context once more."""
        self._count((scoped.cost + 7) // 8 * times)  # what it takes, against a plain member

    def _count(self, values: int) -> None:
        self._values_left -= values
        if self._values_left < 0:
            most = self._limits.linked_values
            raise InputError(Reason.TOO_LARGE, f"more than {most} members and items")

    def node(self, place: _Place, element: JsonObject) -> None:
        """An object: a node, or one of the other kinds that its keywords make of it."""
        if place.depth > self._limits.json_depth:
            raise InputError(Reason.TOO_DEEP, f"nested deeper than {self._limits.json_depth}")
        self._count(len(element))
        here = self._entered(place, element)
        if "@context" in element:
            here = self._with(here, text_of(element["@context"]))
        before = here  # types are read by it
        kind, types = _types(here, element)
        for word in types if len(types) < 2 else sorted(types):
            defined = before.terms.get(word)
            if defined is not None and defined.context is not None:
                here = self._with(here, defined.context, propagate=False)
                self._count_uses(here, 1)
        found: JsonObject = {}
        others = 0
        for member, value in element.items():
            if member == "@context":
                continue
            defined = here.terms.get(member)
            iri = here.expand(member, vocab=True) if defined is None else defined.iri
            if iri is None or iri.startswith("_:"):
                raise InputError(Reason.UNKNOWN_TERM, f"{shown(member)} is not defined")
            if iri[0] != "@":
                others += 1
                self._member(here, member, defined, value, place.depth + 1)
            elif iri in found:
                raise unsupported(f"{shown(member)} is a second name for {iri}")
            else:
                found[iri] = value
        if found.get("@type", _NOTHING) is not element.get(kind, _NOTHING):
            raise unsupported("a member is a type or not, depending on the type")
        if _KINDS.isdisjoint(found):
            self._check_node(place, before, here, found, types, others)
        elif others or (len(found) > 1 and "@value" not in found):
            raise bad_value(place.name, "has more than its kind of object can have")
        elif "@value" in found:
            self._check_value_object(place, before, here, found)
        else:
            self._check_list_or_set(place, here, found, element)

    def _entered(self, place: _Place, element: JsonObject) -> ActiveContext:
        """The context that an element begins with (section 5.1.2, steps 3, 7 and 8)."""
        active = place.active
        if active.previous is None:
            return active
        here = _reverted(active, active.previous, element)
        if here is not active and place.name is not None:
            defined = active.terms.get(place.name)
            if defined is not None and defined.context is not None:
                return self._with(here, defined.context, override=True)
        return here

    def _member(
        self, here: ActiveContext, member: str, defined: Definition | None, value: Json, depth: int
    ) -> None:
        """A member that stands for a property (section 5.1.2, steps 13.5 to 13.14)."""
        if type(value) is str and (defined is None or defined.plain):
            if defined is not None and defined.type is not None:
                check_reference(here, member, defined, value)
            return
        if defined is None:
            self._values(_Place(here, member, False, False, depth), value)
            return
        if defined.reverse:
            raise unsupported(f"{shown(member)} is reversed")
        container = defined.container
        scoped = here
        if defined.context is not None:
            scoped = self._with(here, defined.context, override=True)
            self._count_uses(scoped, len(value) if type(value) is list else 1)
            again = scoped.terms.get(member)
            if again is not None and again._replace(protected=defined.protected) != defined:
                raise unsupported(f"{shown(member)} is defined anew within itself")
        if container and type(value) is dict:
            if "@language" in container:
                check_language_map(scoped, member, value)
                return
            if not _MAPS.isdisjoint(container):
                raise unsupported(f"{shown(member)} is a map by what RDF does not keep")
        if defined.type == "@json":
            if "@graph" in container:
                raise bad_value(member, "has a value where only nodes can stand")
            check_json(value, self._limits.json_depth - depth)
            return
        top, in_list = "@graph" in container, "@list" in container
        self._values(_Place(scoped, member, top, in_list, depth), value)

    def _values(self, place: _Place, value: Json) -> None:
        """What a member holds: one value, or an array of them."""
        kind = type(value)
        if kind is str or kind in _SCALARS:
            if place.top:
                raise bad_value(place.name, "has a value where only nodes can stand")
            check_scalar(place.active, place.name, value)
        elif kind is dict:
            self.node(place, value)
        elif kind is list:
            if place.depth > self._limits.json_depth:
                raise InputError(Reason.TOO_DEEP, f"nested deeper than {self._limits.json_depth}")
            # No graph at all, as in a presentation of nothing, says what an absent member says.
            if not value and not place.in_list and not place.top:
                raise bad_value(place.name, "has an empty array")
            self._count(len(value))
            inside = place._replace(depth=place.depth + 1)
            for item in value:
                self._values(inside, item)
        else:
            raise bad_value(place.name, "has no value")

    def _check_node(
        self,
        place: _Place,
        before: ActiveContext,
        here: ActiveContext,
        found: JsonObject,
        types: list[str],
        others: int,
    ) -> None:
        if "@type" in found:
            if not types:
                raise bad_value(place.name, "has a node with an empty list of types")
            for word in types:
                iri = before.expand(word, vocab=True)
                if iri is None or iri[0] == "@":
                    raise InputError(
                        Reason.UNKNOWN_TERM, f"a type of {named(place.name)} is not defined"
                    )
        if "@id" in found:
            check_id(here, place.name, found["@id"])
            if place.top and not others and len(found) == 1:
                raise bad_value(place.name, "has a node of which nothing is said")
        elif place.top and not others and not found:
            raise bad_value(place.name, "has a node of which nothing is said")
        for word, value in found.items():
            if word == "@graph":
                self._values(_Place(here, word, True, False, place.depth + 1), value)
            elif word in _NOT_READ:
                raise unsupported(f"{word} in a document")
            elif word not in ("@id", "@type"):
                raise InputError(Reason.UNKNOWN_TERM, f"{word} where it means nothing")

    def _check_value_object(
        self, place: _Place, before: ActiveContext, here: ActiveContext, found: JsonObject
    ) -> None:
        if place.top or not found.keys() <= _OF_VALUES:
            raise bad_value(place.name, "has a value object where none can stand, or that is none")
        value = found["@value"]
        if "@type" in found:
            word = found["@type"]
            iri = before.expand(word, vocab=True) if type(word) is str else None
            if iri is None or iri.startswith("_:") or len(found) != 2:
                raise bad_value(place.name, "has a value object of no type")
            if here.expand(word, vocab=True) != iri:
                raise unsupported("the type of a value object is read in two ways")
            if iri == "@json":
                check_json(value, self._limits.json_depth - place.depth)
                return
            if iri[0] == "@":
                raise bad_value(place.name, "has a value object of no type")
        elif len(found) > 1:
            language, direction = found.get("@language", "und"), found.get("@direction", "ltr")
            if type(language) is not str or LANGUAGE.fullmatch(language) is None:
                raise bad_value(place.name, "has a text in no language")
            if direction not in ("ltr", "rtl") or type(value) is not str:
                raise bad_value(place.name, "has a text in no direction, or no text")
        if type(value) not in _SCALARS:
            raise bad_value(place.name, "has a value object with no value")
        check_number(place.name, value)

    def _check_list_or_set(
        self, place: _Place, here: ActiveContext, found: JsonObject, element: JsonObject
    ) -> None:
        if "@context" in element or ("@set" in found and place.in_list):
            raise unsupported("a list or set with a context of its own, or a set in a list")
        inside = place._replace(active=here, depth=place.depth + 1)
        if "@set" in found:
            self._values(inside, found["@set"])
        elif place.top:
            raise bad_value(place.name, "has a list where only nodes can stand")
        else:
            self._values(inside._replace(in_list=True), found["@list"])


def _reverted(active: ActiveContext, previous: ActiveContext, element: JsonObject) -> ActiveContext:
    """A type's own context ends with its node; values and references still belong to it.

    Processors differ over value objects of three members, so there both contexts must agree.
    """
    words = [active.keyword(member) for member in element]
    if "@value" in words:
        differ = len(words) > 2 and words != [previous.keyword(member) for member in element]
        if differ or "@context" in element:
            raise unsupported("a value object is read in two ways")
        return active
    return active if words == ["@id"] else previous


def _types(here: ActiveContext, element: JsonObject) -> tuple[str, list[str]]:
    """The member that holds a node's types, and the types (section 5.1.2, step 11)."""
    for member, value in element.items():
        if here.keyword(member) == "@type":
            types = value if type(value) is list else [value]
            for word in types:
                if type(word) is not str:
                    raise InputError(Reason.UNKNOWN_TERM, f"{shown(member)} holds what is no type")
            return member, types
    return "@type", []
