"""A credential under the prefix of an answer.

A code is what its prefix says (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found, text_of
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.BAD_QR_TEXT)


def test_credential_as_presentation() -> None:
    sim = Simulator()
    text = text_of(sim.credential())
    assert found(sim.judge("AVP1" + text[4:], tier=Tier.REGISTERED)) == EXPECT
