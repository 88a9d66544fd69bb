"""A clerk writes a vote in a member's name and signs it with a key of his own."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests import vetting_lab as lab
from tests.vetting_room import DID, Room

EXPECT = (RegistryError, Reason.BAD_SIGNATURE)


def test_a_vote_counts_under_its_voters_own_key_alone(tmp_path: Path) -> None:
    """C110: accreditation can't be made up by whoever keeps the folder."""
    room = Room(tmp_path)
    room.accredited()
    (room.own / "votes" / "002.json").unlink()
    forged = lab.vote(room.folder, DID, SecretKey(b"c" * 32))
    member = room.keys["member-2"].public
    forged["issuer"] = member.did
    lab.put(room.own / "votes" / "002.json", forged)
    for method in (forged["proof"]["verificationMethod"], f"{member.did}#{member.multikey}"):
        forged["proof"]["verificationMethod"] = method
        lab.put(room.own / "votes" / "002.json", forged)
        with pytest.raises(EXPECT[0]) as caught:
            room.require()
        assert caught.value.reason is EXPECT[1]
        assert caught.value.where == {"file": "votes/002.json", "role": "member"}
