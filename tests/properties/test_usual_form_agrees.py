"""The usual form is a shorter way to the same place: what it reads, the general way reads alike.

Credentials of every shape that our schema has, good and bad, are written in ways good and bad.
"""

from __future__ import annotations

import copy
import importlib
import json
import time
from random import Random
from types import ModuleType
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.credential import Credential, check_credential
from amana.did.key import verification_method
from amana.errors import AmanaError
from amana.jcs import canonical
from amana.multibase import encode_base58
from amana.presentation import build_presentation, check_presentation
from amana.proofs import eddsa_jcs, eddsa_rdfc
from amana.proofs.eddsa_jcs import Proof
from amana.strict_json import loads
from amana.usual_form import UsualCredential, read_usual
from tests import amana_samples
from tests.mutations import mutate
from tests.simulator import NOW, Document, Simulator
from verifier import Policy, Tier, Verdict, verify
from verifier.book import Asked, Freshness

VERIFY = importlib.import_module("verifier.verify")
SIM = Simulator()
SNAPSHOT = SIM.snapshot()
ASKED = Asked(challenge=SIM.ask(), freshness=Freshness.FRESH)
SUITES: dict[str, ModuleType] = {"eddsa-jcs-2022": eddsa_jcs, "eddsa-rdfc-2022": eddsa_rdfc}
SEED = st.integers(0, 2**64 - 1)

# Values at the edges of what the schema admits, and just beyond.
CLAIMS: dict[str, tuple[Any, ...]] = {
    "householdSize": (1, 9, 10, 9999, 0, 10_000, -1, True, "4", None),
    "children": (0, 1, 9999, 10_000, -1, False),
    "adults": (0, 12, 9999, 10_000),
    "older": (0, 2, 99_999),
    "headedByChild": (True, False, 1, "true"),
    "ageBand": ("0-4", "5-11", "60+", "60", "4"),
    "birthDate": ("1990", "198X", "19XX", "2001-21", "1990~", "1990-02", "2001-25", "1990-21?"),
    "gender": ("female", "notStated", "none"),
    "pregnantOrNursing": (True, False, 0),
    "disability": (False, "no"),
    "specificNeeds": (["DS"], ["DS", "DS-PM"], ["DS", "DS"], [], ["ds"], ["DS"] * 21, "DS"),
    "countryOfOrigin": ("SSD", "notStated", "ssd", "SSDX"),
    "language": ("ar", "din-Latn", "a", "en-a", "EN", "en\n"),
    "name": ("Amal", "A\u0301", 'A "B"', "A\\B", "", "\u202eA", "A" * 121),
    "reference": ("ABCDEFGH23", "ABCDEFGH2", "abcdefgh23"),
}
MEMBERS: dict[tuple[str, ...], tuple[Any, ...]] = {
    ("id",): ("urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33", "urn:uuid:" + "-" * 36, "urn:x", 5),
    ("issuer",): ("did:key:z6Mk", "did:x:" + "a" * 506, "did:x:" + "a" * 507, "did:web:a/b"),
    ("validFrom",): ("2027-06-01T00:00:00Z", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z",
                     "2026-11-02T00:00:00Z", "9999-12-01T00:00:00Z", 5),
    ("validUntil",): ("2026-11-01T00:00:00Z", "2026-10-01T00:00:00Z", "9999-12-01T00:00:00Z"),
    ("type",): (["VerifiableCredential"], ["PurposeCredential", "VerifiableCredential"]),
    ("@context",): (["https://www.w3.org/ns/credentials/v2"], []),
    ("termsOfUse", "id"): ("https://amana.example/notice/v2",),
    ("credentialStatus", "statusPurpose"): ("suspension", "message"),
    ("credentialStatus", "statusListIndex"): ("0", "9999999999", "10000000000", "01", 4711),
    ("credentialStatus", "statusListCredential"): (
        "https://a", "https://a.example/?#%&", "https://a.example/##", "https://[", "http://a",
        "https://" + "a" * 2_040, "https://" + "a" * 2_041, 'https://a"b', "https://a\u00e9",
        "https://a.example/%zz", "https://:@/",
    ),
    ("credentialStatus", "extra"): (1,),
    ("credentialSubject", "id"): (SIM.thief.public.did, "did:key:zDn", "did:key:z" + "1" * 60, ""),
    ("credentialSubject", "purpose"): ("cash", "a" * 64, "a" * 65, "-a", "a-", "Food", "a\n"),
    ("credentialSubject", "entitlement"): ("0", "a-b", "a--b"),
    ("extra",): (None, "x"),
}  # fmt: skip
PROOF: dict[str, tuple[Any, ...]] = {
    "cryptosuite": ("eddsa-rdfc-2022", "eddsa-jcs-2022", "eddsa-2022", ""),
    "proofPurpose": ("authentication",),
    "created": ("2026-11-01T00:00:00Z",),
    "expires": ("2020-01-01T00:00:00Z",),
    "verificationMethod": (
        "did:web:other.example#key-1", "did:web:aid.example#key-2", "did:web:aid.example",
        "did:web:aid.example#" + "k" * 128, "did:web:aid.example#" + "k" * 129,
    ),
    "proofValue": (
        "z" + "1" * 64, "z" + "1" * 63, "z" + "z" * 88, "z" + "z" * 87, "u" + "A" * 86, "z0", "",
        encode_base58(bytes(63) + b"\1"), encode_base58(b"\xff" * 64),
    ),
    "@context": (["https://www.w3.org/ns/credentials/v2"], [], None),
}  # fmt: skip


def made(random: Random) -> Document:
    """A signed credential: mostly good, sometimes with what the schema forbids."""
    odd = random.random() < 0.4
    document = SIM.unsigned(claims={})
    subject = document["credentialSubject"]
    for name in random.sample(sorted(CLAIMS), random.randrange(6)):
        values = CLAIMS[name]
        subject[name] = random.choice(values if odd else values[:2])
    names = [name for name in subject if name in CLAIMS and name != "reference"]
    for mark in ("selfStated", "checked"):
        chosen = [name for name in names if random.random() < 0.6]
        if chosen:
            subject[mark] = chosen * (2 if odd and random.random() < 0.2 else 1)
    if random.random() < 0.3:
        document["id"] = MEMBERS["id",][0]
    while odd and random.random() < 0.5:
        (*path, last), values = random.choice(list(MEMBERS.items()))
        place = document
        for step in path:
            place = place[step]
        place[last] = random.choice(values)
    name = random.choice(["eddsa-jcs-2022", "eddsa-jcs-2022", "eddsa-rdfc-2022"])
    options: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": name,
        "verificationMethod": SIM.issuer.key_id,
        "proofPurpose": "assertionMethod",
    }
    if name == "eddsa-jcs-2022" or random.random() < 0.2:
        options["@context"] = document["@context"]
    try:
        value = encode_base58(SIM.issuer.key.sign(SUITES[name].hash_data(document, options)))
    except AmanaError:  # what can't be signed as linked data may still be shown
        value = encode_base58(random.randbytes(64))
    proof = {**options, "proofValue": value}
    while odd and random.random() < 0.3:
        member, values = random.choice(list(PROOF.items()))
        proof[member] = random.choice(values)
    return {**document, "proof": proof}


def shown(random: Random) -> Document:
    """The credential, or an answer that holds it."""
    document = made(random)
    if random.random() < 0.5:
        return document
    return answer(random, document)


def answer(random: Random, document: Document) -> Document:
    key = SIM.holder if random.random() < 0.8 else SIM.thief
    asked = ASKED.challenge
    found = build_presentation([document], key=key, challenge=asked.digest, domain=asked.domain)
    while random.random() < 0.2:
        changes: list[tuple[str, Any]] = [
            ("challenge", "another"), ("challenge", "a b"), ("domain", "did:web:other.example"),
            ("domain", ["did:web:aid.example"]), ("proofPurpose", "assertionMethod"),
            ("verificationMethod", verification_method(SIM.thief.public.did)),
            ("verificationMethod", f"{SIM.holder.public.did}#{SIM.thief.public.multikey}"),
            ("proofValue", encode_base58(bytes(64))), ("expires", "2020-01-01T00:00:00Z"),
            ("cryptosuite", "eddsa-rdfc-2022"),
        ]  # fmt: skip
        member, value = random.choice(changes)
        found["proof"] = {**found["proof"], member: value}
    if random.random() < 0.1:
        found["holder"] = random.choice([SIM.thief.public.did, {"id": SIM.holder.public.did}])
    return found


def written(random: Random, document: Document) -> bytes:
    """Its canonical text, or one that is nearly so."""
    text = canonical(document)
    way = random.randrange(12)
    if way < 6:
        return text
    if way == 6:
        return json.dumps(document).encode()
    if way == 7:
        return json.dumps(document, separators=(",", ":")).encode()
    if way == 8:
        return text.replace(b"a", b"\\u0061", random.randrange(1, 3))
    if way == 9:
        at = random.choice([place for place, byte in enumerate(text) if byte in b",:{}[]"])
        return text[:at] + random.choice((b" ", b"\n", b"\t")) + text[at:]
    if way == 10:  # a member twice
        return text.replace(b'"issuer":', b'"issuer":"did:web:evil.example","issuer":', 1)
    return text.replace(b":2,", random.choice((b":2.0,", b":2e0,", b":02,", b":-2,")), 1)


def same_proof(proof: Proof, signed: bytes, document: Document) -> None:
    suite = SUITES[document["proof"]["cryptosuite"]]
    assert proof == suite.read_proof(document["proof"])
    assert canonical(proof.options) == canonical(suite.read_proof(document["proof"]).options)
    whole = {name: value for name, value in document.items() if name != "proof"}
    assert signed == suite.hash_data(whole, proof.options)


def same_credential(found: Credential, document: Document) -> None:
    """Python calls 1 and True equal, so the canonical text is compared besides."""
    assert found == check_credential(document)
    assert canonical(found.document) == canonical(document)
    assert found.conforms is True


def agree(data: bytes) -> bool:
    """Whether the usual form reads `data`; if so, it is held against the general way."""
    usual = read_usual(data)
    if usual is None:
        return False
    document = loads(data)
    assert canonical(document) == data
    if isinstance(usual, UsualCredential):
        same_credential(usual.credential, document)
        same_proof(usual.proof, usual.signed, document)
        return True
    presentation = check_presentation(document)
    assert usual.presentation == presentation
    assert canonical(usual.presentation.document) == data
    same_proof(usual.proof, usual.signed, document)
    (inside,) = document["verifiableCredential"]
    same_credential(usual.credential.credential, inside)
    same_proof(usual.credential.proof, usual.credential.signed, inside)
    assert usual.presentation.credentials == (usual.credential.credential,)
    return True


def judged(data: bytes, tier: Tier) -> Verdict:
    policy = Policy(tier=tier, purpose="food")
    return verify(data, snapshot=SNAPSHOT, policy=policy, challenge=ASKED, now=NOW)


def same_verdict(data: bytes) -> Verdict:
    """The verdict of both ways, which has to be one."""
    verdicts = []
    for tier in Tier.CHECKED, Tier.REGISTERED:
        verdict = judged(data, tier)
        with mock.patch.object(VERIFY, "read_usual", return_value=None):
            assert judged(data, tier) == verdict
        verdicts.append(verdict)
    return verdicts[0]


@given(SEED)
def test_whatever_is_read_is_read_alike(seed: int) -> None:
    """View, proof and hashes of the short way are those of the long one (C93)."""
    random = Random(seed)
    for _ in range(5):
        agree(written(random, shown(random)))


@given(SEED)
def test_whatever_is_judged_is_judged_alike(seed: int) -> None:
    """With the short way switched off, the verdict on good and bad alike is the same (C93)."""
    random = Random(seed)
    same_verdict(written(random, shown(random)))


@given(SEED)
def test_changed_documents_are_judged_alike(seed: int) -> None:
    """Members changed, lost, doubled and moved, and the whole written canonically again (C93)."""
    random = Random(seed)
    base = SIM.credential() if random.random() < 0.5 else ANSWER
    data = canonical(mutate(random, base))
    agree(data)
    assert not same_verdict(data).accepted


CREDENTIAL = SIM.credential()
LINKED = SIM.signed(SIM.unsigned(), key=SIM.issuer.key, method=SIM.issuer.key_id, suite=eddsa_rdfc)
ANSWER = SIM.present(CREDENTIAL, to=ASKED.challenge)
TEXTS = [canonical(CREDENTIAL), canonical(ANSWER), canonical(LINKED)]


def test_most_of_what_is_made_here_is_read_in_the_short_way() -> None:
    """Without this, the properties above could hold of nothing."""
    random = Random(7)
    found = [agree(canonical(shown(random))) for _ in range(300)]
    assert 100 < sum(found) < 290
    assert agree(TEXTS[0])
    assert agree(TEXTS[1])
    assert same_verdict(TEXTS[1]).accepted
    assert judged(TEXTS[0], Tier.REGISTERED).accepted
    assert judged(TEXTS[2], Tier.REGISTERED).accepted


@pytest.mark.parametrize("which", [0, 1], ids=["credential", "answer"])
def test_every_byte_changed(which: int) -> None:
    """Each byte of a text, changed once: never accepted, and judged alike both ways (C93)."""
    text, random = TEXTS[which], Random(which)
    for place in range(len(text)):
        changed = bytearray(text)
        changed[place] = random.choice([byte for byte in range(32, 127) if byte != text[place]])
        agree(bytes(changed))
        assert not same_verdict(bytes(changed)).accepted


def test_three_thousand_spoiled_texts() -> None:
    """Bytes changed, cut, doubled and replaced by what parsers trip on (C93)."""
    random = Random(20)
    for number in range(3_000):
        data = amana_samples.mutate(random, TEXTS[number % 2])
        agree(data)
        if data != TEXTS[number % 2]:
            assert not same_verdict(data).accepted


@given(st.binary(max_size=300))
def test_bytes_of_any_kind(data: bytes) -> None:
    """Nothing is raised, whatever comes."""
    assert read_usual(data) is None


def padded(path: tuple[str, ...], value: Any, base: Document = CREDENTIAL) -> bytes:
    document: Any = copy.deepcopy(base)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return canonical(document)


def fitted(text: bytes, part: bytes, size: int = 8_190) -> bytes:
    """`text` with its `@` replaced by as many of `part` as bring it to `size` bytes."""
    return text.replace(b"@@", part * ((size - len(text)) // len(part)))


SUBJECT = ("credentialSubject",)
NEAR_MISSES = [
    fitted(padded((*path, name), "@@"), part)
    for path, name, part in [
        ((), "issuer", b"did:x:a"),
        ((), "issuer", b"did:"),
        ((), "issuer", b":"),
        ((), "id", b"urn:uuid:-"),
        ((), "validFrom", b"2026-11-01T00:00:00Z"),
        (SUBJECT, "purpose", b"a-"),
        (SUBJECT, "language", b"ar-ab"),
        (SUBJECT, "birthDate", b"1990?"),
        (SUBJECT, "countryOfOrigin", b"SSD"),
        (("credentialStatus",), "statusListCredential", b"https://a/"),
        (("credentialStatus",), "statusListIndex", b"1"),
        (("proof",), "proofValue", b"z1"),
        (("proof",), "verificationMethod", b"did:x:a#"),
        (("proof",), "verificationMethod", b"did:web:a:"),
    ]
]
NEAR_MISSES += [
    fitted(padded((*SUBJECT, "language"), "ar@@"), b"-ab"),
    fitted(padded((*SUBJECT, "language"), "ar@@!"), b"-abcdefgh"),
    fitted(padded(("issuer",), "did:a:@@"), b"a:"),
    fitted(padded(("issuer",), "did:@@"), b"a"),
    fitted(padded((*SUBJECT, "specificNeeds"), ["DS@@"]), b'","DS'),
    fitted(padded((*SUBJECT, "selfStated"), ["a@@"]), b'","a'),
    fitted(padded((*SUBJECT, "checked"), ["a@@"]), b"a"),
    fitted(b"{" + TEXTS[0][1:-1] + b",@@}", TEXTS[0][1:-1] + b","),
    fitted(TEXTS[0][:-1] + b"@@", b"}"),
    fitted(TEXTS[1][:-1] + b"@@", b"]"),
    fitted(b"@@", TEXTS[0]),
    fitted(b"@@", b'{"@context":'),
    *[text[:-1] + b"," for text in TEXTS],
]


@pytest.mark.parametrize("number", range(len(NEAR_MISSES)))
def test_near_misses_cost_no_more_than_others(number: int) -> None:
    """Up to 8 KiB that nearly match, or just so: no pattern begins again and again (C93)."""
    data = NEAR_MISSES[number]
    read_usual(data)  # the patterns are made when first needed
    spent = []
    for _ in range(3):
        begun = time.process_time()
        read_usual(data)
        spent.append(time.process_time() - begun)
    assert 1_000 < len(data) <= 8_192
    agree(data)
    assert min(spent) < 0.05
