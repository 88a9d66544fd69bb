"""A credential in the name of an unknown did:key, which did not sign it.

False is false, known or not (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_unknown_did_key_forged() -> None:
    sim = Simulator()
    did = sim.holder.public.did
    named = Issuer(
        did=did,
        key=sim.thief,
        key_name=sim.holder.public.multikey,
        list_url="https://x.example/status/1",
    )
    credential = sim.credential(issuer=named)
    assert found(sim.answer(credential)) == EXPECT
