"""A stolen station, whose certificate is still good, asks people in its organisation's name.

Its serial is in the registry's list: the station says so itself, and no answer counts there (C61).
"""

import pytest

from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests.deterministic import randomness
from tests.simulator import NOW, Simulator, found
from wallet_app import trust
from wallet_app.state import State

EXPECT = (Outcome.UNDECIDED, Reason.STATION_STOLEN)


def test_stolen_station_accepts_nothing() -> None:
    sim = Simulator()
    credential = sim.credential()
    sim.stolen.add(sim.certificate()["credentialSubject"]["serial"])
    assert found(sim.answer(credential)) == EXPECT
    assert sim.judge(credential).reason is not Reason.STATION_STOLEN  # nothing was asked


def test_the_wallet_tells_the_person() -> None:
    sim = Simulator()
    sim.issuer.actions.add(("ask", "PurposeCredential"))
    asked = sim.ask()
    assert trust.look(asked, snapshot=sim.snapshot(), now=NOW).trouble is None
    sim.stolen.add(sim.certificate()["credentialSubject"]["serial"])
    asker = trust.look(asked, snapshot=sim.snapshot(), now=NOW)
    assert (asker.trouble, asker.known) == (EXPECT[1], False)


def test_the_wallet_answers_nothing() -> None:
    from wallet_app import actions

    sim = Simulator()
    sim.issuer.actions.add(("ask", "PurposeCredential"))
    sim.stolen.add(sim.certificate()["credentialSubject"]["serial"])
    state, (holder,) = actions.request_keys(State.new(randomness("seed")), 1)
    credential = sim.credential(holder=holder)
    state = actions.receive(state, credential, snapshot=sim.snapshot(), now=NOW)
    with pytest.raises(VerificationError) as caught:
        actions.answer(state, sim.ask(), snapshot=sim.snapshot(), now=NOW)
    assert caught.value.reason is Reason.CHALLENGE_NOT_TRUSTED
    assert caught.value.detail == EXPECT[1].value
