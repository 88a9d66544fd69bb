"""Votes of an earlier application are laid beside a later one."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.vetting_room import Room

EXPECT = (RegistryError, Reason.VOTE_OF_ANOTHER_MATTER)


def test_what_was_agreed_to_once_is_not_agreed_to_again(tmp_path: Path) -> None:
    """C110: the same dossier, the same review; and still another application."""
    room = Room(tmp_path)
    room.accredited()
    room.apply()
    room.review()
    for path in (room.own / "earlier" / "1" / "votes").iterdir():
        target = room.own / "votes" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    with pytest.raises(EXPECT[0]) as caught:
        room.decide()
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where == {"file": "votes/001.json", "role": "member-1"}
