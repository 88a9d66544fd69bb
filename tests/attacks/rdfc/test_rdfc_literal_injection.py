"""A text ends its own statement and begins another, as the canonical form would write it.

Quotation marks and line ends are escaped in canonical N-Quads, by template or not (C93).
"""

from amana.reasons import Outcome, Reason
from tests.rdf_documents import RDFC
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_rdfc_literal_injection() -> None:
    sim = Simulator()
    signed = sim.credential(options=RDFC)
    subject = signed["credentialSubject"]["id"]
    for _ in range(3):
        assert sim.answer(signed).accepted
    predicate = "https://amana.example/v1#entitlement"
    injected = f'food" .\n<{subject}> <{predicate}> "household'
    forged = edited(signed, "credentialSubject", "purpose", to=injected)
    del forged["credentialSubject"]["entitlement"]
    assert found(sim.judge(forged)) == EXPECT
