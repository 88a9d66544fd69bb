"""An issuer in a small way signs with its own key in the name of a larger one.

The method has to be the named issuer's (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, Simulator, edited, found, key_of

EXPECT = (Outcome.REJECTED, Reason.KEY_NOT_OF_ISSUER)


def test_issuer_swapped() -> None:
    sim = Simulator()
    other = Issuer(did="did:web:small.example", key=key_of("small"))
    sim.others.append(other)
    credential = edited(sim.credential(issuer=other), "issuer", to=sim.issuer.did)
    assert found(sim.answer(credential)) == EXPECT
