"""Members are deceived into signing a root under which one of them decides alone."""

from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from tests.registry_thief import thief
from trust_registry.publish import first_root

EXPECT = (RegistryError, Reason.BELOW_THRESHOLD)


@pytest.mark.parametrize("role", ["root", "targets"])
def test_no_single_key_holder(tmp_path: Path, role: str) -> None:
    """C112: not even by all members' own wish."""
    lab = Lab(tmp_path)
    lab.begin()

    def alone(signed: Any) -> None:
        signed["roles"][role]["threshold"] = 1

    thief(lab).forge("root", alone, by=lab.keys)
    assert lab.refused(EXPECT).where["role"] == "root"


@pytest.mark.parametrize("threshold", [0, -1, 1.5, "2"])
def test_a_threshold_that_is_none_is_refused(tmp_path: Path, threshold: object) -> None:
    lab = Lab(tmp_path)
    lab.begin()

    def nobody(signed: Any) -> None:
        signed["roles"]["targets"]["threshold"] = threshold

    lab.edit("metadata/1.root.json", lambda document: nobody(document["signed"]))
    (lab.published / "metadata/1.root.json").rename(lab.published / "metadata/2.root.json")
    error = lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
    assert error.where == {"file": "metadata/2.root.json", "role": "root"}


@pytest.mark.parametrize("threshold", [0, 1, 4])
def test_such_a_root_is_not_even_made(tmp_path: Path, threshold: int) -> None:
    lab = Lab(tmp_path)
    keys = [key.public for key in lab.keys]
    automated = {role: secret.public for role, secret in lab.consortium.automated.items()}
    with pytest.raises(EXPECT[0]) as caught:
        first_root(keys, threshold=threshold, automated=automated, signers=lab.keys, now=NOW)
    assert caught.value.reason is EXPECT[1]
