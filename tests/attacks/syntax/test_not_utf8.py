"""Bytes that are no UTF-8, which lenient readers repair differently.

Not text (RFC 8259, 8.1).
"""

import json

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.NOT_UTF8)


def test_not_utf8() -> None:
    sim = Simulator()
    assert (
        found(
            sim.judge(
                json.dumps(sim.credential()).encode().replace(b"household", b"househ\xffld"),
                tier=Tier.REGISTERED,
            )
        )
        == EXPECT
    )
