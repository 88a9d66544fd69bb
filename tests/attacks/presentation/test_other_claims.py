"""A person agreed to show a household's size; the station pretends that it asked for more.

The answer signs which claims were asked (C61).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_CHALLENGE)


def test_other_claims() -> None:
    sim = Simulator()
    told, kept = sim.ask(claims=["householdSize"]), sim.ask()
    shown = sim.present(sim.credential(), to=told)
    assert found(sim.judge(shown, kept)) == EXPECT
