"""The thief signs with his own key and writes the victim's name into `holder`.

The key that signed is the holder (VCDM 2.0, 4.13; C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_holder_renamed() -> None:
    sim = Simulator()
    assert (
        found(
            sim.answer(
                sim.credential(),
                key=sim.thief,
                edit=lambda answer: answer.update(holder=sim.holder.public.did),
            )
        )
        == EXPECT
    )
