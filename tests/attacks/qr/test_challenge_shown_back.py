"""The holder photographs the station's question and shows it back as an answer.

A question proves nothing (C43).
"""

from amana.qr.text import Kind, encode
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.BAD_QR_TEXT)


def test_challenge_shown_back() -> None:
    sim = Simulator()
    asked = sim.challenge()
    assert found(sim.judge(encode(Kind.CHALLENGE, asked), tier=Tier.REGISTERED)) == EXPECT
