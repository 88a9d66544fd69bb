"""Who stole the present key rotates to a key of his own, although another was committed to.

Under pre-rotation, the stolen key is worth nothing ("Pre-Rotation Key Hash Generation").
"""

import pytest

from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.BAD_DID_LOG)


@pytest.mark.parametrize("signer", ["one", "thief"])
def test_pre_rotation_key_replaced(signer: str) -> None:
    did, data = lab.first(nextKeyHashes=[lab.commitment("two")])
    parameters = {"updateKeys": [lab.multikey("thief")], "nextKeyHashes": []}
    forged = lab.unchecked_next(data, signer, parameters=parameters)
    with pytest.raises(VerificationError) as caught:
        verify_log(forged, did=did, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
