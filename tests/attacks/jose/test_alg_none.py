"""The signature is left out, and the header says that there needs to be none.

"none" is no algorithm here (RFC 8725, 2.1; VC-JOSE-COSE, 1.1.2.1; C87).
"""

from amana.reasons import Outcome, Reason
from tests.jose_samples import credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


def test_alg_none() -> None:
    for name in ("none", "None", "NONE", "nOnE"):
        forged = token(credential(), alg=name, sign=lambda _message: b"")
        assert forged.endswith(".")
        assert judged(forged) == EXPECT
