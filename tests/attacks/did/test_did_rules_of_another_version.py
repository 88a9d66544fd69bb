"""An entry says that a version of did:webvh rules from now on that nobody here has read.

Its rules may allow anything; so the log is not relied on, and is not called false.
"""

import pytest

from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.UNDECIDED, Reason.DID_METHOD_UNKNOWN)


def test_rules_of_another_version() -> None:
    did, data = lab.honest()
    forged = lab.unchecked_next(data, "two", parameters={"method": "did:webvh:9.9"})
    with pytest.raises(VerificationError) as caught:
        verify_log(forged, did=did, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
