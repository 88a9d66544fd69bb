"""Votes for one organisation are moved into another's folder."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests import vetting_lab as lab
from tests.vetting_room import DID, Room
from trust_registry._vetting_folder import read_case
from trust_registry.vetting import matter_of

EXPECT = (RegistryError, Reason.VOTE_OF_ANOTHER_MATTER)


def test_a_vote_holds_for_one_organisation(tmp_path: Path) -> None:
    """C110: even where a member was made to sign the other's digests."""
    room = Room(tmp_path)
    room.ready()
    case = read_case(room.folder, DID)
    key: SecretKey = room.keys["member-1"]
    moved = lab.vote(room.folder, DID, key, subject="did:web:other.example", matter=matter_of(case))
    lab.put(room.own / "votes" / "001.json", moved)
    room.vote("member-2")
    with pytest.raises(EXPECT[0]) as caught:
        room.decide()
    assert caught.value.reason is EXPECT[1]
