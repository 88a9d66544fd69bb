"""A stranger signs with a key of his own under the name and method of a known issuer.

The key is taken from the registry, never from what is shown (C87; CVE-2018-0114).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_issuer_and_method_swapped() -> None:
    sim = Simulator()
    credential = sim.credential(key=sim.thief)
    assert found(sim.answer(credential)) == EXPECT
