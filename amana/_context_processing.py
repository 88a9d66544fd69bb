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

from amana._active_context import INITIAL, KEYWORDS, ActiveContext, Definition
from amana._term_definitions import (
    alias,
    bad_context,
    boolean,
    check_direction,
    check_language,
    check_name,
    define,
    shown,
    unsupported,
    written_out,
)
from amana.contexts import CACHED_CHARS, context, text_of
from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject

__all__ = ["derived"]

_IRI_LIKE: Final = re.compile(r".+:.+|.*:[^:].*|.*/.*", re.DOTALL)  # it must expand to itself
_IN_CONTEXT: Final = frozenset(
    {"@base", "@direction", "@language", "@propagate", "@protected", "@version", "@vocab"}
)
_DERIVATION_COST: Final = 16  # in definitions: what copying a context comes to


def derived(
    active: ActiveContext, text: str, *, override: bool, propagate: bool, most: int
) -> ActiveContext:
    """`active` with the local context in `text` on top (section 4.1.2).

    `override` lets protected terms be redefined, as a property-scoped context may; `propagate` is
    False for type-scoped ones. Results of short texts are kept, and shared.

    Raises: InputError UNKNOWN_CONTEXT, BAD_CONTEXT, PROTECTED_TERM, UNSUPPORTED_TERM; TOO_DEEP;
    TOO_LARGE for more than `most` definitions (the document's author).
    """
    if len(text) > CACHED_CHARS:
        return _derived.__wrapped__(active, text, override, propagate, most)
    return _derived(active, text, override, propagate, most)


@lru_cache(maxsize=256)
def _derived(
    active: ActiveContext,
    text: str,
    override: bool,  # noqa: FBT001 - a cache knows its arguments by their place
    propagate: bool,  # noqa: FBT001
    most: int,
) -> ActiveContext:
    return _Derivation(active, most=most).run(
        json.loads(text), override=override, propagate=propagate, depth=0
    )


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
            propagate = boolean(local, "@propagate")
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
            own = context(one) if known else one
            if type(own) is not dict:
                raise bad_context("a context is a URL, an object or null")
            if "@propagate" in own and type(local) is list:
                raise unsupported("@propagate within a list of contexts")
            scope = _Scope(self, result, own, override=override, depth=depth, trusted=known)
            result = scope.run()
        return _changed(result, cost=self._cost)

    def _nothing(self, active: ActiveContext, *, override: bool, propagate: bool) -> ActiveContext:
        if active.protected and not override:
            raise InputError(Reason.PROTECTED_TERM, "a null context where terms are protected")
        if not propagate:
            raise unsupported("a null context that is not propagated")
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
        self._waiting = 0  # definitions begun, which others have to be made for first
        self._needed: set[str] = set()  # by other definitions
        self._overridden: set[str] = set()  # protected before, and not the same now
        self._protect = False

    def run(self) -> ActiveContext:
        """Read what the context says of itself, then every term."""
        own = self._own
        if "@import" in own or own.get("@base") is not None:
            raise unsupported("@import or @base in a context")
        if "@version" in own and (type(own["@version"]) is not float or own["@version"] != 1.1):
            raise bad_context("@version is not 1.1")
        if "@vocab" in own:
            self._building.vocab = self._vocabulary(own["@vocab"])
        check_language(own)
        check_direction(own)
        self._protect = "@protected" in own and boolean(own, "@protected")
        for term in own:
            if term not in _IN_CONTEXT:
                self._define(term)
        # A definition that another one needs may not override (step 3 of section 5.2.2 does not
        # pass the permission on), and which comes first is chance: so it may never.
        refused = self._overridden & self._needed if self._override else self._overridden
        if refused:
            raise InputError(
                Reason.PROTECTED_TERM,
                f"{shown(min(refused))} is protected, and defined again as something else "
                "(JSON-LD 1.1 API, section 4.2.2, step 27)",
            )
        self._building.protected |= any(found.protected for found in self._terms.values())
        return self._building

    def _vocabulary(self, value: Json) -> str | None:
        if value is None:
            return None
        if type(value) is not str:
            raise bad_context("@vocab is neither text nor null")
        if self._building.expand(value, vocab=False) != value or value in KEYWORDS:
            raise unsupported("a @vocab that is no absolute IRI by itself")
        return value

    def _define(self, term: str) -> None:
        """Section 4.2.2."""
        if term in self._defined:
            if not self._defined[term]:
                raise bad_context(f"{shown(term)} is defined by itself")
            return
        self._run.spend()
        self._waiting += 1
        if self._waiting > LIMITS.json_depth:
            raise InputError(Reason.TOO_DEEP, f"{shown(term)} is defined by way of too many others")
        self._defined[term] = False
        given = self._own[term]
        check_name(term, given)
        previous = self._terms.pop(term, None)
        value, simple = written_out(term, given)
        found = self._definition(term, value, simple=simple)
        if previous is not None and previous.protected:
            if found._replace(protected=True) != previous:
                self._overridden.add(term)
            elif not self._override:
                found = previous
        self._terms[term] = found
        self._defined[term] = True
        self._waiting -= 1
        if found.context is not None and not self._trusted:
            self._run.validate(self._building, value["@context"], depth=self._depth)

    def _definition(self, term: str, value: JsonObject, *, simple: bool) -> Definition:
        protected = boolean(value, "@protected") if "@protected" in value else self._protect
        iri = self._iri(term, value)
        if iri in KEYWORDS:
            return alias(term, iri, value, protected=protected)
        coercion = self._coercion(term, value)
        scoped = text_of(value["@context"]) if "@context" in value else None
        return define(
            term,
            value,
            Definition(iri=iri, type=coercion, context=scoped, protected=protected),
            simple=simple,
        )

    def _iri(self, term: str, value: JsonObject) -> str | None:
        if "@reverse" in value:
            if "@id" in value or "@nest" in value:
                raise bad_context(f"{shown(term)} is reversed, and has an @id or @nest")
            found = self._resolve(value["@reverse"], of=term)
            if found is None or found in KEYWORDS:
                raise bad_context(f"{shown(term)} is the reverse of no absolute IRI")
            return found
        if "@id" in value and value["@id"] is None:
            return None
        if "@id" in value and value["@id"] != term:
            found = self._resolve(value["@id"], of=term)
            if found is None:
                raise bad_context(f"{shown(term)} stands for no absolute IRI")
            if _IRI_LIKE.fullmatch(term) is not None:
                self._defined[term] = True
                if self._resolve(term, of=term) != found:
                    raise bad_context(f"{shown(term)} looks like an IRI and stands for another")
            return found
        if term == "@type":
            return term
        self._defined[term] = True  # it may not lead to itself
        found = self._resolve(term, of=term)
        if found is None:
            raise bad_context(f"{shown(term)} has no IRI")
        return found

    def _resolve(self, name: Json, *, of: str) -> str | None:
        """IRI expansion within the context that is being read: defines first what it needs."""
        if type(name) is not str:
            return None
        prefix, _, suffix = name.partition(":")
        for needed in (name, prefix):
            if needed in self._own and needed not in KEYWORDS and not suffix.startswith("//"):
                if needed != of:
                    self._needed.add(needed)
                self._define(needed)
        return self._building.expand(name, vocab=True)

    def _coercion(self, term: str, value: JsonObject) -> str | None:
        if "@type" not in value:
            return None
        found = self._resolve(value["@type"], of=term)
        if found is None or found.startswith("_:"):
            raise bad_context(f"{shown(term)} has a type that is no absolute IRI")
        if found in KEYWORDS and found not in ("@id", "@vocab", "@json", "@none"):
            raise bad_context(f"{shown(term)} has a keyword for a type")
        return found
