"""A controller, or its host, shows one history to some and another to others.

Both are signed by keys that may sign; what was known before must be extended ("Read (Resolve)").
"""

from datetime import timedelta

import pytest

from amana.did.webvh import verify_log
from amana.did.webvh_author import update
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.DID_LOG_FORKED)


def test_log_forked() -> None:
    did, data = lab.honest()
    key, later = lab.key_of("two"), lab.START + timedelta(days=5)
    theirs = update(data, did=did, key=key, now=later, state=lab.state(did, signer="thief"))
    ours = update(data, did=did, key=key, now=later)
    known = verify_log(ours, did=did, now=lab.NOW)
    with pytest.raises(VerificationError) as caught:
        verify_log(theirs, did=did, now=lab.NOW, known=known)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
    assert caught.value.where == {"version": 4}
