"""A proof that only Ed25519 can make names a P-256 key, whose signatures have the same size.

The suite says which keys it is for (Data Integrity EdDSA Cryptosuites, section 2.1.1; C93).
"""

from amana.p256 import P256PublicKey
from amana.reasons import Outcome, Reason
from tests.proof_lab import changed, judged, pair

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


def test_key_of_another_kind() -> None:
    did = P256PublicKey.from_multikey("zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv").did
    method = f"{did}#{did.removeprefix('did:key:')}"
    assert judged(changed(pair(), 1, verificationMethod=method)) == EXPECT
