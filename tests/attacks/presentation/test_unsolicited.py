"""A screenshot of an old answer is shown, where the service asks no question.

It counts as paper does: genuine, holder not proved (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.CREDENTIAL_ONLY)


def test_unsolicited() -> None:
    sim = Simulator()
    old = sim.ask()
    shown = sim.present(sim.credential(), to=old)
    assert found(sim.judge(shown)) == EXPECT
