"""Among enveloped credentials travels one that nobody signed but the holder himself.

Each credential in a `vp+jwt` has an envelope of its own (VC-JOSE-COSE, 3.1.2; C87).
"""

from amana.reasons import Outcome, Reason
from tests.amana_samples import key
from tests.jose_samples import HOLDER_METHOD, answered, credential, issued, presentation, token

EXPECT = (Outcome.REJECTED, Reason.BAD_PRESENTATION)


def test_unsecured_in_presentation() -> None:
    document = presentation(issued())
    document["verifiableCredential"].append(credential(credentialSubject={"id": "urn:rich"}))
    document["aud"] = "did:web:shop.example"
    forged = token(document, typ="vp+jwt", kid=HOLDER_METHOD, sign=key("holder").sign)
    assert answered(forged) == EXPECT
