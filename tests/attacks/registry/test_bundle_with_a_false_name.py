"""Another consortium's bundle that says it is ours, and newer than what we have."""

import json
from pathlib import Path

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.bundle_lab import bundle_of, changed, members_of, refused_file
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.BELOW_THRESHOLD)


def test_what_a_bundle_says_of_itself_proves_nothing(tmp_path: Path) -> None:
    ours, theirs = Lab(tmp_path / "ours"), Lab(tmp_path / "theirs", label="theirs")
    ours.begin()
    theirs.begin()
    theirs.publish()
    header = json.loads(dict(members_of(bundle_of(ours)))["bundle.json"])
    lie = canonical({**header, "version": 9, "snapshot": 9})
    anchor = ours.consortium.anchor

    def disguise(name: str, data: bytes) -> bytes:
        return {"bundle.json": lie, "metadata/1.root.json": anchor}.get(name, data)

    refused_file(ours, changed(bundle_of(theirs), disguise), EXPECT)
