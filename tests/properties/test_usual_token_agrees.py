"""Our own SD-JWTs, read in one step: what is read so, the general way reads alike."""

from __future__ import annotations

import json
from random import Random
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.credential import check_credential
from amana.jcs import canonical
from amana.proofs import vc_sd_jwt
from amana.proofs._disclosures import Path
from amana.proofs.jose import sign_jws
from amana.usual_token import read_usual_token
from tests import amana_samples
from tests.jose_samples import P256Key
from tests.sd_jwt_samples import disclosure, hashed, rewritten
from tests.simulator import GONE, NOW, Document
from tests.token_lab import TokenSimulator
from verifier import Policy, Tier, Verdict, _tokens, verify
from verifier.book import Asked, Freshness

SIM = TokenSimulator()
SNAPSHOT = SIM.snapshot()
ASKED = Asked(challenge=SIM.ask(), freshness=Freshness.FRESH)
SEED = st.integers(0, 2**64 - 1)
ABOUT = "credentialSubject"
CLAIMS: dict[str, tuple[Any, ...]] = {
    "householdSize": (4, 9999, 0, 10_000, True, "4", 4.5),
    "children": (2, 0, 10_000),
    "headedByChild": (True, False, 1),
    "specificNeeds": (["DS"], ["DS", "DS-PM"], ["DS", "DS"], [], "DS"),
    "language": ("ar", "EN", None),
    "birthDate": ("1990", "198X", "1990-02"),
    "name": ("Amal", "A\u0301"),
    "extra": (1,),
}
HEADERS: tuple[Document, ...] = (
    {"cty": GONE}, {"typ": "application/vc+sd-jwt"}, {"typ": "VC+SD-JWT"}, {"x": 1},
    {"kid": "did:web:aid.example#key-2"}, {"kid": "did:web:aid.example"}, {"kid": GONE},
    {"kid": "did:web:aid.example#"}, {"kid": "did:web:aid.example#a#b"}, {"kid": "key-1"},
    {"kid": "did:web:aid.example#" + "k" * 2_100}, {"kid": "did:web:aid.example#a b"},
    {"kid": "did:web:other.example#key-1"}, {"kid": 5}, {"cty": "vp"}, {"iss": "did:web:b"},
    {"iss": "did:web:aid.example"}, {"aud": "did:web:other.example"}, {"cty": "application/vc"},
)  # fmt: skip
TOP: tuple[Document, ...] = (
    {"exp": 1_900_000_000}, {"exp": 1}, {"iss": "did:web:aid.example"}, {"iat": 5}, {"vc": {}},
    {"validFrom": "2026-13-01T00:00:00Z"}, {"validFrom": "2027-06-01T00:00:00Z"},
    {"validUntil": "2026-10-01T00:00:00Z"}, {"id": "urn:uuid:" + "0" * 36}, {"id": "x"},
    {"cnf": {}}, {"cnf": {"jwk": {"kty": "OKP"}}}, {"cnf": {"kid": "x"}},
    {"cnf": {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}}},
    {"cnf": {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "A" * 42 + "B"}}},
)  # fmt: skip


def made(random: Random) -> str:
    """A token: mostly good, sometimes with what the schema or the form forbids."""
    odd = random.random() < 0.5
    document = SIM.unsigned(claims={})
    subject = document[ABOUT]
    for name in random.sample(sorted(CLAIMS), random.randrange(5)):
        values = CLAIMS[name]
        subject[name] = random.choice(values if odd else values[:1])
    names = [name for name in subject if name in CLAIMS]
    for mark in ("selfStated", "checked"):
        listed = [name for name in names if random.random() < 0.5]
        if listed:
            subject[mark] = listed
    if random.random() < 0.2:
        document["id"] = "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"
    hidden: list[Path] = [(ABOUT, name) for name in names if random.random() < 0.6]
    for mark in ("selfStated", "checked"):
        if mark in subject and random.random() < 0.5:
            hidden.append((ABOUT, mark, None))
            if random.random() < 0.2:
                hidden.append((ABOUT, mark))
    changes: Document = {}
    header: Document = {}
    bound: Any = random.choice([SIM.holder, SIM.holder, SIM.thief, P256Key("p256 holder")])
    unbound = random.random() < 0.2
    if odd and random.random() < 0.3:
        header = random.choice(HEADERS)
    if odd and random.random() < 0.3:
        changes = random.choice(TOP)
        unbound = unbound or "cnf" in changes
    key = SIM.issuer.key if random.random() < 0.9 else SIM.thief
    text = SIM.sd_jwt(
        {**document, **changes}, key=key, header=header, hidden=hidden, bound_to=bound,
        unbound=unbound,
    )  # fmt: skip
    jwt, *parts, _ = text.split("~")
    parts = [part for part in parts if random.random() < 0.8]
    if random.random() < 0.2:
        random.shuffle(parts)
    if odd and random.random() < 0.1 and parts:
        parts.append(parts[0])
    if odd and random.random() < 0.1:
        parts.append(disclosure("salt", "householdSize", 40))
    text = "~".join([jwt, *parts, ""])
    if random.random() < 0.5:
        return text
    by = SIM.holder if random.random() < 0.8 else SIM.thief
    said: Document = random.choice([{}, {}, {}, {"nonce": "x"}, {"aud": GONE}, {"iat": "now"}])
    return SIM.bind(text, to=ASKED.challenge, key=by, **said)


def raw(subject: Document, *disclosures: str, **more: Any) -> str:
    """A token of the issuer around any subject, digests and all."""
    document = {**SIM.unsigned(claims={}), **more}
    document[ABOUT] = {**document[ABOUT], **subject}
    header = {"typ": "vc+sd-jwt", "cty": "vc", "kid": SIM.issuer.key_id}
    jwt = sign_jws(canonical(document), key=SIM.issuer.key, header=header)
    return "~".join([jwt, *disclosures, ""])


SIZE = disclosure("salt", "householdSize", 4)
MARK = disclosure("salt", "householdSize")
OTHER = disclosure("salt", "children")
MARKS = disclosure("salt", "selfStated", [{"...": hashed(MARK)}])
TWISTED = disclosure("salt", "selfStated", [["householdSize"]])
# What no sane issuer writes, each of which RFC 9901, section 7.1, has a rule for.
ODD = [
    raw({"_sd": [hashed(SIZE)]}, SIZE),
    raw({"_sd": [hashed(SIZE), hashed(SIZE)]}, SIZE),
    raw({"_sd": [hashed(SIZE)], "householdSize": 3}, SIZE),
    raw({"_sd": [hashed(MARK)]}, MARK),
    raw({"_sd": [hashed(SIZE)], "selfStated": [{"...": hashed(SIZE)}]}, SIZE),
    raw({"_sd": [hashed(SIZE)], "selfStated": [{"...": hashed(MARK)}]}, SIZE, MARK),
    raw({"_sd": [hashed(SIZE)], "selfStated": [{"...": hashed(MARK)}]}, SIZE),
    raw({"_sd": [hashed(SIZE)], "selfStated": ["householdSize"]}, SIZE),
    raw({"_sd": sorted([hashed(SIZE), hashed(MARKS)])}, SIZE, MARKS, MARK),
    raw({"_sd": sorted([hashed(SIZE), hashed(MARKS)])}, SIZE, MARKS),
    raw({"_sd": sorted([hashed(SIZE), hashed(TWISTED)])}, SIZE, TWISTED),
    raw({"selfStated": [{"...": hashed(MARK)}, {"...": hashed(MARK)}]}, MARK),
    raw({"selfStated": [{"...": hashed(MARK)}], "checked": [{"...": hashed(MARK)}]}, MARK),
    raw({"selfStated": [{"...": hashed(OTHER)}, "children"], "children": 1}, OTHER),
    raw({"selfStated": [{"...": "A" * 43}], "children": 1}),
    raw({"selfStated": [{"...": "A" * 43}, "children"], "children": 1}),
    raw({"_sd": ["A" * 43]}),
    raw({"_sd": ["A" * 42]}),
    raw({"_sd": []}),
    raw({}, SIZE),
    raw({}, _sd=[hashed(SIZE)]),
    raw({"_sd": [hashed(SIZE)]}, SIZE, _sd_alg="sha-256"),
    raw({"_sd": [hashed(SIZE)]}, SIZE, _sd_alg="sha-512"),
    raw({"_sd": [hashed(SIZE)]}, SIZE, _sd_alg=None),
    *[
        raw({"_sd": [hashed(part)]}, part)
        for part in (
            disclosure("salt", "_sd", []),
            disclosure("salt", "...", 1),
            disclosure("salt", "_sd_alg", "sha-256"),
            disclosure("salt", "purpose", "cash"),
            disclosure("salt", "id", "did:key:z6Mk"),
            disclosure("salt", "language", {"_sd": [hashed(SIZE)]}),
            disclosure("salt", "specificNeeds", [{"...": hashed(MARK)}]),
            disclosure("salt", "specificNeeds", ["DS", "DS"]),
            disclosure("salt", "selfStated", "householdSize"),
            disclosure("salt", "selfStated", [None]),
            disclosure("salt", "householdSize", 4.0),
            disclosure("salt", "name", "Amal"),
            disclosure(5, "householdSize", 4),
            disclosure("salt", 5, 4),
            disclosure("salt"),
            disclosure("salt", "a", "b", "c"),
            disclosure(),
        )
    ],
    *[
        raw({"selfStated": [{"...": hashed(part)}], "children": 1}, part)
        for part in (
            disclosure("salt", {"...": hashed(MARK)}),
            disclosure("salt", {"_sd": []}),
            disclosure("salt", 5),
            disclosure(5, "children"),
            disclosure("salt", "children", 1),
        )
    ],
]


def keys(method: str, purpose: str) -> Any:
    assert (method, purpose) == (SIM.issuer.key_id, "assertionMethod")
    return SIM.issuer.key.public


def agree(text: str) -> bool:
    """Whether `text` is read in one step; if so, it is held against the general way."""
    usual = read_usual_token(text)
    if usual is None:
        return False
    unbound = text[: text.rindex("~") + 1]
    if usual.verification_method != SIM.issuer.key_id:
        return True
    try:
        SIM.issuer.key.public.verify(usual.signed, usual.signature)
    except Exception:  # noqa: BLE001  # not the issuer's: then the verdicts alone are compared
        return True
    document = vc_sd_jwt.verify(unbound, key_of=keys, binding=None, now=NOW).document
    assert usual.credential == check_credential(document)
    assert canonical(usual.credential.document) == canonical(document)
    return True


def judged(text: str, asked: Asked | None, tier: Tier) -> Verdict:
    data = text.encode("utf-8", "surrogateescape")
    return verify(data, snapshot=SNAPSHOT, policy=Policy(tier=tier), challenge=asked, now=NOW)


def same_verdict(text: str) -> Verdict:
    """The verdict of both ways, asked for and not, at both tiers."""
    verdicts = []
    for asked in (ASKED, None):
        for tier in (Tier.CHECKED, Tier.REGISTERED):
            verdict = judged(text, asked, tier)
            with mock.patch.object(_tokens, "read_usual_token", return_value=None):
                general = judged(text, asked, tier)
            assert general == verdict
            verdicts.append(verdict)
    return verdicts[0]


@given(SEED)
def test_whatever_is_read_is_read_alike(seed: int) -> None:
    """Document, view and verdict of the short way are those of the long one (C93)."""
    text = made(Random(seed))
    agree(text)
    same_verdict(text)


@pytest.mark.parametrize("header", HEADERS)
def test_headers(header: Document) -> None:
    text = SIM.sd_jwt(header=header)
    agree(text)
    same_verdict(text)
    same_verdict(SIM.bind(text, to=ASKED.challenge))


@pytest.mark.parametrize("changes", TOP)
@pytest.mark.parametrize("bound", [False, True])
def test_members_beside_the_subject(changes: Document, *, bound: bool) -> None:
    text = SIM.sd_jwt({**SIM.unsigned(), **changes}, unbound="cnf" in changes)
    agree(text)
    same_verdict(SIM.bind(text, to=ASKED.challenge) if bound else text)


@pytest.mark.parametrize("number", range(len(ODD)))
def test_what_no_issuer_writes(number: int) -> None:
    """Each rule of RFC 9901, section 7.1, is kept in the short way too (C93)."""
    agree(ODD[number])
    same_verdict(ODD[number])


def test_most_of_what_is_made_here_is_read_in_one_step() -> None:
    """Without this, the properties above could hold of nothing."""
    random = Random(7)
    texts = [made(random) for _ in range(200)]
    assert 60 < sum(agree(text) for text in texts) < 190
    assert sum(agree(text) for text in ODD) > 5
    good = SIM.bind(SIM.sd_jwt(), to=ASKED.challenge)
    assert agree(good)
    assert same_verdict(good).accepted


def test_two_thousand_spoiled_tokens() -> None:
    """Bytes changed, cut, doubled and replaced: judged alike, and never accepted (C93)."""
    random = Random(21)
    good = [SIM.bind(SIM.sd_jwt(), to=ASKED.challenge), SIM.sd_jwt()]
    for number in range(2_000):
        data = amana_samples.mutate(random, good[number % 2].encode())
        text = data.decode("utf-8", "surrogateescape")
        if read_usual_token(text) is not None:
            agree(text)
        if text not in good:
            assert not same_verdict(text).accepted


def test_payloads_changed_under_the_signature() -> None:
    text = SIM.sd_jwt()
    jwt, _, rest = text.partition("~")

    def revalued(payload: Any) -> Any:
        return {**payload, "validUntil": "2030-01-01T00:00:00Z"}

    changed = f"{rewritten(jwt, revalued)}~{rest}"
    assert not same_verdict(changed).accepted
    assert read_usual_token(changed) is None or agree(changed)
    assert json.loads(json.dumps(revalued({})))["validUntil"].startswith("2030")


@given(st.text(max_size=300))
def test_texts_of_any_kind(text: str) -> None:
    """Nothing is raised, whatever comes."""
    assert read_usual_token(text) is None
    assert read_usual_token(f"eyJ.{text}~") is None
