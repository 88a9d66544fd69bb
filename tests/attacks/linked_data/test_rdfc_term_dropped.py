"""A member that no context defines is slipped into a credential that was signed as linked data.

Expansion would drop it, and the signature would still fit: so it is refused (C93).
"""

from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.UNKNOWN_TERM)


def test_rdfc_term_dropped() -> None:
    sim = Simulator()
    credential = sim.credential(options={"suite": eddsa_rdfc})
    changed = edited(credential, "credentialSubject", "foodRations", to=40)
    assert found(sim.answer(changed)) == EXPECT


def test_rdfc_term_dropped_from_an_answer() -> None:
    """The same beside the credentials of an answer, by whoever carries it to the counter."""
    sim = Simulator()
    asked = sim.ask()
    answer = sim.present(sim.credential(), to=asked, suite=eddsa_rdfc)
    assert found(sim.judge({**answer, "onBehalfOf": "everybody"}, asked)) == EXPECT
