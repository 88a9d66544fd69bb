"""An issuer gives a copy an index beyond the end of the list: no bit, no revocation.

Outside the list is not clear (Bitstring Status List, 3.2).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.STATUS_INDEX_OUT_OF_RANGE)


def test_index_out_of_range() -> None:
    sim = Simulator()
    credential = sim.credential(index=131_072)
    assert found(sim.answer(credential)) == EXPECT
