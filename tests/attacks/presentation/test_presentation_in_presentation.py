"""A victim's whole answer is wrapped into the thief's.

An answer holds credentials, nothing else (VCDM 2.0, 4.13).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_CREDENTIAL)


def test_presentation_in_presentation() -> None:
    sim = Simulator()
    asked = sim.ask()
    stolen = sim.present(sim.credential(), to=asked)
    assert found(sim.judge(sim.present(stolen, to=asked, key=sim.thief), asked)) == EXPECT
