"""Where a service takes two, a forged copy hides behind a good one.

Each copy is judged (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_bad_one_behind_good_one() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = sim.present(sim.credential(), sim.credential(key=sim.thief), to=asked)
    assert found(sim.judge(shown, asked, credentials_max=2)) == EXPECT
