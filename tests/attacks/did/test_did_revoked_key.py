"""A key whose own DID document says that it was revoked goes on signing.

At or after `revoked` nothing is verified with it (Controlled Identifiers v1.0, 2.2).
"""

import pytest

from amana.did.document import parse_document
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.UNDECIDED, Reason.KEY_ENDED)
DID = "did:web:relief.example"


@pytest.mark.parametrize("member", ["revoked", "expires"])
def test_revoked_key(member: str) -> None:
    document = lab.state(DID)
    document["verificationMethod"][0][member] = "2026-11-22T12:00:00Z"
    found = parse_document(document, did=DID)
    with pytest.raises(VerificationError) as caught:
        found.key(f"{DID}#key-1", purpose="assertionMethod", now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
