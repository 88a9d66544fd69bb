"""A good credential in a list, where a document is wanted.

One scan, one document (VCDM 2.0, 4).
"""

import json

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.BAD_PRESENTATION)


def test_list_of_credentials() -> None:
    sim = Simulator()
    assert found(sim.judge(json.dumps([sim.credential()]), tier=Tier.REGISTERED)) == EXPECT
