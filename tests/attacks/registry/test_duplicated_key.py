"""One member counts twice: two signatures by one key, or one key under two names."""

from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry.publish import first_root

EXPECT = (RegistryError, Reason.BELOW_THRESHOLD)


def test_a_member_who_signs_twice_is_one_member(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.decide()
    one = lab.consortium.founders[0]
    with pytest.raises(EXPECT[0]) as caught:
        lab.consortium.publish(signers=[one, one], now=NOW)
    assert caught.value.reason is EXPECT[1]
    assert not lab.published.exists()


@pytest.mark.parametrize("disguised", [False, True])
def test_a_signature_repeated_in_the_file_is_refused(tmp_path: Path, disguised: bool) -> None:
    """As it is, or under the name of the member who did not sign."""
    lab = Lab(tmp_path)
    lab.begin()
    lab.publish()

    def repeat(document: Any) -> None:
        first, second = document["signatures"]
        second["sig"] = first["sig"]
        if not disguised:
            second["keyid"] = first["keyid"]

    lab.edit("metadata/2.targets.json", repeat)
    reason = EXPECT[1] if disguised else Reason.REGISTRY_CORRUPT
    error = lab.refused((RegistryError, reason))
    assert error.where == {"file": "metadata/2.targets.json", "role": "targets"}


def test_one_key_under_two_names_is_refused(tmp_path: Path) -> None:
    """Two members are deceived into signing a root in which the third stands twice."""
    lab = Lab(tmp_path)
    lab.begin()
    (lab.published / "metadata/2.root.json").write_bytes(lab.consortium.anchor)

    def repeat(root: Any) -> None:
        twice = root["roles"]["targets"]["keyids"][0]
        root["version"] = 2
        root["keys"]["00" * 32] = root["keys"][twice]
        root["roles"]["targets"]["keyids"] = [twice, "00" * 32]

    lab.resign("metadata/2.root.json", repeat)
    error = lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
    assert error.where == {"file": "metadata/2.root.json", "role": "root"}


def test_a_consortium_is_not_founded_on_one_key(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    key = lab.keys[0]
    automated = {role: secret.public for role, secret in lab.consortium.automated.items()}
    with pytest.raises(RegistryError) as caught:
        first_root([key.public] * 2, threshold=2, automated=automated, signers=[key], now=NOW)
    assert caught.value.reason is Reason.BAD_CEREMONY
