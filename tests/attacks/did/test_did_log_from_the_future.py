"""A log is dated ahead, so that its last entry seems to be the newest for years.

A station's slow clock looks the same, so it is not called false; it is not relied on either.
"""

import pytest

from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.UNDECIDED, Reason.NOT_YET_VALID)


def test_log_from_the_future() -> None:
    did, data = lab.honest()
    ahead = lab.unchecked_next(data, "two", days=4_000)
    with pytest.raises(VerificationError) as caught:
        verify_log(ahead, did=did, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
