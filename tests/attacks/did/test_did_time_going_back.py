"""An entry is dated before the one that it follows, so that a key seems to have been there longer.

versionTime only grows ("Read (Resolve)", step 4).
"""

import pytest

from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.BAD_DID_LOG)


@pytest.mark.parametrize("days", [-300, 2])
def test_time_going_back(days: int) -> None:
    did, data = lab.honest()
    forged = lab.unchecked_next(data, "two", days=days)
    with pytest.raises(VerificationError) as caught:
        verify_log(forged, did=did, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
