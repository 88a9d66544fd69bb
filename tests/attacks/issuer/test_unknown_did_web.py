"""An organisation that nobody vetted signs well-made credentials.

Unknown, not false (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, Simulator, found, key_of

EXPECT = (Outcome.UNDECIDED, Reason.ISSUER_UNKNOWN)


def test_unknown_did_web() -> None:
    sim = Simulator()
    stranger = Issuer(did="did:web:stranger.example", key=key_of("stranger"))
    credential = sim.credential(issuer=stranger)
    assert found(sim.answer(credential)) == EXPECT
