"""Presentations with Data Integrity proofs of either suite, alone, in sets and in chains."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from amana.did.key import verification_method
from amana.proofs import eddsa_jcs, eddsa_rdfc
from amana.proofs.data_integrity import add_proof
from amana.reasons import Outcome, Reason
from tests.jose_samples import P256Key
from tests.simulator import FOOD, GONE, NOW, Document, Simulator, edited, found, key_of, reasons
from verifier import Tier
from verifier.verdict import ProofShown

GOOD = (Outcome.ACCEPTED, Reason.PRESENCE_NOT_PROVEN)
SUITES = pytest.mark.parametrize("suite", [eddsa_jcs, eddsa_rdfc], ids=["jcs", "rdfc"])


@pytest.fixture
def sim() -> Simulator:
    return Simulator()


def countersigned(
    sim: Simulator, answer: Document, label: str, *, suite: str = "eddsa-jcs-2022", **options: Any
) -> Document:
    """The answer with one proof more, by a key of anybody."""
    key = sim.holder if label == "holder" else key_of(label)
    first = answer["proof"][0] if isinstance(answer["proof"], list) else answer["proof"]
    wanted = {
        "verificationMethod": verification_method(key.public.did),
        "proofPurpose": "authentication",
        "challenge": first.get("challenge"),
        "domain": first.get("domain"),
        **options,
    }
    wanted = {name: value for name, value in wanted.items() if value is not GONE}
    return add_proof(answer, key=key, cryptosuite=suite, options=wanted)


@SUITES
def test_either_suite_proves_the_holder(sim: Simulator, suite: ModuleType) -> None:
    """Linked data or not: signed by the holder, for this challenge (C11, C93)."""
    asked = sim.ask()
    verdict = sim.judge(sim.present(sim.credential(), to=asked, suite=suite), asked)
    assert found(verdict) == GOOD
    assert verdict.relied_on.proof is ProofShown.HOLDER
    assert verdict.shown == {"purpose": "food", "entitlement": "household", **FOOD}


@SUITES
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"challenge": "another"}, Reason.WRONG_CHALLENGE),
        ({"challenge": GONE}, Reason.WRONG_CHALLENGE),
        ({"domain": "did:web:other.example"}, Reason.WRONG_DOMAIN),
        ({"domain": GONE}, Reason.WRONG_DOMAIN),
        ({"proof_purpose": "assertionMethod"}, Reason.WRONG_RELATIONSHIP),
        ({"key": key_of("thief")}, Reason.WRONG_HOLDER),
        ({"method": verification_method(key_of("thief").public.did)}, Reason.BAD_SIGNATURE),
        (
            {"method": f"{key_of('holder').public.did}#{key_of('thief').public.multikey}"},
            Reason.WRONG_HOLDER,
        ),
        ({"method": "did:web:aid.example#key-1"}, Reason.BAD_DID),
        ({"method": verification_method(P256Key("p256").public.did)}, Reason.BAD_MULTIBASE),
        ({"expires": (NOW - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")}, Reason.EXPIRED),
        ({"expires": NOW.strftime("%Y-%m-%dT%H:%M:%SZ")}, Reason.EXPIRED),
        ({"edit": lambda answer: answer.update(holder="did:web:aid.example")}, Reason.WRONG_HOLDER),
    ],
)
def test_what_is_wrong_with_an_answer(
    sim: Simulator, suite: ModuleType, changes: dict[str, Any], reason: Reason
) -> None:
    """One fault, one reason, whatever the suite; nothing is shown."""
    asked = sim.ask()
    verdict = sim.judge(sim.present(sim.credential(), to=asked, suite=suite, **changes), asked)
    assert (verdict.outcome, verdict.shown) == (Outcome.REJECTED, {})
    assert reason in reasons(verdict)
    assert verdict.relied_on.proof is ProofShown.CREDENTIAL


@SUITES
def test_the_holder_s_own_limit_is_not_over(sim: Simulator, suite: ModuleType) -> None:
    asked = sim.ask()
    expires = (NOW + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = sim.present(sim.credential(), to=asked, suite=suite, expires=expires)
    assert found(sim.judge(answer, asked)) == GOOD


@SUITES
def test_late_twice_and_unasked(sim: Simulator, suite: ModuleType) -> None:
    """The station's book decides, and what nobody asked for is paper."""
    asked = sim.ask()
    answer = sim.present(sim.credential(), to=asked, suite=suite)
    assert found(sim.judge(answer)) == (Outcome.UNDECIDED, Reason.CREDENTIAL_ONLY)
    paper = sim.judge(answer, tier=Tier.REGISTERED, purpose="food")
    assert found(paper) == (Outcome.ACCEPTED, Reason.HOLDER_NOT_PROVED)
    assert found(sim.judge(answer, asked)) == GOOD
    assert found(sim.judge(answer, asked)) == (Outcome.REJECTED, Reason.REPLAYED)
    asked = sim.ask()
    sim.clock.wait(1_000)
    answer = sim.present(sim.credential(), to=asked, suite=suite)
    assert found(sim.judge(answer, asked)) == (Outcome.UNDECIDED, Reason.CHALLENGE_EXPIRED)


def test_an_answer_signed_in_both_suites(sim: Simulator) -> None:
    """A set: each proof is by the holder, for the same question (VC Data Integrity, 4.5)."""
    asked = sim.ask()
    answer = sim.present(sim.credential(), to=asked)
    both = countersigned(sim, answer, "holder", suite="eddsa-rdfc-2022")
    assert len(both["proof"]) == 2
    assert found(sim.judge(both, asked)) == GOOD


def test_an_answer_whose_second_proof_names_the_first(sim: Simulator) -> None:
    asked = sim.ask()
    answer = sim.present(sim.credential(), to=asked, id="urn:a")
    chain = countersigned(sim, answer, "holder", previousProof="urn:a")
    assert found(sim.judge(chain, asked)) == GOOD
    asked = sim.ask()
    answer = sim.present(sim.credential(), to=asked, id="urn:a")
    chain = countersigned(sim, answer, "holder", previousProof="urn:a")
    chain["proof"] = chain["proof"][1:]
    assert found(sim.judge(chain, asked)) == (Outcome.REJECTED, Reason.BAD_PROOF_CHAIN)


def test_a_chain_of_one(sim: Simulator) -> None:
    """A proof that stands alone and names one before it: that one was taken away."""
    asked = sim.ask()
    answer = sim.present(sim.credential(), to=asked, previousProof="urn:a")
    assert found(sim.judge(answer, asked)) == (Outcome.REJECTED, Reason.BAD_PROOF_CHAIN)


@pytest.mark.parametrize(
    ("label", "options", "reason"),
    [
        ("thief", {}, Reason.WRONG_HOLDER),
        ("holder", {"challenge": "another"}, Reason.WRONG_CHALLENGE),
        ("holder", {"domain": "did:web:other.example"}, Reason.WRONG_DOMAIN),
        ("holder", {"domain": ["did:web:aid.example", "did:web:b.example"]}, Reason.WRONG_DOMAIN),
        ("holder", {"challenge": GONE, "domain": GONE}, Reason.WRONG_CHALLENGE),
        ("holder", {"proofPurpose": "assertionMethod"}, Reason.WRONG_RELATIONSHIP),
        ("holder", {"expires": "2026-11-01T00:00:00Z"}, Reason.EXPIRED),
    ],
)
def test_one_bad_proof_spoils_a_set(
    sim: Simulator, label: str, options: dict[str, Any], reason: Reason
) -> None:
    asked = sim.ask()
    answer = countersigned(sim, sim.present(sim.credential(), to=asked), label, **options)
    assert found(sim.judge(answer, asked)) == (Outcome.REJECTED, reason)


@pytest.mark.parametrize(
    ("proof", "outcome", "reason"),
    [
        (None, Outcome.REJECTED, Reason.PROOF_MISSING),
        ([], Outcome.REJECTED, Reason.PROOF_MISSING),
        ({"type": "Ed25519Signature2020"}, Outcome.UNDECIDED, Reason.UNKNOWN_CRYPTOSUITE),
        ({"type": "Other", "cryptosuite": "eddsa-jcs-2022"}, Outcome.UNDECIDED,
         Reason.UNKNOWN_CRYPTOSUITE),
        ({}, Outcome.REJECTED, Reason.BAD_PROOF_FORM),
        ("text", Outcome.REJECTED, Reason.BAD_PROOF_FORM),
    ],
)  # fmt: skip
def test_no_proof_that_is_judged(
    sim: Simulator, proof: Any, outcome: Outcome, reason: Reason
) -> None:
    asked = sim.ask()
    answer = edited(sim.present(sim.credential(), to=asked), "proof", to=proof)
    assert found(sim.judge(answer, asked)) == (outcome, reason)


def test_contexts_that_the_holder_did_not_sign(sim: Simulator) -> None:
    """Section 3.3.2 lets them be appended; they are not relied on here."""
    asked = sim.ask()
    answer = sim.present(sim.credential(), to=asked)
    answer["@context"] = [*answer["@context"], "https://amana.example/v1"]
    verdict = sim.judge(answer, asked)
    assert found(verdict) == (Outcome.UNDECIDED, Reason.UNKNOWN_CONTEXT)
