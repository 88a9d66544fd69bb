"""A thief puts somebody's `vc+jwt` into an envelope, and the envelope into an answer of his own.

A copy is bound to its holder's key, in whatever it is wrapped (C43).
"""

import pytest

from amana.challenge import Challenge
from amana.reasons import Outcome, Reason
from tests.simulator import Document, found
from tests.token_lab import TokenSimulator, wrapped

EXPECT = (Outcome.REJECTED, Reason.WRONG_HOLDER)


def signed(sim: TokenSimulator, to: Challenge) -> Document:
    return sim.present(wrapped(sim.jwt()), to=to, key=sim.thief)


def in_jose(sim: TokenSimulator, to: Challenge) -> str:
    return sim.jwt_answer(sim.jwt(), to=to, key=sim.thief)


def in_sd_jwt(sim: TokenSimulator, to: Challenge) -> str:
    return sim.jwt_answer(sim.sd_jwt(), to=to, key=sim.thief, sd=True)


@pytest.mark.parametrize("way", [signed, in_jose, in_sd_jwt])
def test_envelope_of_another_holder(way: object) -> None:
    sim = TokenSimulator()
    asked = sim.ask()
    assert callable(way)
    assert found(sim.judge(way(sim, asked), asked)) == EXPECT
