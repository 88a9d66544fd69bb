"""The purpose is written with Cyrillic letters that look like the right ones.

Purposes are plain tokens, compared byte for byte (UTS 39; C82).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_purpose_lookalike() -> None:
    sim = Simulator()
    credential = sim.credential(purpose="f\u043e\u043ed")
    assert found(sim.answer(credential)) == EXPECT
