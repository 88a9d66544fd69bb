"""Parsers of tokens and proofs, fed with what a hostile signer may sign.

A changed payload is signed again, its digests are computed again, an entry of a log is hashed
again: what lies behind signatures and hashes is reached so, which noise never does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

import cbor2

from amana.did import webvh
from amana.did._webvh_rules import entry_hash, replaced_text, scid_of
from amana.enveloped import enveloped
from amana.errors import AmanaError
from amana.jwk import VerifyingKey
from amana.multibase import from_base64url, to_base64url
from amana.proofs import data_integrity, sd_jwt, sd_jwt_vc, vc_jwt, vc_sd_jwt
from amana.proofs.jose import sign_jws
from amana.strict_json import as_object, loads
from amana.token_status import read_token_status_list
from tests import amana_samples as samples
from tests import did_lab, proof_lab, status_lab
from tests import jose_samples as jose
from tests import sd_jwt_samples as sd
from tests.amana_samples import key, mutate, written
from tests.deterministic import randomness
from tests.parser_trials import EITHER, Parser, change_value, write

Object = dict[str, Any]
_V2 = "https://www.w3.org/ns/credentials/v2"
_VCT = written(
    {
        "vct": sd.VCT,
        "extends": "https://amana.example/vct/base",
        "claims": [
            {"path": ["name"], "sd": "always", "mandatory": True, "display": [{"lang": "en"}]},
            {"path": ["address", "zone", "shelter"], "sd": "allowed"},
            {"path": ["languages", None]},
            {"path": ["languages", 0], "sd": "never"},
        ],
    }
)
_BASE_VCT = written({"vct": "https://amana.example/vct/base", "claims": [{"path": ["name"]}]})
_SHOWN = (("name",), ("address", "zone", "shelter"), ("languages", 1))


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def signed_token(random: Random, text: str, sign: Callable[[bytes], bytes]) -> bytes:
    """A token with its header, its payload, or both changed, under a good signature."""
    head, said, _ = text.split(".")
    header, payload = from_base64url(head), from_base64url(said)
    if random.random() < 0.25:
        header = _changed(random, header)
    if random.random() < 0.9:
        payload = _changed(random, payload)
    signing_input = f"{to_base64url(header)}.{to_base64url(payload)}"
    return f"{signing_input}.{to_base64url(sign(signing_input.encode()))}".encode()


def _changed(random: Random, data: bytes) -> bytes:
    if random.random() < 0.15:
        return mutate(random, data)
    return write(change_value(random, json.loads(data)))


# --- SD-JWT -------------------------------------------------------------------------------------


def selective(
    random: Random,
    text: str,
    *,
    sign: Callable[[bytes], bytes] = sd.ISSUER.sign,
    binding: sd_jwt.Binding | None = None,
) -> bytes:
    """An SD-JWT with a disclosure or the payload changed, all its digests and signatures good."""
    jwt, *disclosures, _ = text.split("~")
    head, said, _ = jwt.split(".")
    payload, header = from_base64url(said), from_base64url(head)
    where = random.randrange(4)
    if where == 0 and disclosures:
        number = random.randrange(len(disclosures))
        old = disclosures[number]
        disclosures[number] = to_base64url(_changed(random, from_base64url(old)))
        payload, disclosures = _rehashed(payload, disclosures, old, disclosures[number])
    elif where == 1 and disclosures:
        disclosures = random.sample(disclosures, random.randrange(len(disclosures)) + 1)
        if random.random() < 0.3:
            disclosures.append(random.choice(disclosures))
    elif where == 2:
        header = _changed(random, header)
    if where == 3 or random.random() < 0.2:
        payload = _changed(random, payload)
    signing_input = f"{to_base64url(header)}.{to_base64url(payload)}"
    signature = to_base64url(sign(signing_input.encode()))
    whole = "~".join([f"{signing_input}.{signature}", *disclosures, ""])
    return (whole if binding is None else whole + _bound(random, whole, binding)).encode()


def _rehashed(
    payload: bytes, disclosures: list[str], old: str, new: str
) -> tuple[bytes, list[str]]:
    """The digest of a changed disclosure put wherever the old one stood; and so on upwards."""
    pending = [(old, new)]
    while pending:
        before, after = pending.pop()
        wanted, found = sd.hashed(before), sd.hashed(after)
        payload = payload.replace(wanted.encode(), found.encode())
        for number, text in enumerate(disclosures):
            opened = from_base64url(text) if text != new else b""
            if wanted.encode() in opened:
                other = opened.replace(wanted.encode(), found.encode())
                disclosures[number] = to_base64url(other)
                pending.append((text, disclosures[number]))
    return payload, disclosures


def _bound(random: Random, whole: str, binding: sd_jwt.Binding) -> str:
    said: Any = {
        "nonce": binding.nonce,
        "aud": binding.audience,
        "iat": int(samples.NOW.timestamp()),
        "sd_hash": sd.hashed(whole),
    }
    header: Any = {"typ": "kb+jwt"}
    if random.random() < 0.5:
        said = change_value(random, said)
    if random.random() < 0.2:
        header = change_value(random, header)
    header = header if isinstance(header, dict) else {}
    try:
        return sign_jws(write(said), key=sd.HOLDER, header=header)
    except AmanaError:  # a header that can't even be written
        return "a.b.c"


def _in_json(text: str) -> bytes:
    """The general form of section 8 of the specification."""
    jwt, *disclosures, binding = text.split("~")
    protected, payload, signature = jwt.split(".")
    header: Object = {"disclosures": disclosures}
    if binding:
        header["kb_jwt"] = binding
    one = {"protected": protected, "signature": signature, "header": header}
    return written({"payload": payload, "signatures": [one]})


def _flattened(text: str) -> bytes:
    whole = json.loads(_in_json(text))
    (one,) = whole.pop("signatures")
    return written({**whole, **one})


def _judged(data: bytes, binding: sd_jwt.Binding | None) -> None:
    found = sd_jwt_vc.read(text_of(data))
    sd_jwt_vc.key_of_issuer(found)
    sd_jwt_vc.verify(
        text_of(data),
        key_of=lambda _method, _purpose: sd.ISSUER.public,
        binding=binding,
        now=samples.NOW,
        metadata={sd.VCT: _VCT, "https://amana.example/vct/base": _BASE_VCT},
    )


def _presented(data: bytes) -> None:
    """What a holder does with what an issuer gave it."""
    found = sd.read(text_of(data))
    shown = sd_jwt.present(found, disclose=[("name",), ("languages", 0)])
    sd_jwt.bind(shown, key=sd.HOLDER, binding=sd.ASKED, now=samples.NOW)


def _with_metadata(data: bytes) -> None:
    sd.judge_vc(
        sd.shown(*_SHOWN).text,
        metadata={sd.VCT: data, "https://amana.example/vct/base": _BASE_VCT},
    )


def _w3c(**more: Any) -> Object:
    return samples.foreign(issuer=jose.ISSUER, **more)


def _w3c_token() -> str:
    return vc_sd_jwt.issue(
        _w3c(),
        key=key("issuer"),
        verification_method=jose.METHOD,
        disclosable=[("credentialSubject", "alumniOf"), ("id",)],
        holder=key("holder").public,
        randomness=randomness("salts"),
    )


def _w3c_answer() -> str:
    return vc_sd_jwt.present(
        jose.presentation(jose.issued(), termsOfUse={"type": "A"}),
        key=key("holder"),
        verification_method=jose.HOLDER_METHOD,
        nonce="1",
        audience="b",
        disclosable=[("termsOfUse",)],
        randomness=randomness("salts"),
    )


def _issuer(_method: str, _purpose: str) -> VerifyingKey:
    return key("issuer").public


def _holder(_method: str, _purpose: str) -> VerifyingKey:
    return key("holder").public


def json_of(data: bytes) -> Object:
    return as_object(loads(data))


# --- Data Integrity -----------------------------------------------------------------------------


def resecured(random: Random, document: Object, *, suite: str = "eddsa-jcs-2022") -> bytes:
    """A document changed and signed again; as it is, where nobody could sign it."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    changed = change_value(random, unsigned) if random.random() < 0.8 else unsigned
    if not isinstance(changed, dict):
        return write(changed)
    method = proof_lab.method("one")
    options: Any = {"verificationMethod": method, "proofPurpose": "assertionMethod"}
    if random.random() < 0.3:
        more = {**options, "created": "2026-11-22T00:00:00Z", "domain": "a", "challenge": "b"}
        options = change_value(random, more)
        options = options if isinstance(options, dict) else {}
    try:
        return write(
            data_integrity.add_proof(changed, key=key("one"), cryptosuite=suite, options=options)
        )
    except AmanaError:
        return write(changed)
    except (KeyError, TypeError):  # options that a caller of ours would never give
        return write({**changed, "proof": options})


# --- DID logs -----------------------------------------------------------------------------------


@cache
def _log() -> tuple[str, bytes]:
    return did_lab.honest()


def _did_of(data: bytes) -> str:
    """The DID that a log is for, as far as it says so; else the honest one's."""
    try:
        found = json.loads(data.split(b"\n")[0])["state"]["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _log()[0]
    return found if isinstance(found, str) else _log()[0]


def rewritten_log(random: Random, data: bytes) -> bytes:
    """A log one of whose entries is changed; that one and all after it are hashed and signed."""
    entries = did_lab.entries(data)
    labels = ["one", "one", "two", "two"]
    at = random.randrange(len(entries))
    bare = {name: value for name, value in entries[at].items() if name != "proof"}
    changed = change_value(random, bare)
    if not isinstance(changed, dict):
        return write(changed)
    try:
        if at == 0 and random.random() < 0.9:
            return _from_the_first(changed, bare)
        entries[at] = changed
        for number in range(at, len(entries)):
            before = entries[number - 1]["versionId"] if number else ""
            entry = {name: value for name, value in entries[number].items() if name != "proof"}
            if random.random() < 0.9:
                entry["versionId"] = before
                entry["versionId"] = f"{number + 1}-{entry_hash(entry, predecessor=before)}"
            entries[number] = did_lab.signed(entry, labels[number])
    except (AmanaError, TypeError, KeyError):
        entries[at] = changed
    return b"\n".join(map(write, entries))


def _from_the_first(changed: Object, was: Object) -> bytes:
    """The first entry again, with the identifier that its new content gives it."""
    old = was["parameters"]["scid"]
    entry: Any = replaced_text(changed, old, "{SCID}")
    entry["versionId"] = "{SCID}"
    scid = scid_of(entry)
    entry = replaced_text(entry, "{SCID}", scid)
    entry["versionId"] = f"1-{entry_hash(entry, predecessor=scid)}"
    return write(did_lab.signed(entry, "one"))


# --- CBOR ---------------------------------------------------------------------------------------

_CBOR: tuple[Any, ...] = (
    None, True, 0, -1, 2**64, -(2**70), 1.5, float("nan"), float("inf"), "", "a", b"", b"\x00" * 40,
    [], {}, [[[[[[[[[[]]]]]]]]]], {1: {2: {3: {}}}}, cbor2.undefined, cbor2.CBORSimpleValue(99),
    cbor2.CBORTag(1, 0), cbor2.CBORTag(0, "x"), cbor2.CBORTag(2, b"\x01"), cbor2.CBORTag(55799, 1),
    cbor2.CBORTag(28, [cbor2.CBORTag(29, 0)]), "x" * 2_000, list(range(2_000)),
)  # fmt: skip


def change_cbor(random: Random, value: Any) -> Any:
    """A map with one entry, or one inside an entry, replaced, removed or added."""
    if not isinstance(value, dict) or not value:
        return random.choice(_CBOR)
    changed = dict(value)
    place = random.choice(list(changed))
    kind = random.randrange(5)
    if kind == 0:
        del changed[place]
    elif kind == 1:
        name = random.choice([0, 2, 6, 7, 65533, "2", "bits", "lst", -1, 2**40, b"k", True])
        changed[name] = random.choice(_CBOR)
    elif kind == 2 and isinstance(changed[place], dict):
        changed[place] = change_cbor(random, changed[place])
    else:
        changed[place] = random.choice(_CBOR)
    return changed


class _Believing:
    """A key that finds every signature good: what is behind signatures is parsed too."""

    algorithm = "EdDSA"
    did = "did:key:z"

    def verify(self, message: bytes, signature: bytes) -> None:
        pass


def _numbered(random: Random) -> bytes:
    header: Any = {1: -8, 16: status_lab.CWT_TYPE}
    more = {**status_lab.NUMBERED, 4: 2_000_000_000, 65534: 60}
    claims = change_cbor(random, more) if random.random() < 0.8 else more
    if random.random() < 0.3:
        header = change_cbor(random, header)
    parts: Any = [cbor2.dumps(header), {4: b"12"}, cbor2.dumps(claims), bytes(64)]
    if random.random() < 0.1:
        parts[random.randrange(4)] = random.choice(_CBOR)
    return cbor2.dumps(cbor2.CBORTag(18, parts))


# --- The table ----------------------------------------------------------------------------------


@cache
def token_parsers() -> dict[str, Parser]:
    issued, shown = sd.issued(), sd.shown(*_SHOWN).text
    bound = sd.bound(*_SHOWN).text
    w3c, answer = _w3c_token(), _w3c_answer()
    vc, vp = jose.issued(), jose.presented()
    log = _log()[1]
    sign, holder_sign = key("issuer").sign, key("holder").sign
    asked = {"created": "2026-11-22T00:00:00Z", "domain": "a", "challenge": "b"}
    secured = proof_lab.signed(samples.foreign(), "one", **asked)
    linked = {**_w3c(), "@context": [_V2]}
    linked["type"] = ["VerifiableCredential"]
    linked["credentialSubject"] = {"id": "urn:uuid:0"}
    nquads = proof_lab.signed(linked, "one", suite="eddsa-rdfc-2022")
    return {
        "sd_jwt": Parser(
            lambda data: sd.judge(text_of(data)),
            [issued.encode(), shown.encode()],
            EITHER,
            made=lambda random: selective(random, random.choice((issued, shown))),
        ),
        "sd_jwt_bound": Parser(
            lambda data: sd.judge(text_of(data), sd.ASKED),
            [bound.encode()],
            EITHER,
            made=lambda random: selective(random, shown, binding=sd.ASKED),
        ),
        "sd_jwt_json": Parser(
            lambda data: sd.judge(text_of(data), sd.ASKED),
            [_in_json(bound), _flattened(bound)],
            EITHER,
            values=True,
        ),
        "sd_jwt_held": Parser(
            _presented,
            [issued.encode()],
            EITHER,
            made=lambda random: selective(random, issued),
        ),
        "sd_jwt_vc": Parser(
            lambda data: _judged(data, None),
            [shown.encode()],
            EITHER,
            made=lambda random: selective(random, shown),
        ),
        "type_metadata": Parser(_with_metadata, [_VCT], EITHER, values=True),
        "vc_sd_jwt": Parser(
            lambda data: vc_sd_jwt.verify(
                text_of(data), key_of=_issuer, binding=None, now=samples.NOW
            ),
            [w3c.encode()],
            EITHER,
            made=lambda random: selective(random, w3c, sign=sign),
        ),
        "vp_sd_jwt": Parser(
            lambda data: vc_sd_jwt.verify_presentation(
                text_of(data), key_of=_holder, nonce="1", audience="b", now=samples.NOW
            ),
            [answer.encode()],
            EITHER,
            made=lambda random: selective(random, answer, sign=holder_sign),
        ),
        "vc_jwt_signed": Parser(
            lambda data: vc_jwt.verify(text_of(data), key_of=_issuer, now=samples.NOW),
            [vc.encode()],
            EITHER,
            made=lambda random: signed_token(random, vc, sign),
        ),
        "vp_jwt_signed": Parser(
            lambda data: vc_jwt.verify_presentation(
                text_of(data),
                key_of=_holder,
                nonce="n-1",
                audience="did:web:shop.example",
                now=samples.NOW,
            ),
            [vp.encode()],
            EITHER,
            made=lambda random: signed_token(random, vp, holder_sign),
        ),
        "envelope": Parser(
            lambda data: enveloped(loads(data)),
            [written(vc_jwt.wrap(vc)), written(vc_jwt.wrap(vp))],
            values=True,
        ),
        "proofs_signed": Parser(
            lambda data: data_integrity.verify_proofs(
                json_of(data), key_of=proof_lab.key_of, now=samples.NOW, domain="a", challenge="b"
            ),
            [written(secured)],
            EITHER,
            made=lambda random: resecured(random, secured),
        ),
        "proofs_rdfc": Parser(
            lambda data: data_integrity.verify_proofs(json_of(data), key_of=proof_lab.key_of),
            [written(nquads)],
            EITHER,
            values=True,
            made=lambda random: resecured(random, nquads, suite="eddsa-rdfc-2022"),
        ),
        "did_log_signed": Parser(
            lambda data: webvh.verify_log(
                data, did=_did_of(data), now=did_lab.NOW + timedelta(days=9)
            ),
            [log],
            EITHER,
            made=lambda random: rewritten_log(random, log),
        ),
        "token_list_tree": Parser(
            lambda data: read_token_status_list(
                data, uri=status_lab.URI, key=_Believing(), now=samples.NOW
            ).judge(0),
            [status_lab.cwt()],
            EITHER,
            made=_numbered,
        ),
    }
