"""A log says that others must approve each of its entries, and comes without their approval.

What witnesses say is not read here yet; so such a log is not relied on ("DID Witnesses").
"""

import pytest

from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.UNDECIDED, Reason.DID_WITNESS_UNCHECKED)


def test_witnesses_left_out() -> None:
    did, data = lab.honest()
    watched = {"threshold": 1, "witnesses": [{"id": lab.key_of("witness").public.did}]}
    forged = lab.unchecked_next(data, "two", days=8, parameters={"witness": watched})
    # nor do they go away by being put off again
    forged = lab.unchecked_next(forged, "two", days=9, parameters={"witness": {}})
    with pytest.raises(VerificationError) as caught:
        verify_log(forged, did=did, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
