"""A clerk writes a decision that tells of votes which members did not cast.

There are enough good ones; but the decision is published and goes into the log, where it would name
members for what they did not say, and hide who was against it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.vetting_room import Room
from trust_registry.votes import Choice

EXPECT = (RegistryError, Reason.NOT_ACCREDITED)


def name_more(decision: Any) -> None:
    decision["inFavour"].append("member-9")


def hide_one(decision: Any) -> None:
    decision["against"].clear()


def another_vote(decision: Any) -> None:
    decision["votes"][0] = "0" * 64


@pytest.mark.parametrize("change", [name_more, hide_one, another_vote])
def test_a_decision_tells_of_the_votes_that_lie_there(
    tmp_path: Path, change: Callable[[Any], None]
) -> None:
    """C109, C110: how it was decided can be held against the votes themselves."""
    room = Room(tmp_path)
    room.ready()
    room.votes()
    room.vote("member-3", Choice.REFUSE)
    room.decide()
    room.require()
    room.change("decision.json", change)
    with pytest.raises(EXPECT[0]) as caught:
        room.require()
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where == {"file": "decision.json", "role": "members"}
