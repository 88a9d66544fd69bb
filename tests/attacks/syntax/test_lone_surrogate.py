"""Half a character, which each program replaces in its own way.

Not text (RFC 7493, 2.1).
"""

import json

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.LONE_SURROGATE)


def test_lone_surrogate() -> None:
    sim = Simulator()
    assert (
        found(
            sim.judge(
                json.dumps(sim.credential()).replace('household"', 'household\\ud800"'),
                tier=Tier.REGISTERED,
            )
        )
        == EXPECT
    )
