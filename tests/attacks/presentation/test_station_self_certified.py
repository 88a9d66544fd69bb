"""A stranger certifies his own station in the name of a known organisation.

The organisation's pinned key signs the certificate (C61).
"""

import pytest

from amana.challenge import check_station, read_challenge
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests.simulator import NOW, Simulator

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_station_self_certified() -> None:
    sim = Simulator()
    asked = read_challenge(sim.challenge(certificate=sim.certificate(key=sim.thief)))
    with pytest.raises(VerificationError) as caught:
        check_station(asked, key_id=sim.issuer.key_id, key=sim.issuer.key.public, now=NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
