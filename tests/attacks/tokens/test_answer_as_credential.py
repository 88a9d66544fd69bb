"""A holder's answer is handed in as a credential, in an envelope that says so.

What the envelope says and what the token says have to be one (RFC 8725, section 3.11; C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import found
from tests.token_lab import TokenSimulator, wrapped

EXPECT = (Outcome.REJECTED, Reason.BAD_JWT)


def test_answer_as_credential() -> None:
    sim = TokenSimulator()
    asked = sim.ask()
    inner = sim.jwt_answer(sim.jwt(), to=asked)
    assert found(sim.judge(sim.present(wrapped(inner, kind="vc+jwt"), to=asked), asked)) == EXPECT
