"""The method is written DID:KEY, past a comparison that ignores case.

DIDs are compared byte for byte (DID Core, 3.1).
"""

from amana.did.key import verification_method
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_DID)


def test_method_in_capitals() -> None:
    sim = Simulator()
    assert (
        found(
            sim.answer(
                sim.credential(),
                method=verification_method(sim.holder.public.did).replace("did:key", "DID:KEY"),
            )
        )
        == EXPECT
    )
