"""Who finds the last key of a DID that was given up writes one more entry and takes it over.

Nothing follows a deactivation ("did:webvh DID Method Parameters", deactivated).
"""

import pytest

from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.BAD_DID_LOG)


def test_entry_after_the_end() -> None:
    did, data = lab.first()
    ended = lab.unchecked_next(data, "one", days=1, parameters={"deactivated": True})
    assert verify_log(ended, did=did, now=lab.NOW).deactivated
    back = lab.unchecked_next(ended, "one", parameters={"deactivated": False})
    with pytest.raises(VerificationError) as caught:
        verify_log(back, did=did, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
