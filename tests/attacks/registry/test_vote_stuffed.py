"""Votes of keys that belong to no member fill up the count."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests import vetting_lab as lab
from tests.vetting_room import DID, Room

EXPECT = (RegistryError, Reason.VOTER_NOT_A_MEMBER)


def test_a_good_signature_of_nobody_is_no_vote(tmp_path: Path) -> None:
    """C110, C112: who is no member does not decide."""
    room = Room(tmp_path)
    room.ready()
    room.vote("member-1")
    for number in range(2, 5):
        stranger = SecretKey(bytes([100 + number]) * 32)
        lab.put(room.own / "votes" / f"{number:03}.json", lab.vote(room.folder, DID, stranger))
    with pytest.raises(EXPECT[0]) as caught:
        room.decide()
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where == {"file": "votes/002.json", "role": "member"}
