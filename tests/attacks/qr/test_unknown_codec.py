"""A code of a version to come.

Not readable here is no falsity (C93).
"""

import base45

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.UNKNOWN_CODEC)


def test_unknown_codec() -> None:
    sim = Simulator()
    text = "AVC1R" + base45.b45encode(bytes([2]) + b"anything").decode()
    assert found(sim.judge(text)) == EXPECT
