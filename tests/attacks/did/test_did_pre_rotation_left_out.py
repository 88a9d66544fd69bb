"""Who stole the present key leaves `updateKeys` out of the next entry, so that nothing is compared.

While pre-rotation is active, an entry without new keys is no entry.
"""

import pytest

from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.BAD_DID_LOG)


def test_pre_rotation_left_out() -> None:
    did, data = lab.first(nextKeyHashes=[lab.commitment("two")])
    forged = lab.unchecked_next(data, "one", state=lab.state(did, signer="thief"))
    with pytest.raises(VerificationError) as caught:
        verify_log(forged, did=did, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
