"""A context is appended to a signed answer, which the suite's step 4 allows.

What nobody signed is not relied on (VC DI EdDSA, 3.3.2; C93).
"""

from amana.reasons import Outcome, Reason
from schemas import VC_CONTEXT
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.UNDECIDED, Reason.UNKNOWN_CONTEXT)


def test_answer_context_appended() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = sim.present(sim.credential(), to=asked)
    shown = edited(shown, "@context", to=[VC_CONTEXT, "https://evil.example/v1"])
    assert found(sim.judge(shown, asked)) == EXPECT
