"""A count of 4.0, which is 4 to some programs and another text to the signature.

No fractions (RFC 8785, 3.2.2.3).
"""

import json

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.FLOAT_FORBIDDEN)


def test_fraction() -> None:
    sim = Simulator()
    assert (
        found(sim.judge(json.dumps(sim.credential()).replace(": 4", ": 4.0"), tier=Tier.REGISTERED))
        == EXPECT
    )
