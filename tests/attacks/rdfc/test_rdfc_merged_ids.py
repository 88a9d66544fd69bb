"""Two nodes are given one id, so that their statements become one node's.

Where nodes become one, no template is filled: the rules are followed, and find others (C93).
"""

from amana.reasons import Outcome, Reason
from tests.rdf_documents import RDFC
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_rdfc_merged_ids() -> None:
    sim = Simulator()
    signed = sim.credential(options=RDFC)
    for _ in range(3):
        assert sim.answer(signed).accepted
    subject = signed["credentialSubject"]["id"]
    merged = edited(signed, "termsOfUse", "id", to=subject)
    assert found(sim.judge(merged)) == EXPECT
    merged = edited(signed, "credentialStatus", "id", to=subject)
    assert found(sim.judge(merged)) == EXPECT
