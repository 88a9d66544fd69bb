"""A second credential stands in the claim `vc`, for readers of the older form.

`vc` and `vp` are refused, so that everybody reads the same one (VC-JOSE-COSE, 1.1.2.1; C87).
"""

from amana.reasons import Outcome, Reason
from tests.jose_samples import credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_JWT)


def test_credential_in_claim() -> None:
    better = credential(credentialSubject={"id": "did:web:thief.example"})
    assert judged(token({**credential(), "vc": better})) == EXPECT
    assert judged(token({**credential(), "vp": {}})) == EXPECT
    assert judged(token({"vc": better, "iss": better["issuer"]})) == EXPECT
