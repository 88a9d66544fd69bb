"""The dossier is changed after the members have voted on it."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.vetting_room import Room
from trust_registry._vetting_folder import read_case

EXPECT = (RegistryError, Reason.VOTE_OF_ANOTHER_MATTER)


def test_a_vote_holds_for_the_dossier_it_names(tmp_path: Path) -> None:
    """C110, C121: all other papers follow the change; the votes can't."""
    room = Room(tmp_path)
    room.accredited()
    old = read_case(room.folder, room.entry().did).dossier.sha256
    room.change(
        "dossier.json", lambda paper: paper["answers"].update({"undp.5.3": {"text": "Nobody."}})
    )
    new = read_case(room.folder, room.entry().did).dossier.sha256
    assert old != new
    room.change("application.json", lambda paper: paper.update(dossier=new))
    room.change("reviews/001.json", lambda paper: paper.update(dossier=new))
    (room.own / "decision.json").unlink()
    with pytest.raises(EXPECT[0]) as caught:
        room.decide()
    assert caught.value.reason is EXPECT[1]
    assert "dossier" in caught.value.detail
