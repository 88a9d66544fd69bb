"""Whoever carries the answer adds a disclosure that the holder kept back.

The holder signed what was shown, and with it what was not (RFC 9901, section 4.3; C30).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import found
from tests.token_lab import TokenSimulator

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_disclosure_added_after_binding() -> None:
    sim = TokenSimulator()
    asked = sim.ask()
    jwt, first, *rest, _ = sim.sd_jwt().split("~")
    shown = sim.bind("~".join([jwt, *rest, ""]), to=asked)
    jwt, *parts = shown.split("~")
    assert found(sim.judge("~".join([jwt, first, *parts]), asked)) == EXPECT
