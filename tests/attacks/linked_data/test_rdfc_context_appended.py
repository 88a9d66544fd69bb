"""A context is appended that gives undefined terms a meaning, so that more could be written in.

The options are hashed under the document's contexts: with others, another hash (section 3.2.5).
"""

from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.simulator import GONE, Document, Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)
MORE = "https://www.w3.org/ns/credentials/undefined-terms/v2"


def appended(document: Document) -> Document:
    return edited(document, "@context", to=[*document["@context"], MORE])


def test_rdfc_context_appended() -> None:
    sim = Simulator()
    credential = sim.credential(options={"suite": eddsa_rdfc})
    assert found(sim.answer(appended(credential))) == EXPECT


def test_rdfc_context_appended_and_used() -> None:
    """The proof has no copy of the contexts, and a claim is written in what was appended."""
    sim = Simulator()
    credential = sim.credential(options={"suite": eddsa_rdfc, "@context": GONE})
    changed = appended(edited(credential, "credentialSubject", "vip", to="yes"))
    assert found(sim.answer(changed)) == EXPECT


def test_rdfc_context_appended_and_not_used() -> None:
    """The graph is the same and the signature fits; our schema knows of no such contexts."""
    sim = Simulator()
    credential = sim.credential(options={"suite": eddsa_rdfc, "@context": GONE})
    verdict = sim.answer(appended(credential))
    assert found(verdict) == (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)
