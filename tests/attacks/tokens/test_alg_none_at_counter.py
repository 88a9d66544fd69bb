"""A token that says of itself that it needs no signature: alone, in an envelope, in an answer."""

import pytest

from amana.reasons import Outcome, Reason
from tests.jose_samples import token
from tests.simulator import found
from tests.token_lab import TokenSimulator, wrapped

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
def test_alg_none_at_counter(alg: str) -> None:
    sim = TokenSimulator()
    text = token(sim.unsigned(), alg=alg, kid=sim.issuer.key_id, sign=lambda _: b"")
    assert text.endswith(".")
    assert found(sim.judge(text)) == EXPECT
    assert found(sim.judge(wrapped(text))) == EXPECT
    asked = sim.ask()
    assert found(sim.judge(sim.present(wrapped(text), to=asked), asked)) == EXPECT
