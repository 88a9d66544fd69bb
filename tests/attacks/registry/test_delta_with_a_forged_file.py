"""A delta that fits and comes out as it says, and brings what no members signed."""

import hashlib
import json
import zlib
from pathlib import Path

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.bundle_lab import delta_of, refused_file
from tests.registry_lab import Lab
from trust_registry.sources import FolderSource

EXPECT = (RegistryError, Reason.BELOW_THRESHOLD)


def test_a_file_that_nobody_signed(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    old = FolderSource(lab.copy("old"))
    lab.publish()
    text = zlib.decompress(delta_of(lab, old)[14:], -15)
    end = 4 + int.from_bytes(text[:4])
    head = json.loads(text[4:end])
    document = json.loads((lab.published / "metadata/2.targets.json").read_bytes())
    document["signed"]["expires"] = "2099-01-01T00:00:00Z"
    forged, body, at = json.dumps(document).encode(), b"", end
    for file in head["files"]:
        steps = text[at : at + file["bytes"]]
        at += file["bytes"]
        if file["name"] == "metadata/2.targets.json":
            steps = forged
            file.update(
                {
                    "from": "",
                    "size": len(forged),
                    "bytes": len(forged),
                    "sha256": hashlib.sha256(forged).hexdigest(),
                }
            )
        body += steps
    data = canonical(head)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(len(data).to_bytes(4) + data + body) + packer.flush()
    refused_file(lab, b"amana-delta-1\n" + packed, EXPECT)
