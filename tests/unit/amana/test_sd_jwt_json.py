"""SD-JWT in JWS JSON serialisation (RFC 9901, section 8): read as what it is in compact form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from amana.errors import InputError
from amana.limits import LIMITS
from amana.multibase import to_base64url
from amana.reasons import Reason
from tests.amana_samples import refused
from tests.sd_jwt_samples import ASKED, HOLDER, THIEF, bound, judge, made, read, shown

FOUND = bound(("name",))


def flattened(found: Any = FOUND, **changes: Any) -> dict[str, Any]:
    protected, payload, signature = found.jwt.split(".")
    header: dict[str, Any] = {"disclosures": list(found.disclosures)}
    if found.key_binding:
        header["kb_jwt"] = found.key_binding
    document = {
        "payload": payload,
        "protected": protected,
        "signature": signature,
        "header": header,
        **changes,
    }
    return {name: value for name, value in document.items() if value is not ...}


def general(*others: dict[str, Any], **changes: Any) -> dict[str, Any]:
    first = flattened()
    return {
        "payload": first.pop("payload"),
        "signatures": [first, *others],
        **changes,
    }


def why(document: Any) -> Reason:
    return refused(lambda: read(json.dumps(document)), error=InputError)


def test_the_flattened_form() -> None:
    """Interoperability, from others (C93)."""
    text = json.dumps(flattened())
    assert read(text) == FOUND
    assert judge(text, ASKED).holder == HOLDER.public
    assert read(json.dumps(flattened(shown()))).text == shown().text
    bare = made({"a": 1})
    assert judge(json.dumps(flattened(read(bare), header=...))).claims == {"a": 1}
    assert read(json.dumps(flattened(unknown=[1]))) == FOUND


def test_the_general_form() -> None:
    other = read(made({"a": 1}, key=THIEF))
    protected, _, signature = other.jwt.split(".")
    more = {"protected": protected, "signature": signature, "header": {"kid": "b"}}
    for document in (general(), general(more), general({**more, "header": {}})):
        assert judge(json.dumps(document), ASKED).claims["name"] == "Amal"


@pytest.mark.parametrize(
    "document",
    [
        {},
        flattened(payload=...),
        flattened(protected=...),
        flattened(signature=...),
        flattened(signature=1),
        flattened(header=[]),
        flattened(header={"disclosures": {}}),
        flattened(header={"disclosures": [1]}),
        flattened(header={"disclosures": ["a~b"]}),
        flattened(header={"disclosures": [], "kb_jwt": ""}),
        flattened(header={"disclosures": [], "kb_jwt": None}),
        flattened(header={"disclosures": [""]}),
        flattened(header={"kid": "elsewhere too"}),
        flattened(header={"alg": "none"}),
        flattened(header={"typ": "jwt"}),
        flattened(header={"crit": ["b64"]}),
        general(signatures=[]),
        general(signatures={}),
        general(signatures=[1]),
        general(signature="a"),
        general(header={}),
        general({"header": {"disclosures": []}}),
        general({"header": {"kb_jwt": "a"}}),
        general({"header": []}),
        general(*[{} for _ in range(LIMITS.proofs)]),
    ],
)
def test_documents_that_are_no_sd_jwt(document: Any) -> None:
    assert why(document) is Reason.BAD_SD_JWT


def test_protected_headers_that_are_none() -> None:
    assert why(flattened(protected="!")) is Reason.BAD_JWT
    assert why(flattened(protected=to_base64url(b"[]"))) is Reason.BAD_JWT
    assert why(flattened(protected=to_base64url(b"{"))) is Reason.NOT_JSON


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", Reason.NOT_JSON),
        ('{"a":1,"a":1}', Reason.DUPLICATE_KEY),
        ('{"\ud800":1}', Reason.LONE_SURROGATE),
        ("{" + " " * LIMITS.json_bytes, Reason.TOO_LARGE),
    ],
    ids=["open", "twice", "surrogate", "huge"],
)
def test_texts_that_are_no_document(text: str, reason: Reason) -> None:
    assert refused(lambda: read(text), error=InputError) is reason


def test_documents_with_too_many_disclosures() -> None:
    many = flattened(header={"disclosures": ["AA"] * (LIMITS.sd_jwt_disclosures + 1)})
    assert why(many) is Reason.TOO_MANY_DISCLOSURES
