"""The JSON inside a code is written with blanks, so that one document has many codes.

A code holds the canonical form (RFC 8785).
"""

import json

import base45

from amana.qr.text import pack
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_QR_TEXT)


def test_not_canonical() -> None:
    sim = Simulator()
    loose = json.dumps(sim.credential(), indent=1).encode()
    text = "AVC1R" + base45.b45encode(pack(loose)).decode()
    assert found(sim.judge(text)) == EXPECT
