"""A dishonest station passes on what a holder answered to it (C43)."""

from amana.reasons import Outcome, Reason
from tests.simulator import found
from tests.token_lab import TokenSimulator

EXPECT = (Outcome.REJECTED, Reason.WRONG_CHALLENGE)


def test_binding_for_another_station() -> None:
    here, elsewhere = TokenSimulator(), TokenSimulator()
    elsewhere.issuer.did = "did:web:elsewhere.example"
    asked = here.ask()
    there = elsewhere.ask()
    assert there.digest != asked.digest
    assert found(here.judge(here.bind(here.sd_jwt(), to=there), asked)) == EXPECT
