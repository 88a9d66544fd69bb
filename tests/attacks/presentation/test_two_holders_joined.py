"""A stolen copy rides along with the thief's own, where a service takes two.

One proof over copies of several keys binds only its own (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_two_holders_joined() -> None:
    sim = Simulator()
    asked = sim.ask()
    own = sim.credential(holder=sim.thief.public.did)
    shown = sim.present(own, sim.credential(index=12), to=asked, key=sim.thief)
    assert found(sim.judge(shown, asked, credentials_max=2)) == EXPECT
