"""A binding to the right question, which says that it is for somebody else (C43)."""

from amana.reasons import Outcome, Reason
from tests.simulator import found
from tests.token_lab import TokenSimulator

EXPECT = (Outcome.REJECTED, Reason.WRONG_DOMAIN)


def test_binding_with_audience_exchanged() -> None:
    sim = TokenSimulator()
    asked = sim.ask()
    shown = sim.bind(sim.sd_jwt(), to=asked, aud=["did:web:aid.example"])
    assert found(sim.judge(shown, asked)) == EXPECT
