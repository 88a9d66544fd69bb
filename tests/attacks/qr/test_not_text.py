"""Bytes that are no text at all come out of a reader.

A code of ours is text (RFC 9285).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_QR_TEXT)


def test_not_text() -> None:
    sim = Simulator()
    assert found(sim.judge(b"AVC1R\xff\xfe")) == EXPECT
