"""A station that may ask about food asks for the clinic's file.

Its certificate names what its proofs may be for, so the question is refused before it is shown.
"""

import pytest

from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator

EXPECT = (Outcome.REJECTED, Reason.STATION_OUT_OF_SCOPE)


def test_purpose_beyond_certificate() -> None:
    sim = Simulator()
    narrow = sim.certificate(purposes=["food"])
    sim.challenge(certificate=narrow, purpose="food")
    with pytest.raises(VerificationError) as caught:
        sim.challenge(certificate=narrow, purpose="clinic")
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
