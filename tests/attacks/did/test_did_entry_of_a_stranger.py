"""A stranger appends an entry that names his key, hashed and signed as it should be, by himself.

Only a key of the entry before may sign it ("Authorized Keys").
"""

import pytest

from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.BAD_DID_LOG)


def test_entry_of_a_stranger() -> None:
    did, data = lab.honest()
    forged = lab.unchecked_next(
        data,
        "thief",
        parameters={"updateKeys": [lab.multikey("thief")]},
        state=lab.state(did, signer="thief"),
    )
    with pytest.raises(VerificationError) as caught:
        verify_log(forged, did=did, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
    assert caught.value.where == {"version": 4}
