"""The algorithm of a CWT is moved to where nobody signed it, and may be exchanged on the way.

It must be protected (RFC 9052, 3.1; RFC 8392, 7.2).
"""

import pytest

from amana.reasons import Outcome, Reason
from tests.status_lab import CWT_TYPE, asked, cwt

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


@pytest.mark.parametrize("algorithm", [-8, -7, 5])
def test_cwt_algorithm_unprotected(algorithm: int) -> None:
    assert asked(cwt(header={16: CWT_TYPE}, unprotected={1: algorithm})) == EXPECT
