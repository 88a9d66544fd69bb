"""A weaker digest, of another file, is put beside the strong one, to be the one that fits.

The strongest hash counts (VC Data Model 2.0, section 5.3; Subresource Integrity; C93).
"""

from base64 import b64encode
from hashlib import sha256, sha512

from amana.digests import check_resource
from amana.reasons import Outcome, Reason
from tests.proof_lab import found

EXPECT = (Outcome.REJECTED, Reason.RESOURCE_MISMATCH)


def test_weak_digest_added() -> None:
    strong = b64encode(sha512(b"the terms that were agreed").digest()).decode()
    weak = b64encode(sha256(b"other terms").digest()).decode()
    resource = {"id": "urn:a", "digestSRI": f"sha256-{weak} sha512-{strong}"}
    assert found(lambda: check_resource(resource, b"other terms")) == EXPECT
