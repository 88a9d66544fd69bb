"""A no is turned into a yes after it was signed."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.vetting_room import Room
from trust_registry.votes import Choice

EXPECT = (RegistryError, Reason.BAD_SIGNATURE)


def test_what_a_member_signed_is_what_counts(tmp_path: Path) -> None:
    """C110."""
    room = Room(tmp_path)
    room.ready()
    room.vote("member-1")
    room.vote("member-2", Choice.REFUSE)
    room.change(
        "votes/002.json", lambda vote: vote["credentialSubject"].update(decision="accredit")
    )
    with pytest.raises(EXPECT[0]) as caught:
        room.decide()
    assert caught.value.reason is EXPECT[1]
