"""A larger household's copy is put into a signed answer in place of the holder's own.

The answer signs all that it holds (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_credential_exchanged() -> None:
    sim = Simulator()
    asked = sim.ask()
    larger = sim.credential(claims={"householdSize": 12, "children": 9})
    shown = edited(sim.present(sim.credential(), to=asked), "verifiableCredential", 0, to=larger)
    assert found(sim.judge(shown, asked)) == EXPECT
