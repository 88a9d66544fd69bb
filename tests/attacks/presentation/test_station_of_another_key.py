"""A stolen certificate is used with another key, to ask in an organisation's name.

The certified key signs the question (C61).
"""

from typing import Any

import pytest

from amana.challenge import read_challenge
from amana.did.key import verification_method
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests.simulator import GONE, Simulator, edited

EXPECT = (Outcome.REJECTED, Reason.KEY_NOT_OF_ISSUER)


def test_station_of_another_key() -> None:
    sim = Simulator()
    document = sim.challenge()
    without_contexts: dict[str, Any] = {"@context": GONE}
    forged = sim.signed(
        edited(document, "proof"),
        key=sim.thief,
        method=verification_method(sim.thief.public.did),
        proof_purpose="authentication",
        **without_contexts,
    )
    with pytest.raises(VerificationError) as caught:
        read_challenge(forged)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
