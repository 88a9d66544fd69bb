"""Values in a JSON-LD document that RDF would hold, and that refer to something."""

from __future__ import annotations

import math
from typing import Final

from amana._active_context import KEYWORDS, LANGUAGE, ActiveContext, Definition
from amana._term_definitions import shown
from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject

__all__ = ["check_id", "check_json", "check_language_map", "check_reference", "check_scalar"]

_REFERENCES: Final = frozenset({"@id", "@vocab"})


def check_id(here: ActiveContext, name: str | None, value: Json) -> None:
    if type(value) is not str or here.expand(value, vocab=False) is None or value in KEYWORDS:
        raise InputError(Reason.RELATIVE_IRI, f"an id of {named(name)} is no absolute IRI")


def check_scalar(active: ActiveContext, name: str | None, value: Json) -> None:
    """Section 5.3.2: text may stand for an IRI, if what its member stands for says so."""
    if type(value) is not str:
        check_number(name, value)
        return
    defined = None if name is None else active.terms.get(name)
    if defined is not None:
        check_reference(active, name, defined, value)


def check_reference(
    active: ActiveContext, name: str | None, defined: Definition, value: str
) -> None:
    """A text where `defined` asks for an IRI has to stand for one."""
    if defined.type in _REFERENCES:
        iri = active.expand(value, vocab=defined.type == "@vocab")
        if iri is None or iri[0] == "@":
            raise InputError(
                Reason.RELATIVE_IRI, f"{named(name)} refers to what is no absolute IRI"
            )


def check_number(name: str | None, value: Json) -> None:
    """RDF holds 16 digits of a double, and integers as long as they are safe ones."""
    if type(value) is int and abs(value) > LIMITS.integer:
        raise InputError(Reason.INTEGER_RANGE, f"{named(name)} has an integer beyond 2^53-1")
    if type(value) is float and (
        not math.isfinite(value)
        or float(f"{value:.15e}") != value
        or (value == 0 and math.copysign(1, value) < 0)
    ):
        raise InputError(Reason.NOT_A_NUMBER, f"{named(name)} has a number that RDF would round")


def check_language_map(scoped: ActiveContext, name: str, value: JsonObject) -> None:
    """Section 5.1.2, step 13.7."""
    if not value:
        raise bad_value(name, "has an empty language map")
    for language, texts in value.items():
        none = scoped.expand(language, vocab=True) == "@none"
        if not none and LANGUAGE.fullmatch(language) is None:
            raise bad_value(name, "has a text in no language")
        each = texts if type(texts) is list else [texts]
        if not each or not all(type(text) is str for text in each):
            raise bad_value(name, "has a language with no text")


def check_json(value: Json, depth: int) -> None:
    """A JSON literal (section 4.2.2 of JSON-LD 1.1) comes through as it is, whatever it holds."""
    if depth < 0:
        raise InputError(Reason.TOO_DEEP, "a JSON literal nested too deeply")
    if type(value) is dict:
        value = list(value.values())
    if type(value) is list:
        for item in value:
            check_json(item, depth - 1)
    elif type(value) is int and abs(value) > LIMITS.integer:
        raise InputError(Reason.INTEGER_RANGE, "a JSON literal with an integer beyond 2^53-1")


def named(name: str | None) -> str:
    return "the document" if name is None else shown(name)


def bad_value(name: str | None, detail: str) -> InputError:
    return InputError(Reason.BAD_TERM_VALUE, f"{named(name)} {detail}")
