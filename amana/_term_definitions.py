"""What one definition of a JSON-LD term may say (JSON-LD 1.1 API, section 4.2.2), IRIs aside."""

from __future__ import annotations

import json
from typing import Final

from amana._active_context import KEYWORDS, LANGUAGE, LIKE_A_KEYWORD, Definition
from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject

__all__ = ["alias", "check_name", "define", "shown", "written_out"]

_GENERIC_DELIMITERS: Final = tuple(":/?#[]@")
# A prefix of such a name would turn ids, as a program reads them, into something else.
_SCHEMES: Final = frozenset(
    {"did", "urn", "http", "https", "data", "mailto", "tel", "tag", "info", "file", "ipfs"}
)
_MEMBERS: Final = frozenset(
    {
        "@container",
        "@context",
        "@direction",
        "@id",
        "@index",
        "@language",
        "@nest",
        "@prefix",
        "@protected",
        "@reverse",
        "@type",
    }
)
_CONTAINERS: Final = frozenset({"@graph", "@id", "@index", "@language", "@list", "@set", "@type"})
_OF_GRAPHS: Final = frozenset({"@graph", "@id", "@index", "@set"})
_OTHERS: Final = ("@language", "@direction", "@index", "@nest")
_DIRECTIONS: Final = (None, "ltr", "rtl")
_NAME_CHARS_SHOWN: Final = 64


def written_out(term: str, value: Json) -> tuple[JsonObject, bool]:
    """A definition as an object, and whether it was written as a string or null (step 6 to 8)."""
    if value is None or type(value) is str:
        return {"@id": value}, True
    if type(value) is not dict:
        raise bad_context(f"{shown(term)} has no definition that is one")
    if not value.keys() <= _MEMBERS:
        raise bad_context(f"the definition of {shown(term)} has a member that is not known")
    return value, False


def define(term: str, value: JsonObject, found: Definition, *, simple: bool) -> Definition:
    """`found`, which knows its IRI, type and scoped context, with all else that `value` says."""
    container = _container(term, value)
    coercion = found.type
    if "@type" in container:
        coercion = coercion or "@id"
        if coercion not in ("@id", "@vocab"):
            raise bad_context(f"{shown(term)} is a map by type of what has another type")
    if "@reverse" in value and not container <= {"@index", "@set"}:
        raise bad_context(f"{shown(term)} is reversed, in a container that can't be")
    check_language(value)
    check_direction(value)
    _check_index_and_nest(term, value, container)
    others = {name: value[name] for name in _OTHERS if name in value}
    return found._replace(
        type=coercion,
        container=container,
        prefix=_prefix(term, value, found.iri, simple=simple),
        reverse="@reverse" in value,
        others=json.dumps(others, sort_keys=True).lower() if others else "",
        plain=not container and found.context is None and "@reverse" not in value,
    )


def _prefix(term: str, value: JsonObject, iri: str | None, *, simple: bool) -> bool:
    named = ":" in term or "/" in term
    prefix = simple and not named and iri is not None and iri.endswith(_GENERIC_DELIMITERS)
    if "@prefix" in value:
        prefix = boolean(value, "@prefix")
        if named:
            raise bad_context(f"{shown(term)} can be no prefix")
    if prefix and term in _SCHEMES:
        raise bad_context(f"{shown(term)} is the scheme of URLs, and no prefix")
    return prefix


def alias(term: str, iri: str | None, value: JsonObject, *, protected: bool) -> Definition:
    """Another name for a keyword, which may say nothing else (JSON-LD 1.1, section 9.15.1)."""
    if iri in ("@context", "@preserve"):
        raise bad_context(f"{shown(term)} can't stand for {iri}")
    container = _container(term, value)
    if not value.keys() <= {"@id", "@protected", "@container"} or not (
        container <= {"@set"} and (not container or iri == "@type")
    ):
        raise unsupported(f"{shown(term)} stands for a keyword, and says more")
    return Definition(iri=iri, container=container, protected=protected)


def _container(term: str, value: JsonObject) -> frozenset[str]:
    """Section 4.2.2, step 19."""
    if "@container" not in value:
        return frozenset()
    given = value["@container"]
    words = given if type(given) is list else [given]
    if not words or not all(type(word) is str and word in _CONTAINERS for word in words):
        raise bad_context(f"{shown(term)} has a container that is not known")
    container = frozenset(words)
    if "@graph" in container:
        fits = container <= _OF_GRAPHS and not {"@id", "@index"} <= container
    elif "@list" in container:
        fits = len(container) == 1
    else:
        fits = len(container - {"@set"}) <= 1
    if not fits:
        raise bad_context(f"{shown(term)} has containers that do not go together")
    return container


def check_name(term: str, value: Json) -> None:
    if term == "@type":
        if type(value) is not dict or not value or value.get("@container", "@set") != "@set":
            raise bad_context("@type is redefined")
        if not value.keys() <= {"@container", "@protected"}:
            raise bad_context("@type is redefined")
    elif term in KEYWORDS:
        raise bad_context(f"{shown(term)} is a keyword, and redefined")
    elif not term or LIKE_A_KEYWORD.fullmatch(term) is not None:
        raise bad_context("a term that is empty, or looks like a keyword")


def _check_index_and_nest(term: str, value: JsonObject, container: frozenset[str]) -> None:
    index, nest = value.get("@index", ""), value.get("@nest", "@nest")
    if (
        type(index) is not str
        or index.startswith("@")
        or ("@index" in value) > ("@index" in container)
    ):
        raise bad_context(f"{shown(term)} has an @index that does not fit")
    if type(nest) is not str or (nest != "@nest" and nest.startswith("@")):
        raise bad_context(f"{shown(term)} has a @nest that does not fit")


def check_language(value: JsonObject) -> None:
    language = value.get("@language")
    if language is not None and (type(language) is not str or LANGUAGE.fullmatch(language) is None):
        raise bad_context("@language is no language tag")


def check_direction(value: JsonObject) -> None:
    if value.get("@direction") not in _DIRECTIONS:
        raise bad_context("@direction is neither ltr nor rtl")


def boolean(value: JsonObject, name: str) -> bool:
    found = value[name]
    if type(found) is not bool:
        raise bad_context(f"{name} is neither true nor false")
    return found


def shown(name: str) -> str:
    """A term for an error text: no control marks, and not without end."""
    return "".join(part if part.isprintable() else "?" for part in name[:_NAME_CHARS_SHOWN])


def bad_context(detail: str) -> InputError:
    return InputError(Reason.BAD_CONTEXT, f"{detail} (JSON-LD 1.1 API, section 4)")


def unsupported(detail: str) -> InputError:
    return InputError(Reason.UNSUPPORTED_TERM, detail)
