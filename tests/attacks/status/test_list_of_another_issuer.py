"""An issuer points its copies at the list of another, where nobody will ever revoke them.

A list is its credential's own issuer's (C79).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, Simulator, found, key_of

EXPECT = (Outcome.REJECTED, Reason.STATUS_LIST_OF_ANOTHER_ISSUER)


def test_list_of_another_issuer() -> None:
    sim = Simulator()
    other = Issuer(did="did:web:other.example", key=key_of("other"))
    sim.others.append(other)
    credential = sim.credential(list_url=other.list_url)
    assert found(sim.answer(credential)) == EXPECT
