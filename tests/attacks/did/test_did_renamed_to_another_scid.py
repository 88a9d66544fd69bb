"""The controller of a portable DID renames it to somebody else's DID.

A DID may change its host, never its SCID ("DID Portability").
"""

import pytest

from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.BAD_DID_LOG)


def test_renamed_to_another_scid() -> None:
    victim, _ = lab.honest()
    did, data = lab.first("thief", portable=True)
    document = lab.state(victim, signer="thief", alsoKnownAs=[did])
    forged = lab.unchecked_next(data, "thief", state=document)
    for asked in (did, victim):
        with pytest.raises(VerificationError) as caught:
            verify_log(forged, did=asked, now=lab.NOW)
        assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
