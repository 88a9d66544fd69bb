"""A code whose letters only look like the letters of base45.

One text, one reading.
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found, text_of

EXPECT = (Outcome.REJECTED, Reason.BAD_QR_TEXT)


def test_not_ascii() -> None:
    sim = Simulator()
    text = text_of(sim.credential()).replace("A", "\u0410")
    assert found(sim.judge("AVC1R" + text[5:])) == EXPECT
