"""A photograph of somebody's card is shown where identity is checked.

Genuine, and not proved whose it is (C2, C9).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.CREDENTIAL_ONLY)


def test_bare_credential() -> None:
    sim = Simulator()
    asked = sim.ask()
    assert found(sim.judge(sim.credential(), asked)) == EXPECT
