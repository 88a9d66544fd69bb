"""A host serves the log without its last entry, in which a stolen key was given up.

The shorter log is good by itself; that more was known is what gives it away.
"""

import pytest

from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.DID_LOG_FORKED)


def test_log_cut_short() -> None:
    did, data = lab.honest()
    known = verify_log(data, did=did, now=lab.NOW)
    shorter = lab.written(lab.entries(data)[:-1])
    assert len(verify_log(shorter, did=did, now=lab.NOW).versions) == 2
    with pytest.raises(VerificationError) as caught:
        verify_log(shorter, did=did, now=lab.NOW, known=known.newest.version_id)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
