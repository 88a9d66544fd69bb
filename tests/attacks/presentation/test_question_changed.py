"""Somebody between station and phone changes the claims that are asked.

The station signs the whole question (C61).
"""

import pytest

from amana.challenge import read_challenge
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_question_changed() -> None:
    sim = Simulator()
    changed = edited(sim.challenge(), "claims", to=["name"])
    with pytest.raises(VerificationError) as caught:
        read_challenge(changed)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
