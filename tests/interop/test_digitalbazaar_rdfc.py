"""eddsa-rdfc-2022 with @digitalbazaar/vc, both ways; nothing false passes either way.

Skipped only where node or its packages are not installed: `make interop` installs them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

import schemas
from amana._rdfc import Statement, canonical_form
from amana.dates import format_instant
from amana.did.key import verification_method
from amana.errors import AmanaError, InputError, VerificationError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from benchmarks._world import FOUR_CLAIMS, NOW, TWELVE_CLAIMS, copy_of, stream, world
from benchmarks.peers.digitalbazaar import DigitalBazaar, Unavailable, seed_text
from tests.rdf_documents import EXAMPLES, NESTED, V2
from verifier import Policy, Tier, verify

Object = dict[str, Any]

SUITE = eddsa_rdfc.CRYPTOSUITE
NOW_TEXT = format_instant(NOW)
OURS = world(1)
THEIRS = SecretKey(stream("their issuer", 32))
HOLDER = SecretKey(stream("holder 0", 32))
ISSUER = THEIRS.public.did
METHOD = verification_method(ISSUER)
# What tells implementations apart: escapes, scripts, numbers, languages, directions, blank nodes.
AWKWARD: Object = {
    **NESTED,
    "issuer": ISSUER,
    "name": {"@value": "شهادة", "@language": "ar", "@direction": "rtl"},
    "description": 'a "quoted" text\\ with\ttab,\nlines, \x7f and 😀 \u2028',
    "credentialSubject": [
        {"id": "did:a:b", "x": [0, -7, 2**53 - 1, True, False, "", "1"], "y": {"z": {"w": "deep"}}},
        {"a": {"@type": "@json", "@value": {"b": [1, None, "é"], "a": {}}}},
        {"l": {"@list": ["b", "a", {"c": "d"}]}},
    ],
    "evidence": [{"type": "Evidence", "n": "1"}, {"type": "Evidence", "n": "1"}],
}


@pytest.fixture(scope="module")
def peer() -> Iterator[DigitalBazaar]:
    try:
        process = DigitalBazaar()
    except Unavailable as why:
        pytest.skip(str(why))
    with process:
        process.know(OURS.issuer_did, OURS.key_id, OURS.issuer.public)
        process.know_did_key(THEIRS.public)
        process.know_did_key(HOLDER.public)
        examples = json.loads(schemas.read(schemas.BUNDLED[EXAMPLES].name))
        process.know_context(EXAMPLES, examples)
        yield process


def _ours(document: Object, **more: Any) -> Object:
    signed: Object = eddsa_rdfc.sign(document, key=THEIRS, verification_method=METHOD, **more)
    return signed


def _theirs(peer: DigitalBazaar, document: Object, *, created: str | None = None) -> Object:
    signed: Object = peer.ask(
        "issue",
        credential=document,
        seed=seed_text(THEIRS.seed),
        controller=ISSUER,
        created=created,
        cryptosuite=SUITE,
    )["signed"]
    return signed


def _there(peer: DigitalBazaar, document: Object) -> bool:
    verified: bool = peer.ask("verify", credential=document, now=NOW_TEXT)["verified"]
    return verified


def _here(document: Object) -> None:
    eddsa_rdfc.verify(document, eddsa_rdfc.read_proof(document["proof"]), key=THEIRS.public)


def _copy(claims: Object) -> Object:
    return copy_of(3, claims, holder=HOLDER.public.did) | {"issuer": ISSUER}


DOCUMENTS = {
    "four": _copy(FOUR_CLAIMS),
    "twelve": _copy(TWELVE_CLAIMS),
    "nested": {**NESTED, "issuer": ISSUER},
    "awkward": AWKWARD,
}


def _tampered(document: Object) -> dict[str, Object]:
    """One edit each, none of which may pass anywhere."""
    subject, proof = document["credentialSubject"], document["proof"]
    value = proof["proofValue"]
    swapped = value[:-1] + ("2" if value[-1] != "2" else "3")
    return {
        "claim": {**document, "credentialSubject": {**subject, "children": 9}},
        "added claim": {**document, "credentialSubject": {**subject, "adults": 9}},
        "dropped claim": {**document, "credentialSubject": {**subject, "undefined": 9}},
        "date": {**document, "validUntil": "2027-06-01T00:00:00Z"},
        "contexts": {**document, "@context": [*document["@context"], {"children": "did:a:b"}]},
        "signature": {**document, "proof": {**proof, "proofValue": swapped}},
        "proof option": {**document, "proof": {**proof, "expires": "2027-01-01T00:00:00Z"}},
        "other suite": {**document, "proof": {**proof, "cryptosuite": "eddsa-jcs-2022"}},
    }


EDITS = sorted(_tampered(_ours(DOCUMENTS["four"])))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_ours_verifies_there(peer: DigitalBazaar, name: str) -> None:
    """Interoperability, towards others (C93): by the rules, and by a template."""
    for _ in range(3):
        assert _there(peer, _ours(DOCUMENTS[name]))
    assert _there(peer, _ours(DOCUMENTS[name], created=datetime(2026, 11, 1, tzinfo=UTC)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_theirs_verifies_here(peer: DigitalBazaar, name: str) -> None:
    """Interoperability, from others (C93)."""
    for created in (None, NOW_TEXT):
        signed = _theirs(peer, DOCUMENTS[name], created=created)
        for _ in range(3):
            _here(signed)
        assert ("created" in signed["proof"]) is (created is not None)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_both_sides_sign_the_same_bytes(peer: DigitalBazaar, name: str) -> None:
    """Ed25519 is deterministic, so equal signatures show equal canonical forms and hashes."""
    document = DOCUMENTS[name]
    assert _ours(document)["proof"] == _theirs(peer, document)["proof"]


@pytest.mark.parametrize("edit", EDITS)
def test_ours_tampered_is_refused_there(peer: DigitalBazaar, edit: str) -> None:
    assert not _there(peer, _tampered(_ours(DOCUMENTS["four"]))[edit])


@pytest.mark.parametrize("edit", EDITS)
def test_theirs_tampered_is_refused_here(peer: DigitalBazaar, edit: str) -> None:
    signed = _theirs(peer, DOCUMENTS["four"])
    _here(signed)
    forged = _tampered(signed)[edit]
    with pytest.raises(AmanaError) as caught:
        _here(forged)
    assert caught.value.reason.outcome is not Outcome.ACCEPTED
    shown = verify(
        canonical(forged),
        snapshot=OURS.snapshot,
        policy=Policy(tier=Tier.REGISTERED),
        now=NOW,
    )
    assert not shown.accepted


def test_another_key_is_refused_here(peer: DigitalBazaar) -> None:
    signed = _theirs(peer, DOCUMENTS["four"])
    proof = eddsa_rdfc.read_proof(signed["proof"])
    with pytest.raises(VerificationError) as caught:
        eddsa_rdfc.verify(signed, proof, key=OURS.issuer.public)
    assert caught.value.reason is Reason.BAD_SIGNATURE


def _crowd(random: Random) -> list[Statement]:
    """A few blank nodes, graphs among them, most of which look like one another."""
    nodes = [f"_:n{number}" for number in range(random.randrange(2, 6))]
    told = {
        (
            random.choice(nodes),
            f"<did:a:p{random.randrange(2)}>",
            random.choice([*nodes, '"x"']),
            random.choice(["", "", *nodes]),
        )
        for _ in range(random.randrange(1, 8))
    }
    twins = {tuple(f"{term}x" if term in nodes else term for term in one) for one in told}
    between = (random.choice(nodes), "<did:a:p0>", f"{random.choice(nodes)}x", "")
    return sorted({*told, *twins, between})  # type: ignore[arg-type]


def _json_ld(statements: list[Statement]) -> list[Object]:
    graphs: list[Object] = []
    for subject, predicate, value, graph in statements:
        said = {"@value": "x"} if value == '"x"' else {"@id": value}
        node = {"@id": subject, predicate[1:-1]: [said]}
        graphs.append({"@id": graph, "@graph": [node]} if graph else node)
    return graphs


def test_names_of_nodes_that_look_alike(peer: DigitalBazaar) -> None:
    """Where only links tell blank nodes apart, the same names are given there (RDFC-1.0, 4.8)."""
    random = Random(20_261_122)
    refused: list[Reason] = []
    for _ in range(400):
        statements = _crowd(random)
        try:
            ours = canonical_form(statements)
        except InputError as error:
            refused.append(error.reason)
            continue
        theirs = peer.ask("canonize", document=_json_ld(statements))["nquads"]
        assert ours.decode() == theirs, statements
    # Names that depend on the order of statements, or take too long to be found.
    assert set(refused) <= {Reason.BAD_LINKED_DATA, Reason.DATASET_TOO_COMPLEX}
    assert len(refused) < 40


def _presentation(credential: Object) -> Object:
    return {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER.public.did,
        "verifiableCredential": [credential],
    }


ASKED = {"challenge": "uAAECAwQFBgcICQoLDA0ODw", "domain": "https://station.example"}


def test_our_answer_verifies_there(peer: DigitalBazaar) -> None:
    answer = eddsa_rdfc.sign(
        _presentation(_ours(DOCUMENTS["four"])),
        key=HOLDER,
        verification_method=verification_method(HOLDER.public.did),
        proof_purpose="authentication",
        challenge=ASKED["challenge"],
        domain=ASKED["domain"],
    )
    told = {**ASKED, "now": NOW_TEXT}
    assert peer.ask("verify-presentation", presentation=answer, **told)["verified"]
    wrong = {**told, "challenge": "uBBBB"}
    assert not peer.ask("verify-presentation", presentation=answer, **wrong)["verified"]
    forged = {**answer, "holder": ISSUER}
    assert not peer.ask("verify-presentation", presentation=forged, **told)["verified"]


def test_their_answer_verifies_here(peer: DigitalBazaar) -> None:
    signed: Object = peer.ask(
        "present",
        presentation=_presentation(_theirs(peer, DOCUMENTS["four"])),
        seed=seed_text(HOLDER.seed),
        controller=HOLDER.public.did,
        created=None,
        cryptosuite=SUITE,
        **ASKED,
    )["signed"]
    proof = eddsa_rdfc.read_proof(signed["proof"])
    for _ in range(3):
        eddsa_rdfc.verify(signed, proof, key=HOLDER.public)
    assert {name: proof.options[name] for name in ASKED} == ASKED
    inside = signed["verifiableCredential"][0]
    _here(inside)
    inside["credentialSubject"]["children"] += 1
    with pytest.raises(VerificationError) as caught:
        eddsa_rdfc.verify(signed, proof, key=HOLDER.public)
    assert caught.value.reason is Reason.BAD_SIGNATURE


def test_their_time_is_measured_on_what_is_kept(peer: DigitalBazaar) -> None:
    peer.keep([_ours(DOCUMENTS["four"])], now=NOW_TEXT)
    assert peer.nanoseconds(2) > 0
    broken = _tampered(_ours(DOCUMENTS["four"]))["claim"]
    with pytest.raises(RuntimeError):
        peer.keep([broken], now=NOW_TEXT)
