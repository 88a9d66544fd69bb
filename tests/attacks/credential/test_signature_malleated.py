"""The group order is added to S, which makes another signature of the same message.

S below the order, or refused (RFC 8032, 5.1.7; CVE-2020-36843, CVE-2024-45193).
"""

from amana.multibase import decode_base58, encode_base58
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

# The order of the group (RFC 8032, 5.1).
ORDER = 2**252 + 27742317777372353535851937790883648493

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_signature_malleated() -> None:
    sim = Simulator()
    good = sim.credential()
    raw = decode_base58(good["proof"]["proofValue"], size=64)
    s = int.from_bytes(raw[32:], "little")
    credential = edited(
        good, "proof", "proofValue", to=encode_base58(raw[:32] + (s + ORDER).to_bytes(32, "little"))
    )
    assert found(sim.answer(credential)) == EXPECT
