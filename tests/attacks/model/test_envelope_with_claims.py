"""Claims stand beside an envelope, where its signature does not reach.

An envelope has a context, an id and a type (VC Data Model 2.0, section 4.13.1; C93).
"""

import schemas
from amana.enveloped import enveloped
from amana.reasons import Outcome, Reason
from tests.proof_lab import found

EXPECT = (Outcome.REJECTED, Reason.BAD_CREDENTIAL)


def test_envelope_with_claims() -> None:
    document = {
        "@context": schemas.VC_CONTEXT,
        "id": "data:application/vc+jwt,eyJhbGciOiJFZERTQSJ9.e30.AAAA",
        "type": "EnvelopedVerifiableCredential",
        "evidence": {"type": "Passport"},
    }
    assert found(lambda: enveloped(document)) == EXPECT
