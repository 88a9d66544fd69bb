"""Steps 2 and 3 for whatever secures a credential: both suites, sets, chains, and whose key."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from amana.did.key import verification_method
from amana.proofs import eddsa_jcs, eddsa_rdfc
from amana.proofs.data_integrity import add_proof
from amana.reasons import Outcome, Reason
from tests.jose_samples import P256Key
from tests.simulator import FOOD, Document, Issuer, Simulator, edited, found, key_of, reasons
from trust_registry.snapshot import State
from verifier import Tier

GOOD = (Outcome.ACCEPTED, Reason.PRESENCE_NOT_PROVEN)
SUITES = pytest.mark.parametrize("suite", [eddsa_jcs, eddsa_rdfc], ids=["jcs", "rdfc"])
OWN = "did:web:aid.example#key-1"
SECOND = Issuer(did="did:web:second.example", key=key_of("second"))
STRANGER = key_of("stranger")


@pytest.fixture
def sim() -> Simulator:
    return Simulator()


def linked(sim: Simulator, **edits: Any) -> Document:
    return sim.credential(options={"suite": eddsa_rdfc}, **edits)


def by(
    document: Document, key: Any, method: str, *, suite: str = "eddsa-jcs-2022", **options: Any
) -> Document:
    """`document` with one proof more."""
    wanted = {"verificationMethod": method, "proofPurpose": "assertionMethod", **options}
    return add_proof(document, key=key, cryptosuite=suite, options=wanted)


def own(sim: Simulator, document: Document, **options: Any) -> Document:
    return by(document, sim.issuer.key, OWN, **options)


def stranger(document: Document, **options: Any) -> Document:
    return by(document, STRANGER, verification_method(STRANGER.public.did), **options)


def test_linked_data_is_as_good(sim: Simulator) -> None:
    """Eddsa-rdfc-2022, with and without a copy of the contexts in its proof (C93)."""
    for document in (linked(sim), own(sim, sim.unsigned(), suite="eddsa-rdfc-2022")):
        verdict = sim.answer(document)
        assert found(verdict) == GOOD
        assert verdict.relied_on.issuer == sim.issuer.did
        assert verdict.shown == {"purpose": "food", "entitlement": "household", **FOOD}


def test_spelling_that_linked_data_does_not_sign(sim: Simulator) -> None:
    """One value or a list of one mean the same graph; our schema takes one spelling only."""
    document = linked(sim)
    listed = edited(document, "credentialSubject", to=[document["credentialSubject"]])
    verdict = sim.judge(listed, tier=Tier.REGISTERED)
    assert found(verdict) == (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


@SUITES
@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ({"key": key_of("thief")}, Reason.BAD_SIGNATURE),
        ({"method": "did:web:aid.example#key-2"}, Reason.KEY_UNKNOWN),
        ({"method": "did:web:other.example#key-1"}, Reason.KEY_NOT_OF_ISSUER),
        ({"method": "did:web:aid.example"}, Reason.KEY_NOT_OF_ISSUER),
        ({"proof_purpose": "authentication"}, Reason.WRONG_RELATIONSHIP),
    ],
)
def test_what_is_wrong_with_a_proof(
    sim: Simulator, suite: ModuleType, edits: dict[str, Any], reason: Reason
) -> None:
    document = sim.credential(options={"suite": suite}, **edits)
    verdict = sim.answer(document)
    assert reasons(verdict)[0] is reason
    assert not verdict.accepted
    assert verdict.relied_on.issuer is None


@SUITES
def test_a_key_that_may_not_assert(sim: Simulator, suite: ModuleType) -> None:
    sim.issuer.relationships = frozenset({"authentication"})
    sim.issuer.list_published = False
    verdict = sim.answer(sim.credential(options={"suite": suite}))
    assert reasons(verdict)[0] is Reason.WRONG_RELATIONSHIP


@SUITES
def test_issuers_whom_the_registry_does_not_know(sim: Simulator, suite: ModuleType) -> None:
    """Merely unknown; the signature of a did:key is judged all the same."""
    web = Issuer(did="did:web:stranger.example", key=STRANGER)
    verdict = sim.answer(sim.credential(issuer=web, options={"suite": suite}))
    assert (verdict.outcome, reasons(verdict)[0]) == (Outcome.UNDECIDED, Reason.ISSUER_UNKNOWN)
    did = Issuer(
        did=STRANGER.public.did,
        key=STRANGER,
        key_name=STRANGER.public.multikey,
        list_url="https://s.example/1",
    )
    verdict = sim.answer(sim.credential(issuer=did, options={"suite": suite}))
    assert (verdict.outcome, reasons(verdict)[0]) == (Outcome.UNDECIDED, Reason.ISSUER_UNKNOWN)
    forged = sim.credential(issuer=did, key=sim.thief, options={"suite": suite})
    assert found(sim.answer(forged)) == (Outcome.REJECTED, Reason.BAD_SIGNATURE)
    second = sim.credential(issuer=did, method=f"{did.did}#key-2", options={"suite": suite})
    assert found(sim.answer(second)) == (Outcome.REJECTED, Reason.KEY_NOT_OF_ISSUER)


@SUITES
def test_a_key_of_another_algorithm(sim: Simulator, suite: ModuleType) -> None:
    """A P-256 did:key may sign tokens; these suites are for Ed25519 alone."""
    key = P256Key("p256 issuer").public
    issuer = Issuer(
        did=key.did, key=STRANGER, key_name=key.multikey, list_url="https://p.example/1"
    )
    document = sim.credential(issuer=issuer, options={"suite": suite})
    assert found(sim.answer(document)) == (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


# -- sets and chains --------------------------------------------------------------------------


def test_a_set_of_both_suites(sim: Simulator) -> None:
    """Two proofs of the issuer, each good for itself (VC Data Integrity 1.0, section 2.1.1)."""
    document = own(sim, own(sim, sim.unsigned()), suite="eddsa-rdfc-2022")
    assert len(document["proof"]) == 2
    expected = Reason.SCHEMA_VIOLATION
    # Our own schema has one proof; what is found is that, and nothing about signatures.
    verdict = sim.answer(document)
    assert [reason for reason in reasons(verdict) if reason.outcome is Outcome.REJECTED] == [
        expected
    ]
    assert verdict.relied_on.issuer == sim.issuer.did


@pytest.fixture
def foreign(sim: Simulator) -> Document:
    """A credential of a type for which we have no schema, so that proofs alone decide."""
    sim.issuer.actions.add(("issue", "OtherCredential"))
    document = sim.unsigned()
    document["type"] = ["VerifiableCredential", "OtherCredential"]
    return document


def judged(sim: Simulator, document: Document) -> tuple[list[Reason], str | None]:
    kinds = frozenset({"OtherCredential"})
    verdict = sim.judge(document, tier=Tier.REGISTERED, kinds=kinds)
    return reasons(verdict), verdict.relied_on.issuer


UNKNOWN_SCHEMA = [Reason.SCHEMA_UNKNOWN, Reason.HOLDER_NOT_PROVED]


def test_sets_and_chains_that_are_good(sim: Simulator, foreign: Document) -> None:
    """The issuer's own proof, and anybody's besides; the registry speaks of the issuer alone."""
    first = own(sim, foreign, id="urn:a")
    sim.others.append(SECOND)
    for document in (
        first,
        own(sim, first, created="2026-11-02T00:00:00Z"),
        stranger(first),
        by(first, SECOND.key, SECOND.key_id),
        stranger(first, previousProof="urn:a"),
        by(first, SECOND.key, SECOND.key_id, previousProof="urn:a"),
        own(sim, stranger(foreign, id="urn:b"), previousProof="urn:b"),
        own(sim, foreign, expires="2027-01-01T00:00:00Z"),
    ):
        assert judged(sim, document) == (UNKNOWN_SCHEMA, sim.issuer.did)


def test_sets_and_chains_that_are_not(sim: Simulator, foreign: Document) -> None:
    first = own(sim, foreign, id="urn:a")
    chain = stranger(first, id="urn:b", previousProof="urn:a")
    thief = verification_method(sim.thief.public.did)
    for document, reason in (
        (stranger(foreign), Reason.KEY_NOT_OF_ISSUER),
        (stranger(stranger(foreign), created="2026-11-02T00:00:00Z"), Reason.KEY_NOT_OF_ISSUER),
        (edited(chain, "proof", 1, "verificationMethod", to=thief), Reason.BAD_SIGNATURE),
        (edited(chain, "proof", 0, "verificationMethod", to=thief), Reason.KEY_NOT_OF_ISSUER),
        (edited(chain, "proof", to=chain["proof"][1:]), Reason.BAD_PROOF_CHAIN),
        (edited(chain, "proof", 0, "id", to="urn:c"), Reason.BAD_PROOF_CHAIN),
        (edited(chain, "credentialSubject", "children", to=9), Reason.BAD_SIGNATURE),
        (own(sim, foreign, expires="2026-11-01T00:00:00Z"), Reason.EXPIRED),
        (by(first, SECOND.key, "did:web:aid.example#key-2"), Reason.KEY_UNKNOWN),
        (by(first, SECOND.key, OWN), Reason.BAD_SIGNATURE),
        (edited(first, "proof", to=[]), Reason.BAD_CREDENTIAL),
        (edited(first, "proof", to=None), Reason.PROOF_MISSING),
        (edited(first, "proof", "cryptosuite", to="ecdsa-jcs-2019"), Reason.UNKNOWN_CRYPTOSUITE),
        (
            edited(stranger(first), "proof", 1, "cryptosuite", to="bbs-2023"),
            Reason.UNKNOWN_CRYPTOSUITE,
        ),
    ):
        against, issuer = judged(sim, document)
        assert (against[0], issuer) == (reason, None)


def test_a_countersigner_whom_nobody_knows(sim: Simulator, foreign: Document) -> None:
    """One of the set can't be judged: then nobody is relied on, and nothing is false."""
    document = by(own(sim, foreign), STRANGER, "did:web:stranger.example#key-1")
    against, issuer = judged(sim, document)
    assert (against[0], issuer) == (Reason.ISSUER_UNKNOWN, None)
    assert all(reason.outcome is not Outcome.REJECTED for reason in against)
    forged = edited(document, "proof", 0, "proofValue", to=document["proof"][1]["proofValue"])
    assert judged(sim, forged)[0][0] is Reason.BAD_SIGNATURE


def test_the_key_of_a_set_has_its_history(sim: Simulator, foreign: Document) -> None:
    """What the registry says of the key that signed counts in a set as elsewhere."""
    sim.issuer.key_history.append((sim.published, State.COMPROMISED))
    against, issuer = judged(sim, stranger(own(sim, foreign)))
    assert Reason.KEY_COMPROMISED in against
    assert issuer == sim.issuer.did
