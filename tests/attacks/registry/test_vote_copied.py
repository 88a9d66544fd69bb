"""One member's vote is copied until there seem to be enough."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.vetting_room import Room

EXPECT = (RegistryError, Reason.TOO_FEW_VOTES)


def test_a_member_counts_once_however_many_files_there_are(tmp_path: Path) -> None:
    """C110."""
    room = Room(tmp_path)
    room.accredited()
    votes = room.own / "votes"
    (votes / "002.json").write_bytes((votes / "001.json").read_bytes())
    (votes / "003.json").write_bytes((votes / "001.json").read_bytes())
    with pytest.raises(EXPECT[0]) as caught:
        room.require()
    assert caught.value.reason is EXPECT[1]
    assert "1 of 2" in caught.value.detail
