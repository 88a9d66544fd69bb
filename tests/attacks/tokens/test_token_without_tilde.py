"""A token calls itself an SD-JWT and has not one tilde, where one is looked for from the end.

Whatever the bytes are, there is a verdict and no traceback (C93).
"""

import pytest

from amana.reasons import Outcome, Reason
from tests.jose_samples import token
from tests.simulator import found
from tests.token_lab import TokenSimulator

EXPECT = (Outcome.REJECTED, Reason.BAD_SD_JWT)


@pytest.mark.parametrize("kind", ["vc+sd-jwt", "dc+sd-jwt"])
def test_token_without_tilde(kind: str) -> None:
    sim = TokenSimulator()
    text = token(sim.unsigned(), typ=kind, kid=sim.issuer.key_id, sign=sim.issuer.key.sign)
    assert "~" not in text
    assert found(sim.judge(text)) == EXPECT
