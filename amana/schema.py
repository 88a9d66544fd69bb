"""Our JSON Schemas (2020-12), compiled once for each type and kept.

jsonschema-rs validates in a few microseconds; jsonschema says the same where no wheel exists.
Neither is imported before it is needed: the phone needs none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

import schemas
from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject

__all__ = ["KINDS", "check_schema", "conforms"]

KINDS: Final = frozenset(
    {"PurposeCredential", "PersonProfile", "HouseholdProfile", "StationCertificate"}
)
_COMMON: Final = "common"


def check_schema(kind: str, document: JsonObject) -> None:
    """Check a credential of type `kind` against our schema for it.

    Raises: InputError SCHEMA_UNKNOWN (we have none), SCHEMA_VIOLATION (the document's author) or
    MISSING_LIBRARY if no validator is installed.
    Not checked: its proof, and that every claim is marked (`amana.purpose`).
    """
    found = conforms(kind)(document)
    if found is None:
        raise InputError(Reason.MISSING_LIBRARY, "no JSON Schema validator is installed")
    if not found:
        raise InputError(Reason.SCHEMA_VIOLATION, f"not a {kind} as its schema says")


@lru_cache(maxsize=16)
def conforms(kind: str) -> Callable[[JsonObject], bool | None]:
    """The compiled schema of `kind`, as a question to ask about a document.

    None is the answer where no validator is installed, as on a phone: nobody knows.

    Raises: InputError SCHEMA_UNKNOWN (we have none).
    """
    if kind not in KINDS:
        raise InputError(Reason.SCHEMA_UNKNOWN, "a type for which we have no schema")
    schema, common = _read(kind), _read(_COMMON)
    try:
        import jsonschema_rs
    except ImportError:
        return _by_jsonschema(schema, common)
    registry = jsonschema_rs.Registry([(common["$id"], common)])
    fast: Callable[[JsonObject], bool] = jsonschema_rs.validator_for(
        schema, registry=registry, validate_formats=False
    ).is_valid
    return fast


def _by_jsonschema(schema: JsonObject, common: JsonObject) -> Callable[[JsonObject], bool | None]:
    try:
        from jsonschema import Draft202012Validator, ValidationError, validators
        from referencing import Registry, Resource
    except ImportError:
        return _nobody_knows

    registry: Registry[JsonObject] = Registry().with_resource(
        common["$id"], Resource.from_contents(common)
    )

    def whole(_validator: Any, pattern: str, value: Json, _schema: Any) -> Iterator[Exception]:
        # Python's `$` also matches before a line feed at the end; all our patterns mean the end.
        if type(value) is str and re.fullmatch(pattern, value) is None:
            yield ValidationError("not of the pattern")

    strict = validators.extend(Draft202012Validator, {"pattern": whole})
    complete: Callable[[JsonObject], bool] = strict(schema, registry=registry).is_valid
    return complete


def _nobody_knows(_document: JsonObject) -> None:
    return None


def _read(name: str) -> JsonObject:
    schema: JsonObject = json.loads(schemas.read(f"json/{name}.json"))
    return schema
