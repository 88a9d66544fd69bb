"""A JSON Schema as a regular expression over canonical text (RFC 8785).

Canonical text is one text for one value: sorted members, no white space, no needless escape. So a
schema of closed objects can be read as a pattern, and one match says at once that the bytes are
strict JSON, canonical, and conform. The pattern is *narrower* than the schema where that is
simpler: a text that matches conforms; one that does not match may conform all the same, and
whoever asks has to look at it in the general way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from amana.jcs import canonical
from amana.strict_json import Json, JsonObject

__all__ = ["Path", "text_pattern"]

Path = tuple[str, ...]

# A class by what it leaves out, and the dot, admit quotation marks and escapes.
_MAY_QUOTE: Final = re.compile(r"\[\^|\\[DSW]|(?<!\\)\.(?![^\[]*\])")
# An escape, a class, or a group that would be numbered: the first two may hold a bracket.
_GROUP: Final = re.compile(r"\\.|\[[^\]]*\]|\((?!\?)")


def text_pattern(
    schema: JsonObject,
    *,
    definitions: Mapping[str, JsonObject],
    given: Mapping[Path, str],
    captured: Collection[Path],
    path: Path = (),
) -> str | None:
    """The pattern of `schema` for use with `fullmatch`; None for what has no simple pattern.

    `given` holds patterns that stand in for a member's own, by path (an array's items under
    `[]`), and makes such a member mandatory. `captured` paths become groups, in the order in which
    they stand in the text; strings without their quotation marks. `$ref` names one of
    `definitions` by its last part. An optional member without a pattern is left out.

    Raises: ValueError for a mandatory member without a pattern (the schema's author).
    Not checked: `uniqueItems`, which no regular expression can.
    """
    if path in given:
        return given[path]
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if "const" in schema:
        return re.escape(_text(schema["const"]))
    if "enum" in schema:  # of names, all of them
        return f'"(?:{"|".join(re.escape(name) for name in schema["enum"])})"'
    kind = schema["type"]
    if kind == "boolean":
        return "(?:true|false)"
    if kind == "integer":
        return _integer(schema)
    if kind == "string":
        return _string(schema)
    if kind == "array":
        item = text_pattern(
            schema["items"],
            definitions=definitions,
            given=given,
            captured=captured,
            path=(*path, "[]"),
        )
        if item is None:
            return None
        return rf"\[{item}(?:,{item}){{0,{schema['maxItems'] - 1}}}\]"
    members = []
    for name in sorted(schema["properties"]):  # names are ASCII, where RFC 8785's order is this one
        below = (*path, name)
        found = text_pattern(
            schema["properties"][name],
            definitions=definitions,
            given=given,
            captured=captured,
            path=below,
        )
        mandatory = name in schema["required"] or below in given
        if found is not None:
            value = _captured(found) if below in captured else found
            members.append((f"{re.escape(_text(name))}:{value}", mandatory))
        elif mandatory:
            raise ValueError(f"no pattern for {'.'.join(below)}")
    return _object(members)


def _captured(pattern: str) -> str:
    """A group around the value; of a string, around what stands between its quotation marks."""
    return f'"({pattern[1:-1]})"' if pattern[0] == pattern[-1] == '"' else f"({pattern})"


def _object(members: list[tuple[str, bool]]) -> str:
    """Members in their order, with commas between those that are there."""
    last = max(place for place, (_, mandatory) in enumerate(members) if mandatory)
    parts = []
    for place, (member, mandatory) in enumerate(members):
        if place == last:
            parts.append(member)
        elif place > last:
            parts.append(f"(?:,{member})?")
        else:
            parts.append(f"{member}," if mandatory else f"(?:{member},)?")
    return rf"\{{{''.join(parts)}\}}"


def _integer(schema: JsonObject) -> str | None:
    digits = len(str(schema["maximum"]))
    if schema["minimum"] not in (0, 1) or schema["maximum"] != 10**digits - 1:
        return None
    positive = rf"[1-9][0-9]{{0,{digits - 1}}}"
    return positive if schema["minimum"] else f"(?:0|{positive})"


def _string(schema: JsonObject) -> str | None:
    pattern = schema.get("pattern", "")
    if not (pattern.startswith("^") and pattern.endswith("$")) or _MAY_QUOTE.search(pattern):
        return None
    longest = schema.get("maxLength")
    bound = f'(?![^"]{{{longest + 1}}})' if longest is not None else ""
    # Only what was asked for becomes a group.
    plain = _GROUP.sub(lambda found: "(?:" if found[0] == "(" else found[0], pattern[1:-1])
    return f'"{bound}(?:{plain})"'


def _text(value: Json) -> str:
    return canonical(value).decode("ascii")
