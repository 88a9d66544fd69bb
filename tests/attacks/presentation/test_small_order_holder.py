"""A holder key of small order: for it, signatures are made up without any secret.

Such keys are no keys (RFC 8032, 5.1.7; C43).
"""

from amana.did.key import verification_method
from amana.multibase import encode_base58
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_KEY)


def test_small_order_holder() -> None:
    sim = Simulator()
    did = "did:key:" + encode_base58(b"\xed\x01" + bytes([1]) + bytes(31))
    asked = sim.ask()
    shown = sim.present(
        sim.credential(holder=did),
        to=asked,
        edit=lambda a: a.update(holder=did),
        method=verification_method(did),
    )
    made_up = encode_base58(bytes([1]) + bytes(63))
    assert found(sim.judge(edited(shown, "proof", "proofValue", to=made_up), asked)) == EXPECT
