"""A did:key issuer names a second key under its DID.

A did:key has one key (did:key v0.9).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, Simulator, found

EXPECT = (Outcome.REJECTED, Reason.KEY_NOT_OF_ISSUER)


def test_did_key_with_second_key() -> None:
    sim = Simulator()
    named = Issuer(
        did=sim.holder.public.did,
        key=sim.thief,
        key_name=sim.thief.public.multikey,
        list_url="https://x.example/status/1",
    )
    credential = sim.credential(issuer=named)
    assert found(sim.answer(credential)) == EXPECT
