"""An integer that two parsers round to different numbers.

Nothing beyond 2^53-1 (RFC 7493, 2.2).
"""

import json

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.INTEGER_RANGE)


def test_beyond_doubles() -> None:
    sim = Simulator()
    assert (
        found(
            sim.judge(
                json.dumps(sim.credential()).replace(": 4", ": 9007199254740993"),
                tier=Tier.REGISTERED,
            )
        )
        == EXPECT
    )
