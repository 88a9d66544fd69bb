"""Schemas as patterns: what matches conforms, and what has no simple pattern is left out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import schemas
from amana._text_pattern import text_pattern
from amana.jcs import canonical

Schema = dict[str, Any]


def pattern(schema: Schema, **more: Any) -> str | None:
    named: dict[str, Any] = {"definitions": {}, "given": {}, "captured": (), **more}
    return text_pattern(schema, **named)


def matches(schema: Schema, text: str, **more: Any) -> bool:
    found = pattern(schema, **more)
    assert found is not None
    return re.fullmatch(found, text) is not None


def closed(required: list[str], **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": required}


INTEGER: Schema = {"type": "integer", "minimum": 0, "maximum": 99}
WORD: Schema = {"type": "string", "pattern": "^[a-z]+$"}
FREE: Schema = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"const": "a.b"}, ['"a.b"'], ['"axb"', "a.b", '"a.b" ']),
        ({"const": ["a", 1, True]}, ['["a",1,true]'], ['["a", 1, true]', '["a",1,1]']),
        ({"enum": ["60+", "5-11"]}, ['"60+"', '"5-11"'], ['"600"', '"60"', '""', "60+"]),
        ({"type": "boolean"}, ["true", "false"], ["True", "1", '"true"', "tru"]),
        (INTEGER, ["0", "1", "99"], ["00", "01", "100", "-1", "-0", "1.0", "1e1", "", "٣"]),
        (
            {"type": "integer", "minimum": 1, "maximum": 9999},
            ["1", "10", "9999"],
            ["0", "10000", "01", "9.0"],
        ),
        (WORD, ['"a"', '"abc"'], ['""', '"A"', "a", '"a\\u0062"', '"a"b"', '"a\n"']),
        (
            {"type": "string", "pattern": "^(a|b)[)]\\($"},
            ['"a)("', '"b)("'],
            ['"a"', '"b)"', '"a)(" '],
        ),
        ({**WORD, "maxLength": 3}, ['"a"', '"abc"'], ['"abcd"', '""']),
        (
            {"type": "array", "items": WORD, "maxItems": 3},
            ['["a"]', '["a","a"]', '["a","b","c"]'],
            ["[]", '["a","b","c","d"]', '["a",]', '["a", "b"]', '"a"', '[["a"]]'],
        ),
    ],
)
def test_one_value(schema: Schema, good: list[str], bad: list[str]) -> None:
    """Only the canonical text of what the schema admits (RFC 8785)."""
    assert [text for text in good if not matches(schema, text)] == []
    assert [text for text in bad if matches(schema, text)] == []
    for text in good:
        assert canonical(json.loads(text)) == text.encode()


@pytest.mark.parametrize(
    "schema",
    [
        FREE,
        {"type": "string", "pattern": "[a-z]+$"},
        {"type": "string", "pattern": "^[a-z]+"},
        {"type": "string", "pattern": "^[^a]+$"},
        {"type": "string", "pattern": "^a.b$"},
        {"type": "string", "pattern": "^\\S+$"},
        {"type": "string", "pattern": "^\\D$"},
        {"type": "integer", "minimum": 0, "maximum": 98},
        {"type": "integer", "minimum": 2, "maximum": 9},
        {"type": "integer", "minimum": -1, "maximum": 9},
        {"type": "array", "items": FREE, "maxItems": 3},
    ],
)
def test_what_has_no_simple_pattern(schema: Schema) -> None:
    """It could admit a quotation mark or an escape, or needs arithmetic."""
    assert pattern(schema) is None


def test_dots_that_stand_for_themselves() -> None:
    for written in (r"^[a.]+$", r"^a\.b$"):
        assert pattern({"type": "string", "pattern": written}) is not None
    assert matches({"type": "string", "pattern": r"^a\.b$"}, '"a.b"')
    assert not matches({"type": "string", "pattern": r"^a\.b$"}, '"axb"')


@pytest.mark.parametrize(
    ("required", "good", "bad"),
    [
        (["b"], ['{"b":1}', '{"a":1,"b":1}', '{"b":1,"c":1}', '{"a":1,"b":1,"c":1}'], ["{}"]),
        (["a", "c"], ['{"a":1,"c":1}', '{"a":1,"b":1,"c":1}'], ['{"a":1}', '{"c":1}']),
        (["a"], ['{"a":1}', '{"a":1,"b":1}', '{"a":1,"c":1}'], ["{}", '{"b":1,"c":1}']),
        (["c"], ['{"c":1}', '{"a":1,"c":1}', '{"a":1,"b":1,"c":1}'], ["{}", '{"a":1,"b":1}']),
    ],
)
def test_objects(required: list[str], good: list[str], bad: list[str]) -> None:
    """Sorted members, each at most once, the mandatory ones always."""
    schema = closed(required, c=INTEGER, a=INTEGER, b=INTEGER)
    assert [text for text in good if not matches(schema, text)] == []
    bad += ['{"b":1,"a":1}', '{"a":1,"a":1,"b":1,"c":1}', '{"a":1,"b":1,"c":1,"d":1}']
    bad += ['{"a":1,"b":1,"c":1,}', '{,"a":1,"b":1,"c":1}', '{"a": 1,"b":1,"c":1}']
    assert [text for text in bad if matches(schema, text)] == []


def test_members_without_a_pattern() -> None:
    schema = closed(["a"], a=INTEGER, b=FREE)
    assert matches(schema, '{"a":1}')
    assert not matches(schema, '{"a":1,"b":"x"}')
    with pytest.raises(ValueError, match=r"no pattern for outer\.b"):
        pattern(closed(["outer"], outer=closed(["b"], b=FREE)))


def test_patterns_that_are_given() -> None:
    """They stand in for a member's own, and make it mandatory; items are under `[]`."""
    given = {("b",): '"x"', ("c", "[]"): '"y"'}
    schema = closed([], b=FREE, c={"type": "array", "items": FREE, "maxItems": 2})
    assert matches(schema, '{"b":"x"}', given=given)
    assert matches(schema, '{"b":"x","c":["y","y"]}', given=given)
    assert not matches(schema, '{"c":["y"]}', given=given)
    assert not matches(schema, '{"b":"z"}', given=given)


def test_groups_are_what_was_asked_for_and_no_others() -> None:
    """Strings without their quotation marks, in the order of the text."""
    schema = closed(
        ["a", "b", "o"],
        o=closed(["d"], d=INTEGER),
        b={"type": "string", "pattern": "^(x|y)(?:z)?$"},
        a={"enum": ["p", "q"]},
    )
    found = re.fullmatch(
        str(pattern(schema, captured=[("a",), ("b",), ("o",), ("o", "d")])),
        '{"a":"q","b":"yz","o":{"d":7}}',
    )
    assert found is not None
    assert found.groups() == ("q", "yz", '{"d":7}', "7")
    assert re.compile(str(pattern(schema))).groups == 0


def test_definitions_are_found_by_their_last_part() -> None:
    schema = closed(["a"], a={"$ref": "https://a.example/common.json#/$defs/word"})
    assert matches(schema, '{"a":"b"}', definitions={"word": WORD})


def test_our_own_schema_has_a_pattern_for_all_but_names() -> None:
    schema = json.loads(schemas.read("json/PurposeCredential.json"))
    definitions = json.loads(schemas.read("json/common.json"))["$defs"]
    given = {("credentialSubject", name, "[]"): '"x"' for name in ("selfStated", "checked")}
    about = schema["properties"]["credentialSubject"]
    left = [
        name
        for name, member in about["properties"].items()
        if pattern(member, definitions=definitions, given={("[]",): '"x"'}) is None
    ]
    assert left == ["name"]
    whole = pattern(
        about, definitions=definitions, given={path[1:]: p for path, p in given.items()}
    )
    assert whole is not None
    assert '"name"' not in whole
