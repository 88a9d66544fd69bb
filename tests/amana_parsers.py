"""Every parser of `amana` that meets a stranger's bytes, with good inputs to start from.

Each is a function of bytes; what else a parser needs is fixed here. Only the errors named beside
it may leave it.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from functools import cache
from typing import Any

import base45
import cbor2

from amana._bits import inflate
from amana.challenge import read_challenge
from amana.credential import check_credential
from amana.data_model import check_unsigned
from amana.dates import parse_instant
from amana.did import key as did_key
from amana.did import webvh
from amana.did.document import DidDocument
from amana.did.web import document_url, parse_document
from amana.jwk import read_multikey, read_public_jwk
from amana.keys import PublicKey
from amana.limits import LIMITS, Limits
from amana.multibase import decode_base58, decode_base64url, from_base64url, to_base64url
from amana.presentation import check_presentation
from amana.proofs import data_integrity, eddsa_jcs, eddsa_rdfc, vc_jwt
from amana.proofs.jose import read_jws
from amana.qr import deflate
from amana.qr.text import Kind, decode, encode, pack
from amana.schema import check_schema
from amana.sealed import open_sealed, read_public, read_sealed_header
from amana.status import judge_entry, read_status_list
from amana.status_entry import read_status_entry
from amana.strict_json import as_object, loads
from amana.terms import check_terms
from amana.token_status import read_status_claim, read_token_status_list
from tests import amana_samples as samples
from tests import did_lab, proof_lab, status_lab
from tests import jose_samples as jose
from tests.amana_samples import ISSUER, LIST_URL, PASSPHRASE, key, written
from tests.parser_trials import EITHER, Parser

# A changed file may ask for a gigabyte; what that costs is another test's matter.
_CHEAP = Limits(argon2_memory_max=16 * 1024, argon2_passes_max=2)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _as_text(parse: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: parse(_text(data))


def _proof(data: bytes) -> None:
    document = loads(data)
    proof = document.get("proof") if type(document) is dict else document
    found = eddsa_jcs.read_proof(proof)
    if type(document) is dict:
        eddsa_jcs.verify(document, found, key=key("issuer").public)


def _proof_over_statements(data: bytes) -> None:
    document = as_object(loads(data))
    found = eddsa_rdfc.read_proof(document.get("proof"))
    eddsa_rdfc.verify(document, found, key=key("issuer").public)


def _inside_a_code(data: bytes) -> None:
    decode("AVC1R" + base45.b45encode(pack(data)).decode("ascii"))


def _deflated(data: bytes) -> None:
    deflate.unpack(binascii.crc_hqx(data, 0).to_bytes(2, "big") + data)


_CLAIMS: dict[str, Any] = {
    "iss": "did:web:a.example", "sub": jose.HOLDER, "aud": ["x"], "exp": 1.5, "nonce": "1",
}  # fmt: skip


_OWN_CONTEXTS: dict[str, Any] = {
    "@context": [{"@vocab": "urn:v:", "@language": "en", "ex": "https://e.example/#"}, {
        "@protected": True, "t": "@type", "ex:a": {"@type": "@id", "@container": ["@set"]},
        "T": {"@id": "ex:T", "@context": {"@propagate": False, "p": {"@id": "ex:p", "@context": [
            None, {"@version": 1.1, "q": {"@id": "ex:q", "@container": "@language"}}]}}}}],
    "t": "T", "ex:a": ["ex:b"], "p": {"q": {"de": "x"}}, "r": [{"@list": [1.5, {"@value": True}]}],
}  # fmt: skip


def _multikeys() -> list[bytes]:
    return [key("issuer").public.multikey.encode(), jose.P256Key("p").public.multikey.encode()]


def _jws(header: bytes, payload: bytes) -> str:
    return f"{to_base64url(header)}.{to_base64url(payload)}.{to_base64url(bytes(64))}"


def _enveloped(data: bytes) -> None:
    """Whatever a signer may put into a credential's payload; the signature is a matter apart."""
    vc_jwt.read(_jws(b'{"alg":"EdDSA","typ":"vc+jwt","kid":"did:web:a.example#1"}', data))


def _presented(data: bytes) -> None:
    vc_jwt.read_presentation(_jws(b'{"alg":"ES256","typ":"vp+jwt","kid":"a:b#1"}', data))


def _messages() -> dict[str, Any]:
    return status_lab.bitstring(
        {0: 2}, purpose=("message", "other"), status_size=2, messages=status_lab.MESSAGES
    )


_CWT_HEADER = cbor2.dumps({1: -8, 16: status_lab.CWT_TYPE})
_TOKEN_LIST = {
    **status_lab.CLAIMS, "exp": 1_900_000_000, "nbf": 1.5, "ttl": 43_200, "iss": "a:b",
    "status_list": {**status_lab.CLAIMS["status_list"], "aggregation_uri": "a:b"},
}  # fmt: skip


class _Believing:
    """A key that finds every signature good: what is behind signatures is parsed too."""

    algorithm = "EdDSA"
    did = "did:key:z"

    def verify(self, message: bytes, signature: bytes) -> None:
        pass


def _token_list(data: bytes) -> None:
    found = read_token_status_list(data, uri=status_lab.URI, key=_Believing(), now=samples.NOW)
    found.judge(0)


def _as_jwt(claims: bytes) -> bytes:
    return _jws(b'{"alg":"EdDSA","typ":"statuslist+jwt"}', claims).encode()


def _as_cwt(header: bytes, claims: bytes) -> bytes:
    return b"\xd2" + cbor2.dumps([header, {4: b"12"}, claims, bytes(64)])


@cache
def _document() -> DidDocument:
    return parse_document(written(samples.did_document()), did=ISSUER)


@cache
def _log() -> webvh.Log:
    did, log = did_lab.honest()
    return webvh.verify_log(log, did=did, now=did_lab.NOW)


_P256 = jose.P256Key("p")


@cache
def parsers() -> dict[str, Parser]:
    credential = written(samples.credential())
    presentation = written(samples.presentation())
    challenge = written(samples.challenge())
    listed = samples.status_list()
    document = written(samples.did_document())
    logs = did_lab.honest(), did_lab.first(watchers=["https://watch.example"], ttl=60)
    foreign = written(
        samples.foreign(
            credentialStatus=samples.unsigned()["credentialStatus"],
            termsOfUse=[{"type": "A"}, {"type": ["B"], "id": "urn:b"}],
            credentialSchema={"type": "JsonSchema", "id": "https://a.example/s"},
            validUntil="2030-01-01T00:00:00.5+01:00",
        )
    )
    codes = [
        encode(Kind.CREDENTIAL, samples.credential()),
        encode(Kind.PRESENTATION, samples.presentation()),
        encode(Kind.CHALLENGE, samples.challenge()),
        encode(Kind.CREDENTIAL, {}),
    ]
    any_json = [
        credential,
        document,
        b'{"a":[1,-2,true,null,"\\u00e9\\ud83d\\ude00"],"b":{"c":9007199254740991}}',
        b'[ 1.5, 1e5 , -0.0 ,"\xf0\x9f\x98\x80" ]',
    ]
    key_file = samples.key_file()
    return {
        "strict_json": Parser(loads, any_json, values=True),
        "strict_json_floats": Parser(lambda data: loads(data, floats=True), any_json, values=True),
        "base58": Parser(
            _as_text(lambda text: decode_base58(text, size=64)),
            [samples.credential()["proof"]["proofValue"].encode(), b"z" + b"1" * 64],
        ),
        "base64url": Parser(
            _as_text(decode_base64url),
            [samples.challenge()["nonce"].encode(), b"uAA", b"u"],
        ),
        "multikey": Parser(
            _as_text(PublicKey.from_multikey), [key("issuer").public.multikey.encode()]
        ),
        "did_key": Parser(_as_text(did_key.resolve), [key("issuer").public.did.encode()]),
        "bare_base64url": Parser(_as_text(from_base64url), [b"AA", b"", b"-_-_", b"AAA"]),
        "multikey_of_any_kind": Parser(_as_text(read_multikey), _multikeys()),
        "did_key_of_any_kind": Parser(
            _as_text(did_key.resolve_any), [b"did:key:" + text for text in _multikeys()]
        ),
        "jwk": Parser(
            lambda data: read_public_jwk(loads(data)),
            [written(jose.ED25519), written({**jose.P256, "use": "sig", "key_ops": ["verify"]})],
            values=True,
        ),
        "jws": Parser(
            _as_text(lambda text: read_jws(text, types=jose.CREDENTIAL_TYPES)),
            [jose.issued().encode()],
        ),
        "jws_header": Parser(
            lambda data: read_jws(_jws(data, b"{}"), types=jose.CREDENTIAL_TYPES),
            [b'{"alg":"EdDSA","typ":"vc+jwt","kid":"a:b#1","jwk":{}}'],
            values=True,
        ),
        "vc_jwt": Parser(
            _as_text(lambda text: vc_jwt.verify(text, key_of=jose.key_of)),
            [jose.issued().encode()],
            EITHER,
        ),
        "vc_jwt_payload": Parser(
            _enveloped,
            [written(jose.credential(issuer="did:web:a.example", **_CLAIMS))],
            EITHER,
            values=True,
        ),
        "vp_jwt_payload": Parser(
            _presented,
            [written(jose.presentation(jose.issued(), holder="a:b", nonce="1", aud=["a", "b"]))],
            EITHER,
            values=True,
        ),
        "did_web": Parser(_as_text(document_url), [b"did:web:a.example%3A80:b:%C3%A9"]),
        "did_document": Parser(
            lambda data: parse_document(data, did=ISSUER),
            [document, written(samples.did_document_of_many_kinds())],
            values=True,
        ),
        "did_webvh": Parser(_as_text(webvh.log_url), [logs[0][0].encode()]),
        "did_log": Parser(
            lambda data: webvh.verify_log(data, did=logs[0][0], now=did_lab.NOW),
            [logs[0][1]],
            EITHER,
        ),
        "did_log_entry": Parser(
            lambda data: webvh.verify_log(data, did=logs[1][0], now=did_lab.NOW),
            [logs[1][1]],
            EITHER,
            values=True,
        ),
        "did_url": Parser(
            _as_text(
                lambda text: _document().key(text, purpose="assertionMethod", now=samples.NOW)
            ),
            [samples.KEY_ID.encode()],
            EITHER,
        ),
        "did_version": Parser(
            _as_text(lambda text: _log().version(version_id=text)),
            [_log().newest.version_id.encode()],
            EITHER,
        ),
        "signature": Parser(
            lambda data: key("issuer").public.verify(b"a", data), [key("issuer").sign(b"a")], EITHER
        ),
        "signature_p256": Parser(
            lambda data: _P256.public.verify(b"a", data), [_P256.sign(b"a")], EITHER
        ),
        "schema": Parser(
            lambda data: check_schema("PurposeCredential", as_object(loads(data))),
            [written(samples.unsigned())],
            values=True,
        ),
        "proofs_read": Parser(
            lambda data: data_integrity.read_proofs(as_object(loads(data))),
            [written(proof_lab.chain())],
            EITHER,
            values=True,
        ),
        "wrapped": Parser(_as_text(vc_jwt.wrap), [jose.issued().encode()]),
        "unwrapped": Parser(
            lambda data: vc_jwt.unwrap(loads(data)),
            [written(vc_jwt.wrap(jose.issued()))],
            values=True,
        ),
        "date": Parser(
            _as_text(parse_instant), [b"2026-11-22T12:00:00.5+01:00", b"2024-02-29T23:59:59Z"]
        ),
        "sealed_header": Parser(
            lambda data: read_sealed_header(data, kind="key"), [key_file], values=True
        ),
        "key_file": Parser(read_public, [key_file], values=True),
        "sealed": Parser(
            lambda data: open_sealed(data, PASSPHRASE, kind="key", limits=_CHEAP),
            [key_file],
            values=True,
        ),
        "terms": Parser(
            lambda data: check_terms(as_object(loads(data, floats=True))),
            [credential, presentation, written(listed), written(_OWN_CONTEXTS)],
            values=True,
        ),
        "credential": Parser(
            lambda data: check_credential(loads(data)), [credential, foreign], values=True
        ),
        "presentation": Parser(
            lambda data: check_presentation(loads(data)), [presentation], values=True
        ),
        "presentation_enveloped": Parser(
            lambda data: check_presentation(loads(data), envelopes=True),
            [written(samples.enveloped_presentation())],
            values=True,
        ),
        "credential_complete": Parser(
            lambda data: check_unsigned(loads(data), issuer=ISSUER),
            [written(samples.complete())],
            values=True,
        ),
        "proof": Parser(_proof, [credential], EITHER, values=True),
        "proof_over_statements": Parser(
            _proof_over_statements,
            [
                written(
                    eddsa_rdfc.sign(
                        samples.unsigned(), key=key("issuer"), verification_method=samples.KEY_ID
                    )
                )
            ],
            EITHER,
            values=True,
        ),
        "proofs": Parser(
            lambda data: data_integrity.verify_proofs(
                as_object(loads(data)), key_of=proof_lab.key_of
            ),
            [written(proof_lab.pair()), written(proof_lab.chain())],
            EITHER,
            values=True,
        ),
        "challenge": Parser(
            lambda data: read_challenge(loads(data)), [challenge], EITHER, values=True
        ),
        "status_list": Parser(
            lambda data: read_status_list(data, url=LIST_URL, key=key("issuer").public),
            [written(listed)],
            EITHER,
            values=True,
        ),
        "status_list_sizes": Parser(
            lambda data: judge_entry(
                status_lab.entry(purpose="message", size=2, messages=status_lab.MESSAGES),
                read_status_list(data, url=LIST_URL, key=key("issuer").public),
            ),
            [written(_messages())],
            EITHER,
            values=True,
        ),
        "status_entry": Parser(
            lambda data: read_status_entry({"type": "", **as_object(loads(data))}),
            [
                written(status_lab.entry(size=2, messages=status_lab.MESSAGES).document()),
                written(status_lab.entry(references=("a:b",)).document()),
            ],
            values=True,
        ),
        "status_claim": Parser(
            lambda data: read_status_claim(as_object(loads(data))),
            [b'{"status":{"status_list":{"idx":412,"uri":"https://a.example/1"}}}'],
            EITHER,
            values=True,
        ),
        "token_list_jwt": Parser(_token_list, [_as_jwt(written(_TOKEN_LIST))], EITHER),
        "token_list_claims": Parser(
            lambda data: _token_list(_as_jwt(data)), [written(_TOKEN_LIST)], EITHER, values=True
        ),
        "token_list_cwt": Parser(_token_list, [status_lab.cwt()], EITHER),
        "token_list_numbered": Parser(
            lambda data: _token_list(_as_cwt(_CWT_HEADER, data)),
            [
                cbor2.dumps(status_lab.NUMBERED),
                cbor2.dumps({**status_lab.NUMBERED, 1: "a", 4: 2e9, 65534: 1}),
            ],
            EITHER,
        ),
        "token_list_header": Parser(
            lambda data: _token_list(_as_cwt(data, cbor2.dumps(status_lab.NUMBERED))),
            [_CWT_HEADER],
            EITHER,
        ),
        "status_bits": Parser(
            _as_text(lambda text: inflate(decode_base64url(text), wbits=31, limits=LIMITS)),
            [listed["credentialSubject"]["encodedList"].encode()],
        ),
        "qr_text": Parser(_as_text(decode), [code.encode() for code in codes]),
        "qr_inside": Parser(
            _inside_a_code, [credential, presentation, challenge], values=True, largest=10_000
        ),
        "qr_deflate": Parser(_deflated, [deflate.pack(credential)[2:], deflate.pack(b"{}")[2:]]),
    }
