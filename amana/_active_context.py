"""What the names in a JSON-LD document stand for at one place of it.

JSON-LD 1.1 Processing Algorithms and API, sections 4.2 (what a definition holds) and 5.2 (IRIs).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

__all__ = ["INITIAL", "KEYWORDS", "LANGUAGE", "LIKE_A_KEYWORD", "ActiveContext", "Definition"]

KEYWORDS: Final = frozenset(
    {
        "@base",
        "@container",
        "@context",
        "@default",
        "@direction",
        "@embed",
        "@explicit",
        "@graph",
        "@id",
        "@import",
        "@included",
        "@index",
        "@json",
        "@language",
        "@list",
        "@nest",
        "@none",
        "@omitDefault",
        "@prefix",
        "@preserve",
        "@propagate",
        "@protected",
        "@requireAll",
        "@reverse",
        "@set",
        "@type",
        "@value",
        "@version",
        "@vocab",
    }
)
LANGUAGE: Final = re.compile("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # BCP 47, as section 5.1 asks
LIKE_A_KEYWORD: Final = re.compile("@[A-Za-z]+")
# RFC 3987 without its finer rules: a scheme, and nothing that N-Quads could not hold.
_ABSOLUTE: Final = re.compile(r'(?:[A-Za-z][A-Za-z0-9+.-]*|_):[^\x00-\x20\x7f-\x9f<>"{}|\\^`\s]*')


class Definition(NamedTuple):
    """What a context says of one term (section 4.2.2)."""

    iri: str | None  # None: the term is there to be ignored
    type: str | None = None
    container: frozenset[str] = frozenset()
    context: str | None = None  # the scoped context, as text
    prefix: bool = False
    reverse: bool = False
    others: str = ""  # language, direction, index and nest, which only count for equality
    protected: bool = False
    plain: bool = True  # a text in its place is just that: no container, no context, no reverse


class ActiveContext:
    """The terms in force at one place of a document. Never changed once it is made."""

    __slots__ = ("cost", "previous", "protected", "terms", "vocab")

    def __init__(
        self,
        terms: Mapping[str, Definition],
        *,
        vocab: str | None = None,
        previous: ActiveContext | None = None,
        protected: bool = False,
        cost: int = 0,
    ) -> None:
        self.terms = terms
        self.vocab = vocab
        self.previous = previous  # what a node further down goes back to
        self.protected = protected  # whether any term ever was
        self.cost = cost  # definitions made to get here from the context before

    def keyword(self, member: str) -> str | None:
        """The keyword that a member stands for, if it stands for one."""
        found = self.terms.get(member)
        iri = member if found is None else found.iri
        return iri if iri in KEYWORDS else None

    def expand(self, name: str, *, vocab: bool) -> str | None:
        """The absolute IRI or keyword that `name` stands for (section 5.2); None if for neither.

        `vocab` admits terms and `@vocab`, as for members and types; without it only IRIs count.
        """
        if name in KEYWORDS:
            return name
        if vocab:
            found = self.terms.get(name)
            if found is not None:
                return found.iri
        if LIKE_A_KEYWORD.fullmatch(name) is not None:
            return None
        prefix, colon, suffix = name.partition(":")
        if colon and prefix:
            whole = prefix == "_" or suffix.startswith("//")
            found = None if whole else self.terms.get(prefix)
            if found is not None and found.prefix and found.iri is not None:
                name = found.iri + suffix
            if _ABSOLUTE.fullmatch(name) is not None:
                return name
        if vocab and self.vocab is not None:
            name = self.vocab + name
            if _ABSOLUTE.fullmatch(name) is not None:
                return name
        return None


INITIAL: Final = ActiveContext({})
