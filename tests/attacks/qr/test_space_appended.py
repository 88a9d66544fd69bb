"""A blank at the end of a code, which trimming readers lose or gain.

A text is taken as it is (RFC 9285: base45 has spaces).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found, text_of
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.BAD_QR_TEXT)


def test_space_appended() -> None:
    sim = Simulator()
    text = text_of(sim.credential()) + " "
    assert found(sim.judge(text, tier=Tier.REGISTERED)) == EXPECT
