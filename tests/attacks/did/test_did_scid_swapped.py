"""A thief makes a log of his own at the victim's host and writes the victim's SCID into it.

The SCID is the hash of the first entry: no other first entry has it ("Verify SCID").
"""

import json

import pytest

from amana.did._webvh_rules import entry_hash
from amana.did.webvh import verify_log
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.BAD_DID_LOG)


def test_scid_swapped() -> None:
    victim, _ = lab.first("one")
    thief, data = lab.first("thief")
    scid = victim.split(":")[2]
    entry = json.loads(data.replace(thief.split(":")[2].encode(), scid.encode()))
    entry["versionId"] = f"1-{entry_hash(entry, predecessor=scid)}"
    forged = lab.written([lab.signed(entry, "thief")])
    with pytest.raises(VerificationError) as caught:
        verify_log(forged, did=victim, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
    assert caught.value.detail == "the first entry does not have this SCID"
