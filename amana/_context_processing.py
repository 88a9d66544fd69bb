"""JSON-LD 1.1 contexts, processed far enough to know what each name of a document stands for.

JSON-LD 1.1 Processing Algorithms and API, sections 4.1 (contexts) and 4.2 (terms). Where the
specification ignores something with a warning, it is refused here. Where conforming processors are
known to differ, it is refused as unsupported: a signature must mean one thing only.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final

from amana import contexts
from amana._active_context import (
    INITIAL,
    KEYWORDS,
    LANGUAGE,
    LIKE_A_KEYWORD,
    ActiveContext,
    Definition,
)
from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject

__all__ = ["derived", "shown", "text_of"]

_IRI_LIKE: Final = re.compile(r".+:.+|.*:[^:].*|.*/.*", re.DOTALL)  # it must expand to itself
_GENERIC_DELIMITERS: Final = tuple(":/?#[]@")
# A prefix of such a name would turn ids, as a program reads them, into something else.
_SCHEMES: Final = frozenset(
    ["did", "urn", "http", "https", "data", "mailto", "tel", "tag", "info", "file", "ipfs"]
)
_IN_DEFINITION: Final = frozenset(
    [
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
    ]
)
_IN_CONTEXT: Final = frozenset(
    ["@base", "@direction", "@language", "@propagate", "@protected", "@version", "@vocab"]
)
_DIRECTIONS: Final = (None, "ltr", "rtl")
_NAME_CHARS_SHOWN: Final = 64
_CACHED_CHARS: Final = 8_192
_DERIVATION_COST: Final = 16  # in definitions: what copying a context comes to
_OTHERS: Final = ("@language", "@direction", "@index", "@nest")
_CONTAINERS: Final = frozenset(["@graph", "@id", "@index", "@language", "@list", "@set", "@type"])
_OF_GRAPHS: Final = frozenset(["@graph", "@id", "@index", "@set"])


def derived(
    active: ActiveContext, text: str, *, override: bool, propagate: bool, most: int
) -> ActiveContext:
    """`active` with the local context in `text` on top (section 4.1.2).

    `override` lets protected terms be redefined, as a property-scoped context may; `propagate` is
    False for type-scoped ones. Results of short texts are kept, and shared.

    Raises: InputError UNKNOWN_CONTEXT, BAD_CONTEXT, PROTECTED_TERM, UNSUPPORTED_TERM; TOO_DEEP;
    TOO_LARGE for more than `most` definitions (the document's author).
    """
    if len(text) > _CACHED_CHARS:
        return _derived.__wrapped__(active, text, override, propagate, most)
    return _derived(active, text, override, propagate, most)


@lru_cache(maxsize=256)
def _derived(  # lru_cache knows its arguments by place
    active: ActiveContext, text: str, override: bool, propagate: bool, most: int
) -> ActiveContext:
    return _Derivation(active, most=most).run(
        json.loads(text), override=override, propagate=propagate, depth=0
    )


def text_of(context: Json) -> str:
    """A local context as text, by which it is known from here on.

    Raises: InputError TOO_DEEP (the document's author).
    """
    try:
        return json.dumps(context, sort_keys=True)
    except (RecursionError, ValueError):  # a ValueError: it holds itself
        raise InputError(Reason.TOO_DEEP, "a context nested without end") from None


def shown(name: str) -> str:
    """A term for an error text: no control marks, and not without end."""
    return "".join(part if part.isprintable() else "?" for part in name[:_NAME_CHARS_SHOWN])


def _bad(detail: str) -> InputError:
    return InputError(Reason.BAD_CONTEXT, f"{detail} (JSON-LD 1.1 API, section 4)")


def _unsupported(detail: str) -> InputError:
    return InputError(Reason.UNSUPPORTED_TERM, detail)


class _Derivation:
    """One run of the context processing algorithm over one local context."""

    def __init__(self, active: ActiveContext, *, most: int) -> None:
        self._active = active
        self._most = most
        self._cost = _DERIVATION_COST

    def run(self, local: Json, *, override: bool, propagate: bool, depth: int) -> ActiveContext:
        """The result of `local`, which may be a list of contexts."""
        if depth > LIMITS.json_depth:
            raise InputError(Reason.TOO_DEEP, f"contexts nested deeper than {LIMITS.json_depth}")
        result = self._active
        if type(local) is dict and "@propagate" in local:
            propagate = _boolean(local, "@propagate")
        if not propagate and result.previous is None:
            result = _changed(result, previous=result)
        several = local if type(local) is list else [local]
        if len(several) > LIMITS.contexts:
            raise InputError(Reason.TOO_LARGE, f"more than {LIMITS.contexts} contexts at a place")
        for one in several:
            if one is None:
                result = self._nothing(result, override=override, propagate=propagate)
                continue
            known = type(one) is str
            own = contexts.context(one) if known else one
            if type(own) is not dict:
                raise _bad("a context is a URL, an object or null")
            if "@propagate" in own and type(local) is list:
                raise _unsupported("@propagate within a list of contexts")
            scope = _Scope(self, result, own, override=override, depth=depth, trusted=known)
            result = scope.run()
        return _changed(result, cost=self._cost)

    def _nothing(self, active: ActiveContext, *, override: bool, propagate: bool) -> ActiveContext:
        if active.protected and not override:
            raise InputError(Reason.PROTECTED_TERM, "a null context where terms are protected")
        if not propagate:
            raise _unsupported("a null context that is not propagated")
        return INITIAL

    def spend(self) -> None:
        """Count one definition."""
        self._cost += 1
        if self._cost > self._most:
            raise InputError(Reason.TOO_LARGE, f"contexts with more than {self._most} definitions")

    def validate(self, active: ActiveContext, local: Json, *, depth: int) -> None:
        """A scoped context has to be one that could be used (section 4.2.2, step 21)."""
        inner = _Derivation(active, most=self._most)
        inner._cost = self._cost
        inner.run(local, override=True, propagate=True, depth=depth + 1)
        self._cost = inner._cost


def _changed(
    active: ActiveContext, *, previous: ActiveContext | None = None, cost: int = 0
) -> ActiveContext:
    return ActiveContext(
        active.terms,
        vocab=active.vocab,
        previous=previous or active.previous,
        protected=active.protected,
        cost=cost,
    )


class _Scope:
    """One context object on its way into an active context."""

    def __init__(
        self,
        run: _Derivation,
        active: ActiveContext,
        own: JsonObject,
        *,
        override: bool,
        depth: int,
        trusted: bool,
    ) -> None:
        self._run = run
        self._own = own
        self._override = override
        self._depth = depth
        self._trusted = trusted  # a bundled context: tested, so its scoped contexts are valid
        self._terms = dict(active.terms)
        self._building = ActiveContext(
            self._terms, vocab=active.vocab, previous=active.previous, protected=active.protected
        )
        self._defined: dict[str, bool] = {}
        self._protect = False

    def run(self) -> ActiveContext:
        """Read what the context says of itself, then every term."""
        own = self._own
        if "@import" in own or own.get("@base") is not None:
            raise _unsupported("@import or @base in a context")
        if "@version" in own and (type(own["@version"]) is not float or own["@version"] != 1.1):
            raise _bad("@version is not 1.1")
        if "@vocab" in own:
            self._building.vocab = self._vocabulary(own["@vocab"])
        _check_language(own)
        _check_direction(own)
        self._protect = "@protected" in own and _boolean(own, "@protected")
        for term in own:
            if term not in _IN_CONTEXT:
                self._define(term)
        self._building.protected |= any(found.protected for found in self._terms.values())
        return self._building

    def _vocabulary(self, value: Json) -> str | None:
        if value is None:
            return None
        if type(value) is not str:
            raise _bad("@vocab is neither text nor null")
        if self._building.expand(value, vocab=False) != value or value in KEYWORDS:
            raise _unsupported("a @vocab that is no absolute IRI by itself")
        return value

    def _define(self, term: str) -> None:
        """Section 4.2.2."""
        if term in self._defined:
            if not self._defined[term]:
                raise _bad(f"{shown(term)} is defined by itself")
            return
        self._run.spend()
        self._defined[term] = False
        value = self._own[term]
        _check_name(term, value)
        previous = self._terms.pop(term, None)
        simple = type(value) is not dict
        if simple:
            if value is not None and type(value) is not str:
                raise _bad(f"{shown(term)} has no definition that is one")
            value = {"@id": value}
        elif not value.keys() <= _IN_DEFINITION:
            raise _bad(f"the definition of {shown(term)} has a member that is not known")
        found = self._definition(term, value, simple=simple)
        if previous is not None and previous.protected and not self._override:
            if found._replace(protected=True) != previous:
                raise InputError(
                    Reason.PROTECTED_TERM,
                    f"{shown(term)} is protected, and defined again as something else "
                    "(JSON-LD 1.1 API, section 4.2.2, step 27)",
                )
            found = previous
        self._terms[term] = found
        self._defined[term] = True
        if found.context is not None and not self._trusted:
            self._run.validate(self._building, value["@context"], depth=self._depth)

    def _definition(self, term: str, value: JsonObject, *, simple: bool) -> Definition:
        protected = _boolean(value, "@protected") if "@protected" in value else self._protect
        iri = self._iri(term, value)
        if iri in KEYWORDS:
            return _alias(term, iri, value, protected=protected)
        container = _container(term, value)
        coercion = self._coercion(term, value)
        if "@type" in container and coercion is None:
            coercion = "@id"
        if "@type" in container and coercion not in ("@id", "@vocab"):
            raise _bad(f"{shown(term)} is a map by type of what has no type")
        if "@reverse" in value and not container <= {"@index", "@set"}:
            raise _bad(f"{shown(term)} is reversed, and a container that can't be")
        _check_language(value)
        _check_direction(value)
        _check_index_and_nest(term, value, container)
        named = ":" in term or "/" in term
        prefix = simple and not named and iri is not None and iri.endswith(_GENERIC_DELIMITERS)
        if "@prefix" in value:
            prefix = _boolean(value, "@prefix")
            if named:
                raise _bad(f"{shown(term)} can be no prefix")
        if prefix and term in _SCHEMES:
            raise _bad(f"{shown(term)} is the scheme of URLs, and no prefix")
        others = {name: value[name] for name in _OTHERS if name in value}
        return Definition(
            iri=iri,
            type=coercion,
            container=container,
            context=text_of(value["@context"]) if "@context" in value else None,
            prefix=prefix,
            reverse="@reverse" in value,
            others=json.dumps(others, sort_keys=True).lower() if others else "",
            protected=protected,
        )

    def _iri(self, term: str, value: JsonObject) -> str | None:
        if "@reverse" in value:
            if "@id" in value or "@nest" in value:
                raise _bad(f"{shown(term)} is reversed, and has an @id or @nest")
            found = self._resolve(value["@reverse"])
            if found is None or found in KEYWORDS:
                raise _bad(f"{shown(term)} is the reverse of no absolute IRI")
            return found
        if "@id" in value and value["@id"] is None:
            return None
        if "@id" in value and value["@id"] != term:
            found = self._resolve(value["@id"])
            if found is None:
                raise _bad(f"{shown(term)} stands for no absolute IRI")
            if _IRI_LIKE.fullmatch(term) is not None:
                self._defined[term] = True
                if self._resolve(term) != found:
                    raise _bad(f"{shown(term)} looks like an IRI and stands for another")
            return found
        if term == "@type":
            return term
        self._defined[term] = True  # it may not lead to itself
        found = self._resolve(term)
        if found is None:
            raise _bad(f"{shown(term)} has no IRI")
        return found

    def _resolve(self, name: Json) -> str | None:
        """IRI expansion within the context that is being read: defines first what it needs."""
        if type(name) is not str:
            return None
        prefix, _, suffix = name.partition(":")
        for needed in (name, prefix):
            if needed in self._own and needed not in KEYWORDS and not suffix.startswith("//"):
                self._define(needed)
        return self._building.expand(name, vocab=True)

    def _coercion(self, term: str, value: JsonObject) -> str | None:
        if "@type" not in value:
            return None
        found = self._resolve(value["@type"])
        if found is None or found.startswith("_:"):
            raise _bad(f"{shown(term)} has a type that is no absolute IRI")
        if found in KEYWORDS and found not in ("@id", "@vocab", "@json", "@none"):
            raise _bad(f"{shown(term)} has a keyword for a type")
        return found


def _alias(term: str, iri: str | None, value: JsonObject, *, protected: bool) -> Definition:
    """Another name for a keyword, which may say nothing else (JSON-LD 1.1, section 9.15.1)."""
    if iri in ("@context", "@preserve"):
        raise _bad(f"{shown(term)} can't stand for {iri}")
    container = _container(term, value)
    if not value.keys() <= {"@id", "@protected", "@container"} or not (
        container <= {"@set"} and (not container or iri == "@type")
    ):
        raise _unsupported(f"{shown(term)} stands for a keyword, and says more")
    return Definition(iri=iri, container=container, protected=protected)


def _container(term: str, value: JsonObject) -> frozenset[str]:
    """Section 4.2.2, step 19."""
    if "@container" not in value:
        return frozenset()
    given = value["@container"]
    words = given if type(given) is list else [given]
    if not words or not all(type(word) is str and word in _CONTAINERS for word in words):
        raise _bad(f"{shown(term)} has a container that is not known")
    container = frozenset(words)
    if "@graph" in container:
        fits = container <= _OF_GRAPHS and not {"@id", "@index"} <= container
    elif "@list" in container:
        fits = len(container) == 1
    else:
        fits = len(container - {"@set"}) <= 1
    if not fits:
        raise _bad(f"{shown(term)} has containers that do not go together")
    return container


def _check_name(term: str, value: Json) -> None:
    if term == "@type":
        if type(value) is not dict or not value or value.get("@container", "@set") != "@set":
            raise _bad("@type is redefined")
        if not value.keys() <= {"@container", "@protected"}:
            raise _bad("@type is redefined")
    elif term in KEYWORDS:
        raise _bad(f"{shown(term)} is a keyword, and redefined")
    elif not term or LIKE_A_KEYWORD.fullmatch(term) is not None:
        raise _bad("a term that is empty, or looks like a keyword")


def _check_index_and_nest(term: str, value: JsonObject, container: frozenset[str]) -> None:
    index, nest = value.get("@index", ""), value.get("@nest", "@nest")
    if (
        type(index) is not str
        or index.startswith("@")
        or ("@index" in value) > ("@index" in container)
    ):
        raise _bad(f"{shown(term)} has an @index that does not fit")
    if type(nest) is not str or (nest != "@nest" and nest.startswith("@")):
        raise _bad(f"{shown(term)} has a @nest that does not fit")


def _check_language(value: JsonObject) -> None:
    language = value.get("@language")
    if language is not None and (type(language) is not str or LANGUAGE.fullmatch(language) is None):
        raise _bad("@language is no language tag")


def _check_direction(value: JsonObject) -> None:
    if value.get("@direction") not in _DIRECTIONS:
        raise _bad("@direction is neither ltr nor rtl")


def _boolean(value: JsonObject, name: str) -> bool:
    found = value[name]
    if type(found) is not bool:
        raise _bad(f"{name} is neither true nor false")
    return found
