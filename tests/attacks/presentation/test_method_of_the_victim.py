"""The thief names the victim's key and signs with his own.

The signature has to fit the key that is named (C43).
"""

from amana.did.key import verification_method
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_method_of_the_victim() -> None:
    sim = Simulator()
    assert (
        found(
            sim.answer(
                sim.credential(), key=sim.thief, method=verification_method(sim.holder.public.did)
            )
        )
        == EXPECT
    )
