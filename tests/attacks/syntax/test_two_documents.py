"""A forged document behind a good one, for a reader that stops at the first.

One scan, one document (RFC 8259, 2).
"""

import json

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.NOT_JSON)


def test_two_documents() -> None:
    sim = Simulator()
    assert (
        found(
            sim.judge(
                json.dumps(sim.credential()) + json.dumps(sim.credential(key=sim.thief)),
                tier=Tier.REGISTERED,
            )
        )
        == EXPECT
    )
