"""`holder` is a list of two, the thief and the victim.

An answer has one holder (VCDM 2.0, 4.13).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_PRESENTATION)


def test_holders_listed() -> None:
    sim = Simulator()
    assert (
        found(
            sim.answer(
                sim.credential(),
                key=sim.thief,
                edit=lambda answer: answer.update(
                    holder=[sim.thief.public.did, sim.holder.public.did]
                ),
            )
        )
        == EXPECT
    )
