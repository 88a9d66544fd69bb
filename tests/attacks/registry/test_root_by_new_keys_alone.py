"""A new root names new members, and only these have signed it."""

from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import rotate, thief
from trust_registry._tuf_keys import Ed25519Key

EXPECT = (RegistryError, Reason.BELOW_THRESHOLD)


def named(keys: list[SecretKey]) -> Any:
    """Put these in the place of the members."""

    def change(signed: Any) -> None:
        public = [Ed25519Key(key.public) for key in keys]
        signed["keys"] |= {key.keyid: key.to_dict() for key in public}
        for role in ("root", "targets"):
            signed["roles"][role]["keyids"] = [key.keyid for key in public]
        used = {keyid for role in signed["roles"].values() for keyid in role["keyids"]}
        signed["keys"] = {keyid: key for keyid, key in signed["keys"].items() if keyid in used}

    return change


@pytest.mark.parametrize("old", [0, 1])
def test_fewer_old_members_than_decide_hand_nothing_over(tmp_path: Path, old: int) -> None:
    """C112: one deceived member beside all new ones is not enough."""
    lab = Lab(tmp_path)
    lab.begin()
    fresh = [SecretKey.generate(lab.random) for _ in range(3)]
    thief(lab).forge("root", named(fresh), by=[*fresh, *lab.keys[:old]])
    error = lab.refused(EXPECT)
    assert error.where == {"file": "metadata/2.root.json", "role": "root"}


@pytest.mark.parametrize("new", [0, 1])
def test_nor_do_the_old_ones_without_the_new(tmp_path: Path, new: int) -> None:
    """Keys that nobody holds would end the registry."""
    lab = Lab(tmp_path)
    lab.begin()
    fresh = [SecretKey.generate(lab.random) for _ in range(3)]
    thief(lab).forge("root", named(fresh), by=[*lab.keys, *fresh[:new]])
    assert lab.refused(EXPECT).where["role"] == "root"


def test_both_together_do(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    rotate(lab, members=[SecretKey.generate(lab.random) for _ in range(3)])
    assert lab.load().version == 2
