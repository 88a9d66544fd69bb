"""Five copies in one answer, each of which costs a verification.

Refused before any signature is checked (C12).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.TOO_MANY_CREDENTIALS)


def test_too_many() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = sim.present(*[sim.credential(index=index) for index in range(5)], to=asked)
    assert found(sim.judge(shown, asked)) == EXPECT
