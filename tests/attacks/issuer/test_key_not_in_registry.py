"""Somebody holds a key that the issuer published on its web site, and that no member signed.

Only pinned keys count; an unknown one is no falsity (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.KEY_UNKNOWN)


def test_key_not_in_registry() -> None:
    sim = Simulator()
    credential = sim.credential(key=sim.thief, method=f"{sim.issuer.did}#key-9")
    assert found(sim.answer(credential)) == EXPECT
