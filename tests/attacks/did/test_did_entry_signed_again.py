"""A stranger puts his signature in the place of the controller's, under the controller's name.

The key that a proof names must be the one that made it.
"""

import pytest

from amana.did.key import verification_method
from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_entry_signed_again() -> None:
    did, data = lab.honest()
    found = lab.entries(data)
    named = verification_method(lab.key_of("two").public.did)
    found[2] = lab.signed(found[2], "thief", verificationMethod=named)
    with pytest.raises(VerificationError) as caught:
        verify_log(lab.written(found), did=did, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
