"""Proofs of ours at @digitalbazaar/vc, and theirs here; nothing false passes either way.

Skipped only where node or its packages are not installed: `make interop` installs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from amana.dates import format_instant
from amana.did.key import verification_method
from amana.errors import VerificationError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.presentation import build_presentation
from amana.proofs import eddsa_jcs
from amana.reasons import Outcome, Reason
from amana.status import build_status_list, read_status_list
from benchmarks._world import FOUR_CLAIMS, NOW, TWELVE_CLAIMS, copy_of, stream, world
from benchmarks.peers.digitalbazaar import DigitalBazaar, Unavailable, seed_text
from trust_registry.snapshot import Entry, KeyChange, PinnedKey, Snapshot, State, StatusChange
from verifier import Policy, Tier, Verdict, verify
from verifier.book import Asked, Freshness

NOW_TEXT = format_instant(NOW)
OURS = world(1)
THEIRS = SecretKey(stream("their issuer", 32))
HOLDER = SecretKey(stream("holder 0", 32))
THEIR_LIST = "https://theirs.example/status/1"
CHALLENGE = OURS.presentations[0][1]


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
        yield process


def _tampered(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One edit each, none of which may pass anywhere."""
    subject, proof = document["credentialSubject"], document["proof"]
    value = proof["proofValue"]
    swapped = value[:-1] + ("2" if value[-1] != "2" else "3")
    return {
        "claim": {**document, "credentialSubject": {**subject, "children": 9}},
        "added claim": {**document, "credentialSubject": {**subject, "adults": 9}},
        "date": {**document, "validUntil": "2027-06-01T00:00:00Z"},
        "signature": {**document, "proof": {**proof, "proofValue": swapped}},
        "proof option": {**document, "proof": {**proof, "expires": "2027-01-01T00:00:00Z"}},
    }


EDITS = ["claim", "added claim", "date", "signature", "proof option"]


@pytest.mark.parametrize("claims", [FOUR_CLAIMS, TWELVE_CLAIMS], ids=["four", "twelve"])
def test_ours_verifies_there(peer: DigitalBazaar, claims: dict[str, Any]) -> None:
    """Interoperability, towards others (C93)."""
    signed = eddsa_jcs.sign(
        copy_of(3, claims, holder=HOLDER.public.did),
        key=OURS.issuer,
        verification_method=OURS.key_id,
    )
    assert peer.ask("verify", credential=signed, now=NOW_TEXT) == {"verified": True, "error": ""}


@pytest.mark.parametrize("edit", EDITS)
def test_ours_tampered_is_refused_there(peer: DigitalBazaar, edit: str) -> None:
    forged = _tampered(OURS.credentials[0])[edit]
    answer = peer.ask("verify", credential=forged, now=NOW_TEXT)
    assert answer == {"verified": False, "error": "Invalid signature."}


def test_ours_under_another_issuers_name_is_refused_there(peer: DigitalBazaar) -> None:
    unsigned = copy_of(3, FOUR_CLAIMS, holder=HOLDER.public.did) | {"issuer": THEIRS.public.did}
    forged = eddsa_jcs.sign(unsigned, key=OURS.issuer, verification_method=OURS.key_id)
    assert not peer.ask("verify", credential=forged, now=NOW_TEXT)["verified"]


def _theirs(peer: DigitalBazaar, *, created: str | None = None) -> dict[str, Any]:
    unsigned = copy_of(4, FOUR_CLAIMS, holder=HOLDER.public.did) | {"issuer": THEIRS.public.did}
    unsigned["credentialStatus"]["statusListCredential"] = THEIR_LIST
    signed: dict[str, Any] = peer.ask(
        "issue",
        credential=unsigned,
        seed=seed_text(THEIRS.seed),
        controller=THEIRS.public.did,
        created=created,
    )["signed"]
    return signed


def _registry_with_theirs() -> Snapshot:
    did, key_id = THEIRS.public.did, verification_method(THEIRS.public.did)
    since = NOW.replace(month=1)
    entry = Entry(
        did=did,
        names={"en": "Theirs"},
        keys={
            key_id: PinnedKey(
                id=key_id,
                public=THEIRS.public,
                relationships=frozenset({"assertionMethod"}),
                history=(KeyChange(since=since, state=State.GRANTED),),
            )
        },
        actions=frozenset({("issue", "PurposeCredential")}),
        history=(StatusChange(since=since, state=State.GRANTED, reason="admitted"),),
        registrar="did:web:members.example",
        appeals="https://theirs.example/appeals",
        dossier="0" * 64,
    )
    document = build_status_list(
        [],
        url=THEIR_LIST,
        issuer=did,
        key=THEIRS,
        verification_method=key_id,
        valid_from=NOW,
    )
    found = read_status_list(canonical(document), url=THEIR_LIST, key=THEIRS.public)
    return replace(OURS.snapshot, entries={did: entry}, status_lists={THEIR_LIST: found})


def _judge(document: dict[str, Any], snapshot: Snapshot) -> Verdict:
    return verify(
        canonical(document), snapshot=snapshot, policy=Policy(tier=Tier.REGISTERED), now=NOW
    )


def test_theirs_verifies_here(peer: DigitalBazaar) -> None:
    """Interoperability, from others (C93); trust still needs the registry."""
    signed = _theirs(peer)
    assert _judge(signed, _registry_with_theirs()).outcome is Outcome.ACCEPTED
    stranger = _judge(signed, OURS.snapshot)
    assert (stranger.outcome, stranger.reason) == (Outcome.UNDECIDED, Reason.ISSUER_UNKNOWN)


@pytest.mark.parametrize("edit", EDITS)
def test_theirs_tampered_is_refused_here(peer: DigitalBazaar, edit: str) -> None:
    forged = _tampered(_theirs(peer))[edit]
    for snapshot in (_registry_with_theirs(), OURS.snapshot):
        verdict = _judge(forged, snapshot)
        assert verdict.outcome is Outcome.REJECTED
        assert verdict.reason is Reason.BAD_SIGNATURE


def test_theirs_with_a_time_of_signing_has_a_good_signature(peer: DigitalBazaar) -> None:
    """`created` is theirs by default; our own kinds forbid it in what is stored (C68)."""
    signed = _theirs(peer, created=NOW_TEXT)
    assert signed["proof"]["created"] == NOW_TEXT
    proof = eddsa_jcs.read_proof(signed["proof"])
    eddsa_jcs.verify(signed, proof, key=THEIRS.public)
    with pytest.raises(VerificationError) as caught:
        eddsa_jcs.verify(signed, proof, key=OURS.issuer.public)
    assert caught.value.reason is Reason.BAD_SIGNATURE
    assert _judge(signed, _registry_with_theirs()).reason is Reason.SCHEMA_VIOLATION


def test_both_sides_sign_the_same_bytes(peer: DigitalBazaar) -> None:
    """Ed25519 is deterministic, so equal signatures show equal canonical forms and hashes."""
    theirs = _theirs(peer)
    unsigned = {name: value for name, value in theirs.items() if name != "proof"}
    ours = eddsa_jcs.sign(
        unsigned, key=THEIRS, verification_method=verification_method(THEIRS.public.did)
    )
    assert ours == theirs


def test_our_answer_verifies_there(peer: DigitalBazaar) -> None:
    answer, challenge = OURS.presentations[0]
    asked = {"challenge": challenge.digest, "domain": challenge.domain, "now": NOW_TEXT}
    assert peer.ask("verify-presentation", presentation=answer, **asked)["verified"]
    for wrong in ({"challenge": "uAAAA"}, {"domain": "did:web:other.example"}):
        told = {**asked, **wrong}
        assert not peer.ask("verify-presentation", presentation=answer, **told)["verified"]
    forged = {**answer, "holder": THEIRS.public.did}
    assert not peer.ask("verify-presentation", presentation=forged, **asked)["verified"]


def test_their_answer_verifies_here(peer: DigitalBazaar) -> None:
    built = build_presentation(
        [OURS.credentials[0]], key=HOLDER, challenge=CHALLENGE.digest, domain=CHALLENGE.domain
    )
    unsigned = {name: value for name, value in built.items() if name != "proof"}
    signed = peer.ask(
        "present",
        presentation=unsigned,
        seed=seed_text(HOLDER.seed),
        controller=HOLDER.public.did,
        created=None,
        challenge=CHALLENGE.digest,
        domain=CHALLENGE.domain,
    )["signed"]
    asked = Asked(challenge=CHALLENGE, freshness=Freshness.FRESH)

    def judged(document: dict[str, Any]) -> Verdict:
        return verify(
            canonical(document),
            snapshot=OURS.snapshot,
            policy=Policy(),
            challenge=asked,
            now=NOW,
        )

    assert judged(signed).outcome is Outcome.ACCEPTED
    proof = {**signed["proof"], "challenge": "uAAAA"}
    assert judged({**signed, "proof": proof}).reason is Reason.BAD_SIGNATURE
