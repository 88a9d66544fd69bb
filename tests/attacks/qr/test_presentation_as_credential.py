"""An answer under the prefix of a credential, to be judged by the lighter rules of paper.

A code is what its prefix says (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found, text_of
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.BAD_QR_TEXT)


def test_presentation_as_credential() -> None:
    sim = Simulator()
    text = text_of(sim.present(sim.credential(), to=sim.ask()))
    assert found(sim.judge("AVC1" + text[4:], tier=Tier.REGISTERED)) == EXPECT
