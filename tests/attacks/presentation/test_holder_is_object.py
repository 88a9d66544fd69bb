"""`holder` is an object that names the victim, where software looks for a text.

An object's id is the holder (VCDM 2.0, 4.13; C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_holder_is_object() -> None:
    sim = Simulator()
    assert (
        found(
            sim.answer(
                sim.credential(),
                key=sim.thief,
                edit=lambda answer: answer.update(holder={"id": sim.holder.public.did}),
            )
        )
        == EXPECT
    )
