"""`holder` is an object without a name: whoever compares names finds nothing to compare.

A holder has an id (VCDM 2.0, 4.13).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_PRESENTATION)


def test_holder_without_id() -> None:
    sim = Simulator()
    assert (
        found(
            sim.answer(sim.credential(), edit=lambda answer: answer.update(holder={"name": "me"}))
        )
        == EXPECT
    )
