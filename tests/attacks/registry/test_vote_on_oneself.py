"""A member that applies for itself votes, reviews, and hides behind its entry's keys."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests import vetting_lab as lab
from tests.vetting_room import DID, Room
from trust_registry.filing import declare_interests

EXPECT = (RegistryError, Reason.CONFLICT_OF_INTEREST)


def test_nobody_accredits_themselves(tmp_path: Path) -> None:
    """C110: not by voting, and not by having kept quiet about who they are."""
    room = Room(tmp_path)
    room.accredited()
    with pytest.raises(EXPECT[0]) as caught:
        room.require(room.entry(key=room.keys["member-1"]))
    assert caught.value.reason is EXPECT[1]
    declare_interests(room.folder, "member-2", organisation=DID)
    with pytest.raises(EXPECT[0]) as caught:
        room.require()
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where == {"file": "votes/002.json", "role": "member-2"}
    lab.put(room.folder / "interests.json", {"type": "MembersInterests", "members": {}})
    room.require()
