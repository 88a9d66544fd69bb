"""A key that nobody vetted signs well-made credentials.

The signature fits; that makes nobody known (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.ISSUER_UNKNOWN)


def test_unknown_did_key() -> None:
    sim = Simulator()
    did = sim.thief.public.did
    stranger = Issuer(
        did=did,
        key=sim.thief,
        key_name=sim.thief.public.multikey,
        list_url="https://x.example/status/1",
    )
    credential = sim.credential(issuer=stranger)
    assert found(sim.answer(credential)) == EXPECT
