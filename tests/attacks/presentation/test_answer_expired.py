"""An answer whose holder set an end to its proof, shown after that end.

VC Data Integrity 1.0, section 2.1: such a proof is not to be relied on any more.
"""

from __future__ import annotations

from typing import Any

import pytest

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.EXPIRED)


def test_answer_expired() -> None:
    sim = Simulator()
    assert found(sim.answer(sim.credential(), expires="2026-11-22T12:00:00Z")) == EXPECT


@pytest.mark.parametrize("expires", [None, 5, ["2099-01-01T00:00:00Z"], "soon", "2099-01-01"])
def test_an_end_that_is_no_date(expires: Any) -> None:
    sim = Simulator()
    answer = sim.answer(sim.credential(), expires=expires)
    assert found(answer) == (Outcome.REJECTED, Reason.BAD_DATE)


def test_an_answer_that_has_not_ended_is_good() -> None:
    sim = Simulator()
    assert sim.answer(sim.credential(), expires="2026-11-22T12:00:01Z").accepted
