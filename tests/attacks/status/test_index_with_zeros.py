"""The index is written 04711, which some read as octal, and others as text that fits no list.

One number has one form (Bitstring Status List, 2.1).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_CREDENTIAL)


def test_index_with_zeros() -> None:
    sim = Simulator()
    credential = sim.credential(
        edit=lambda document: document["credentialStatus"].update(statusListIndex="04711")
    )
    assert found(sim.answer(credential)) == EXPECT
