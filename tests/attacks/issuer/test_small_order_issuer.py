"""A did:key issuer of small order signs anything without a secret, with R the identity and S zero.

Rust and OpenSSL accept that forgery; such keys are no keys here (RFC 8032, 5.1.7; C87).
"""

from amana.multibase import encode_base58
from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_KEY)


def test_small_order_issuer() -> None:
    sim = Simulator()
    text = encode_base58(b"\xed\x01" + bytes([1]) + bytes(31))
    nobody = Issuer(did=f"did:key:{text}", key_name=text, list_url="https://x.example/status/1")
    forged = edited(
        sim.credential(issuer=nobody),
        "proof",
        "proofValue",
        to=encode_base58(bytes([1]) + bytes(63)),
    )
    credential = forged
    assert found(sim.answer(credential)) == EXPECT
