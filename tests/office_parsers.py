"""Parsers of the issuer and of the VC-API; an answer with problem details counts as a refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import loads
from apps._vc_keys import read_key_file
from apps._vc_service import Reply
from apps.vc import disclosure_path
from issuer.cards import draw_cards
from issuer.intake import load_mapping, read_registrations
from issuer.offer import read_holder_keys
from issuer.office import issuer_base_url
from issuer.purposes import default_purposes, load_purposes
from tests import amana_samples as samples
from tests import jose_samples as jose
from tests import vc_api_caller as api
from tests.amana_samples import key, written
from tests.deterministic import randomness
from tests.issuing_lab import KEY
from tests.parser_trials import EITHER, SHARE, Parser

Object = dict[str, Any]
_CSV_MAPPING = (
    b'{"rows":"person","columns":{"id":{"field":"household"},"born":{"field":"birthDate"},'
    b'"sex":{"field":"gender"},"name":{"field":"name"}}}'
)
_CSV = b'id,born,sex,name\n1,1991-05-17,F,"Zavmip, Tolubrek"\n1,2020,M,x\n2,,female,\n'


def _refuse(found: object) -> None:
    """Count an answer of None, or none that helps, as a refusal."""
    if not found:
        raise InputError(Reason.EMPTY, "nothing came of it")


def _csv(data: bytes) -> None:
    read_registrations(data, name="people.csv", mapping=load_mapping(_CSV_MAPPING))


def _cards(data: bytes) -> None:
    _refuse(list(draw_cards(data)))


def _service(call: Callable[[api.Caller], Callable[[Any], Reply]]) -> Callable[[bytes], None]:
    answer = call(_caller())

    def parse(data: bytes) -> None:
        reply = answer(loads(data))
        assert 200 <= reply.status < 500
        json.dumps(reply.body)
        if reply.problem:
            raise InputError(Reason.BAD_CREDENTIAL, "answered with a problem")

    return parse


@cache
def _caller() -> api.Caller:
    return api.Caller()


def _over_http(data: bytes) -> None:
    answer = _caller().send("POST", "/credentials/verify", data)
    assert 200 <= answer.status < 500
    assert answer.json is not None
    if answer.status >= 400:
        raise InputError(Reason.BAD_CREDENTIAL, "answered with a problem")


def _key_file(data: bytes) -> None:
    found = read_key_file(data)
    found.key_of(found.method_of("a:b"))


def _issuable() -> Object:
    """All members that a service signs without knowing more contexts than its own."""
    text: Object = {"@value": "A card", "@language": "en-GB", "@direction": "ltr"}
    subject: Object = {"id": "did:example:subject", "name": text}
    return api.credential(name=text, credentialSubject=[subject], validFrom="2026-11-01T00:00:00Z")


def _bodies(member: str, documents: Iterable[Object], **options: Any) -> list[bytes]:
    return [written({member: document, "options": options}) for document in documents]


@cache
def office_parsers() -> dict[str, Parser]:
    caller = _caller()
    holders = {"amana": "holder-keys", "version": 1, "holders": [key("a").public.did]}
    mapping = Path("issuer/data/mapping_example.json")
    root = Path(__file__).resolve().parents[1]
    jwk = {**jose.ED25519, "kid": "a", "d": jose.ED25519_SECRET}
    public = jose.ED25519
    key_file = {"id": "a:b#c", "controller": "a:b", "publicKeyJwk": public, "secretKeyJwk": jwk}
    secured = [
        caller.issue(api.credential()),
        caller.issue(api.credential(), "/eddsa-jcs-2022/credentials/issue"),
        caller.issue(api.credential(), "/vc-jwt/credentials/issue"),
    ]
    answer = api.signed(
        api.presentation(secured[0]),
        key=key("holder"),
        purpose="authentication",
        challenge="c",
        domain="d",
    )
    change = {
        "credentialId": "urn:a:1",
        "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
        "status": True,
    }
    caller.issue(api.credential(id="urn:a:1"), "/status/credentials/issue")
    paper = samples.credential(
        credentialSubject={
            "id": key("holder").public.did,
            "purpose": "food",
            "entitlement": "household",
            "reference": "ABCDEFGH23",
        }
    )
    return {
        "mapping": Parser(load_mapping, [(root / mapping).read_bytes()], values=True),
        "purposes": Parser(load_purposes, [default_purposes()], values=True),
        "csv": Parser(
            _csv,
            [_CSV, _CSV.replace(b"\n", b"\r\n")],
            largest=30_000,  # a camp in one file has its time
        ),
        "holder_keys": Parser(read_holder_keys, [written(holders)], values=True),
        "issuer_base": Parser(
            lambda data: issuer_base_url(data.decode("utf-8", "surrogateescape")),
            [b"did:web:aid.example%3A80:b"],
        ),
        "register_row": Parser(
            lambda data: KEY.open(data, "a"),
            [KEY.seal({"a": 1}, "a", randomness=randomness("row"))],
        ),
        "cards": Parser(
            _cards,
            [written(paper), written(samples.credential()) + b"\n" + written(paper)],
            most=50_000,
        ),
        "disclosure_path": Parser(
            lambda data: disclosure_path(data.decode("utf-8", "surrogateescape")),
            [b"credentialSubject.phone[0].number"],
            largest=10_000,  # an argument of a command
        ),
        "vc_key_file": Parser(_key_file, [written(key_file), written(jwk)], EITHER, values=True),
        # Four doors of one service, whose documents go to parsers that have their million.
        "vc_api_issue": Parser(
            _service(lambda caller: caller.service.issue),
            _bodies("credential", [api.credential(id="urn:a:1"), _issuable()]),
            values=True,
            most=SHARE,
        ),
        "vc_api_verify": Parser(
            _service(lambda caller: caller.service.verify_credential),
            _bodies("verifiableCredential", secured, checks=["proof"], returnCredential=True),
            values=True,
            most=SHARE,
        ),
        "vc_api_present": Parser(
            _service(lambda caller: caller.service.verify_presentation),
            _bodies("verifiablePresentation", [answer], challenge="c", domain="d"),
            values=True,
            most=SHARE,
        ),
        "vc_api_status": Parser(
            _service(lambda caller: caller.service.change_status), [written(change)], values=True
        ),
        "vc_api_http": Parser(
            _over_http, _bodies("verifiableCredential", secured[1:2]), values=True, most=SHARE
        ),
    }
