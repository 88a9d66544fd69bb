"""A health certificate is held to the scanner.

It may be a good one; it is not ours, and nobody is called a forger for it (C82).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.NOT_OUR_QR)


def test_somebody_elses_code() -> None:
    sim = Simulator()
    assert found(sim.judge(b"HC1:6BFOXN%TSMAHN-HISCGD")) == EXPECT
