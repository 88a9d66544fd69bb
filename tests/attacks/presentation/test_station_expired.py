"""A station that was sold with its key asks on after its certificate has ended.

A certificate lasts 90 days at most (C61).
"""

import pytest

from amana.challenge import check_station, read_challenge
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests.simulator import NOW, Simulator

EXPECT = (Outcome.REJECTED, Reason.EXPIRED)


def test_station_expired() -> None:
    sim = Simulator()
    asked = read_challenge(sim.challenge(certificate=sim.certificate(days=29)))
    with pytest.raises(VerificationError) as caught:
        check_station(asked, key_id=sim.issuer.key_id, key=sim.issuer.key.public, now=NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
