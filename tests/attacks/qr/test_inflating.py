"""A code of a few characters inflates to megabytes.

Inflated only as far as the bound, then refused (C12).
"""

import base45

from amana.qr.text import pack
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.TOO_LARGE)


def test_inflating() -> None:
    sim = Simulator()
    bomb = pack(b"[" + b"1," * 1_000_000 + b"1]")
    text = "AVC1R" + base45.b45encode(bomb).decode()
    assert len(text) < 4_296
    assert found(sim.judge(text)) == EXPECT
