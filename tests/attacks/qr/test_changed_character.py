"""One character of a printed code is scratched into another.

A damaged code is called damaged, never forged (C9).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found, text_of
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.BAD_QR_TEXT)


def test_changed_character() -> None:
    sim = Simulator()
    text = text_of(sim.credential())
    place = len(text) // 2
    other = "A" if text[place] != "A" else "B"
    spoiled = text[:place] + other + text[place + 1 :]
    assert found(sim.judge(spoiled, tier=Tier.REGISTERED)) == EXPECT
