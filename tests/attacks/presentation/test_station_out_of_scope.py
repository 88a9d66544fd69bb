"""A station of the food line asks for a clinic's act.

Its certificate names its acts (C61, C82).
"""

import pytest

from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator

EXPECT = (Outcome.REJECTED, Reason.STATION_OUT_OF_SCOPE)


def test_station_out_of_scope() -> None:
    sim = Simulator()
    with pytest.raises(VerificationError) as caught:
        sim.challenge(certificate=sim.certificate(acts=["food-line"]), act="clinic")
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
