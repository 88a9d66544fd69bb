"""`registry.json`: what the members say, k of n, about the registry as a whole at one version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from amana.dates import format_instant, parse_instant
from amana.errors import InputError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry.entries import plain_text
from trust_registry.notes import read_verifier_key

__all__ = ["PATH", "Principles", "Statement", "read_statement"]

PATH: Final = "registry.json"
GOVERNANCE: Final = "governance.json"  # the consortium's own answers, beside it
_MEMBERS: Final = {"name", "version", "published", "demo", "principles"}
_OPTIONAL: Final = {"log"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Principles:
    """One version of the principles that the consortium publishes (C114)."""

    version: int
    since: datetime
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """The registry in a few words. `published` is the only date of it that members sign."""

    name: str
    version: int
    published: datetime
    demo: bool
    principles: tuple[Principles, ...]
    log: str | None = None  # the verifier key of the log of decisions (C2SP)

    def data(self) -> bytes:
        """Its bytes, in RFC 8785 form."""
        document: JsonObject = {
            "name": self.name,
            "version": self.version,
            "published": format_instant(self.published),
            "demo": self.demo,
            "principles": [
                {"version": p.version, "since": format_instant(p.since), "text": p.text}
                for p in self.principles
            ],
        }
        if self.log is not None:
            document["log"] = self.log
        return canonical(document)


def read_statement(data: bytes, *, limits: Limits = LIMITS) -> Statement:
    """Parse and check `registry.json`.

    Raises: InputError REGISTRY_CORRUPT, BAD_DATE or a syntax reason (the members who signed it).
    Not checked: that its version is the one of the metadata that lists it.
    """
    document = as_object(loads(data, limits=limits), Reason.REGISTRY_CORRUPT)
    if set(document) - _OPTIONAL != _MEMBERS:
        raise _corrupt(f"it has {', '.join(sorted(_MEMBERS))} and nothing else")
    version, demo = document["version"], document["demo"]
    if type(demo) is not bool:
        raise _corrupt("demo is true or false")
    return Statement(
        name=plain_text(document["name"], "name", limits, Reason.REGISTRY_CORRUPT),
        version=_whole(version),
        published=_instant(document["published"]),
        demo=demo,
        principles=read_principles(document["principles"]),
        log=_log(document.get("log"), limits),
    )


def read_principles(value: Json) -> tuple[Principles, ...]:
    """Check the list of versions of the principles. Raises: InputError as `read_statement`."""
    if type(value) is not list:
        raise _corrupt("principles is a list")
    principles: list[Principles] = []
    for item in value:
        document = as_object(item, Reason.REGISTRY_CORRUPT)
        if set(document) != {"version", "since", "text"} or type(document["text"]) is not str:
            raise _corrupt("principles have a version, since and a text")
        version = _whole(document["version"])
        if version != len(principles) + 1:
            raise _corrupt("versions of the principles are counted from 1")
        principles.append(
            Principles(version=version, since=_instant(document["since"]), text=document["text"])
        )
    return tuple(principles)


def _log(value: Json, limits: Limits) -> str | None:
    if value is None:
        return None
    if type(value) is not str:
        raise _corrupt("log is a verifier key")
    return read_verifier_key(value, limits=limits).text


def _whole(value: Json) -> int:
    if type(value) is not int or value < 1:
        raise _corrupt("a version is a whole number from 1")
    return value


def _instant(value: Json) -> datetime:
    if type(value) is not str:
        raise _corrupt("an instant is a text")
    return parse_instant(value)


def _corrupt(detail: str) -> InputError:
    return InputError(Reason.REGISTRY_CORRUPT, detail)
