"""A vote to uphold an appeal is passed off as a vote to accredit."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests import vetting_lab as lab
from tests.vetting_room import DID, Room
from trust_registry.votes import Choice

EXPECT = (RegistryError, Reason.VOTE_OF_ANOTHER_MATTER)


def test_a_yes_to_one_question_is_no_yes_to_another(tmp_path: Path) -> None:
    """C79, C110."""
    room = Room(tmp_path)
    room.ready()
    room.vote("member-1")
    other = lab.vote(room.folder, DID, room.keys["member-2"], Choice.UPHOLD)
    lab.put(room.own / "votes" / "002.json", other)
    with pytest.raises(EXPECT[0]) as caught:
        room.decide()
    assert caught.value.reason is EXPECT[1]
