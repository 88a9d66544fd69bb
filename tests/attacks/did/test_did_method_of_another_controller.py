"""A DID document lists a key that is controlled by another DID, and a key under another DID's name.

Neither speaks for this DID (Controlled Identifiers v1.0, 3.3).
"""

import pytest

from amana.did.document import parse_document
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.UNDECIDED, Reason.KEY_UNKNOWN)
DID, OTHER = "did:web:relief.example", "did:web:other.example"


@pytest.mark.parametrize("changes", [{"controller": OTHER}, {"id": f"{OTHER}#key-1"}])
def test_method_of_another_controller(changes: dict[str, str]) -> None:
    document = lab.state(DID)
    document["verificationMethod"][0].update(changes)
    document["assertionMethod"] = [document["verificationMethod"][0]["id"]]
    found = parse_document(document, did=DID)
    with pytest.raises(VerificationError) as caught:
        found.key(f"{DID}#key-1", purpose="assertionMethod", now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
    assert found.assertion_method == {}
