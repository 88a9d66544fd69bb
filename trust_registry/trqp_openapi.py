"""The OpenAPI document of the TRQP server: what it takes and gives, written by hand and tested.

It is not made from code: requests are read by `trqp.read_question`, stricter than any generated
model would be, and what stands here is held against real answers.
"""

from __future__ import annotations

from typing import Final

import schemas
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import JsonObject
from trust_registry.entries import TIERS
from trust_registry.trqp import IDENTIFIER, INSTANT, MEMBERS, PLACE, Query

__all__ = ["PROBLEM", "openapi", "problem_type"]

PROBLEM: Final = "application/problem+json"
_JSON: Final = "application/json"
_PROBLEMS: Final = {
    400: ("malformed-query", "The body is not a query of TRQP, or not JSON."),
    404: ("unknown-authority", "This registry answers for another authority."),
    413: ("too-large", "The body is larger than any query."),
    415: ("not-json", "The body does not say that it is JSON."),
    500: ("our-fault", "Something went wrong here."),
    503: ("registry-unavailable", "There is no verified registry to answer from."),
}
_EXAMPLE: Final = {
    "entity_id": "did:web:relief.example",
    "authority_id": "",
    "action": "issue",
    "resource": "PurposeCredential",
}


def problem_type(status: int) -> tuple[str, str]:
    """The `type` and the `title` of a problem with this status (RFC 7807, section 3.1)."""
    if status not in _PROBLEMS:
        return "about:blank", "The request does not fit this server."
    name, title = _PROBLEMS[status]
    return f"{schemas.BASE}/problems/trqp#{name}", title


def openapi(authority: str, *, limits: Limits = LIMITS) -> JsonObject:
    """The OpenAPI 3.1 document of a server that answers for `authority`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Amana trust registry: Trust Registry Query Protocol",
            "version": "2.0",
            "summary": "Who is accredited to do what, out of a registry signed by its members.",
            "description": "Answers come from a registry that this server has verified, and are "
            "themselves not signed: nobody can rely on one who does not rely on this server. "
            "Verifiers of Amana never do; they carry the registry.",
            "x-authority-id": authority,
        },
        "paths": {f"/{query.value}": {"post": _operation(query, authority)} for query in Query}
        | {"/openapi.json": {"get": _about()}},
        "components": {
            "schemas": {
                "Query": _query(limits),
                "Context": _context(limits),
                "Registry": _registry(),
                **{f"{query.value.capitalize()}Response": _response(query) for query in Query},
                "ProblemDetails": _problem(),
            },
            "responses": {str(status): _refusal(status) for status in _PROBLEMS},
        },
    }


def _operation(query: Query, authority: str) -> JsonObject:
    asked = {**_EXAMPLE, "authority_id": authority}
    said = {
        Query.AUTHORIZATION: "Does the authority let the entity do this?",
        Query.RECOGNITION: "Does the authority recognise the entity as an authority for this?",
    }
    if query is Query.RECOGNITION:
        asked["entity_id"] = "did:web:neighbours.example"
    name = f"{query.value.capitalize()}Response"
    answered = {
        **asked,
        query.says: True,
        "time_evaluated": "2026-11-22T12:00:00Z",
        "message": "Accredited. Registry version 12 of 2026-11-20, 2 days old.",
        "registry": {
            "version": 12,
            "published": "2026-11-20T09:00:00Z",
            "age_days": 2,
            "stale": False,
        },
    }
    return {
        "operationId": query.value,
        "summary": said[query],
        "description": "An entity without a record is a no, and no error.",
        "requestBody": {
            "required": True,
            "content": {_JSON: {"schema": _ref("schemas/Query"), "example": asked}},
        },
        "responses": {
            "200": {
                "description": "A yes or a no, and how old the registry is.",
                "content": {_JSON: {"schema": _ref(f"schemas/{name}"), "example": answered}},
            },
            **{str(status): _ref(f"responses/{status}") for status in _PROBLEMS},
        },
    }


def _about() -> JsonObject:
    return {
        "operationId": "openapi",
        "summary": "This document.",
        "responses": {
            "200": {
                "description": "An OpenAPI document.",
                "content": {_JSON: {"schema": {"type": "object", "required": ["openapi"]}}},
            }
        },
    }


def _query(limits: Limits) -> JsonObject:
    told = {
        "entity_id": "Who is asked about.",
        "authority_id": "Whose registry is asked: the digest of its trust anchor (RFC 6920).",
        "action": "What it would do: issue, ask.",
        "resource": "With what: a kind of credential, or one purpose of it.",
    }
    identifiers = {
        name: {
            "type": "string",
            "description": told[name],
            "minLength": 1,
            "maxLength": limits.trqp_text_chars,
            "pattern": f"^{IDENTIFIER}$",
        }
        for name in MEMBERS
    }
    return {
        "type": "object",
        "description": f"At most {limits.trqp_bytes} bytes of JSON; no member twice.",
        "required": list(MEMBERS),
        "properties": {**identifiers, "context": _ref("schemas/Context")},
        "additionalProperties": False,
    }


def _context(limits: Limits) -> JsonObject:
    return {
        "type": "object",
        "description": "Conditions. Others than these are sent back and not considered, which the "
        "message of the answer then says.",
        "maxProperties": limits.trqp_conditions,
        "propertyNames": {"maxLength": limits.trqp_condition_chars},
        "properties": {
            "time": {
                "type": "string",
                "format": "date-time",
                "pattern": f"^{INSTANT}$",
                "description": "Judge as of this time; the present, if it is left out.",
            },
            "locator": {
                "type": "string",
                "maxLength": limits.trqp_condition_chars,
                "description": "Needed by other registries; not considered here.",
            },
            "tier": {
                "type": "string",
                "enum": list(TIERS),
                "description": "The service tier of who asks; for the action ask.",
            },
            "jurisdiction": {
                "type": "string",
                "pattern": f"^{PLACE}$",
                "description": "Where: a code of ISO 3166-1 or 3166-2.",
            },
        },
        "additionalProperties": {"type": "string", "maxLength": limits.trqp_condition_chars},
    }


def _response(query: Query) -> JsonObject:
    instant = {"type": "string", "format": "date-time"}
    identifier = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "required": [*MEMBERS, query.says, "time_evaluated", "message", "registry"],
        "properties": {
            **dict.fromkeys(MEMBERS, identifier),
            query.says: {"type": "boolean"},
            "time_evaluated": {**instant, "description": "The time of this server."},
            "time_requested": {**instant, "description": "The time that was asked for."},
            "message": {"type": "string", "description": "Why, and how old the registry is."},
            "context": _ref("schemas/Context"),
            "registry": _ref("schemas/Registry"),
        },
        "additionalProperties": False,
    }


def _registry() -> JsonObject:
    return {
        "type": "object",
        "description": "What the answer was taken from.",
        "required": ["version", "published", "stale"],
        "properties": {
            "version": {"type": "integer", "minimum": 1},
            "published": {
                "type": "string",
                "format": "date-time",
                "description": "The date that the members signed.",
            },
            "age_days": {
                "type": "integer",
                "minimum": 0,
                "description": "Left out where the clock of this server can't be right.",
            },
            "stale": {"type": "boolean", "description": "Too old, or of an unknown age."},
            "governance": {
                "type": "string",
                "pattern": "^[0-9a-f]{64}$",
                "description": "SHA-256 of governance.json, the governance framework, which is a "
                "target of the same registry.",
            },
        },
        "additionalProperties": False,
    }


def _problem() -> JsonObject:
    return {
        "type": "object",
        "description": "RFC 7807.",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "reason": {"type": "string", "description": "The reason by Amana's own list."},
        },
        "additionalProperties": False,
    }


def _refusal(status: int) -> JsonObject:
    kind, title = problem_type(status)
    example = {"type": kind, "title": title, "status": status}
    if status == 404:
        example["reason"] = Reason.AUTHORITY_UNKNOWN.value
    return {
        "description": title,
        "content": {PROBLEM: {"schema": _ref("schemas/ProblemDetails"), "example": example}},
    }


def _ref(place: str) -> JsonObject:
    return {"$ref": f"#/components/{place}"}
