"""The file that a credential points at is exchanged for another, after it was signed.

The credential holds its digest (VC Data Model 2.0, section 5.3; C93).
"""

from base64 import b64encode
from hashlib import sha256

from amana.credential import check_credential
from amana.digests import check_resources
from amana.reasons import Outcome, Reason
from tests.amana_samples import foreign
from tests.proof_lab import found

EXPECT = (Outcome.REJECTED, Reason.RESOURCE_MISMATCH)


def test_related_resource_exchanged() -> None:
    digest = b64encode(sha256(b"the terms that were agreed").digest()).decode()
    resource = {"id": "https://aid.example/terms", "digestSRI": f"sha256-{digest}"}
    document = check_credential(foreign(relatedResource=resource)).document
    assert found(lambda: check_resources(document, lambda _url: b"other terms")) == EXPECT
