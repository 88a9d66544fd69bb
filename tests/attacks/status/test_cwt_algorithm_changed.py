"""A CWT says ES256 over an Ed25519 signature, so that another rule would judge it.

The key decides the algorithm, and the header must agree (RFC 9053, 2.1 and 2.2).
"""

from amana.reasons import Outcome, Reason
from tests.status_lab import CWT_TYPE, asked, cwt

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


def test_cwt_algorithm_changed() -> None:
    assert asked(cwt(header={1: -7, 16: CWT_TYPE})) == EXPECT
    assert asked(cwt(header={1: -9, 16: CWT_TYPE})) == EXPECT
