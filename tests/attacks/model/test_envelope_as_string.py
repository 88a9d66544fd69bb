"""A bare token stands among the credentials of an answer, as a text.

Credentials are objects there (VC Data Model 2.0, section 4.13; C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_CREDENTIAL)


def test_envelope_as_string() -> None:
    sim = Simulator()
    asked = sim.ask()
    answer = sim.present(
        sim.credential(),
        to=asked,
        edit=lambda document: document["verifiableCredential"].append("eyJhbGciOiJub25lIn0.e30."),
    )
    assert found(sim.judge(answer, asked)) == EXPECT
