"""The method is the victim's DID with the thief's key as its fragment.

A did:key has one key, its own (did:key v0.9; C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_method_of_two_keys() -> None:
    sim = Simulator()
    assert (
        found(
            sim.answer(
                sim.credential(),
                key=sim.thief,
                method=f"{sim.holder.public.did}#{sim.thief.public.multikey}",
            )
        )
        == EXPECT
    )
