"""A key that is not Ed25519, or a weak one, gets among those that sign.

Other kinds would be verified by another library, in another way on each device; under a key of
small order anybody can sign.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.signer import SSlibKey

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import thief

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)
PEM = (
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
OTHER = SSlibKey("ab" * 32, "ecdsa", "ecdsa-sha2-nistp256", {"public": PEM})
WEAK = {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "01" + "00" * 31}}


@pytest.mark.parametrize("key", [OTHER.to_dict(), WEAK], ids=["p256", "small-order"])
def test_no_member_signs_with_it(tmp_path: Path, key: Any) -> None:
    lab = Lab(tmp_path)
    lab.begin()

    def join(signed: Any) -> None:
        signed["keys"][OTHER.keyid] = key
        signed["roles"]["targets"]["keyids"].append(OTHER.keyid)

    thief(lab).forge("root", join, by=lab.keys)
    assert lab.refused(EXPECT).where["role"] == "root"


@pytest.mark.parametrize("role", ["targets", "entries"])
def test_nor_a_delegated_role(tmp_path: Path, role: str) -> None:
    lab = Lab(tmp_path)
    lab.begin()

    def join(unsigned: Mapping[str, Any]) -> None:
        delegations = unsigned[role].signed.delegations
        delegations.keys[OTHER.keyid] = OTHER
        signs = delegations.succinct_roles or delegations.roles["entries"]
        signs.keyids.append(OTHER.keyid)

    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())}, spoil=join)
    assert lab.refused(EXPECT).where["role"] == role
