"""One member, or none, adds a regional registrar whose members are their own keys."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import thief
from trust_registry._tuf_keys import Ed25519Key

EXPECT = (RegistryError, Reason.BELOW_THRESHOLD)


@pytest.mark.parametrize("members", [0, 1])
def test_a_delegation_needs_as_many_members_as_a_version(tmp_path: Path, members: int) -> None:
    """C112: a registrar is admitted like any organisation, by k of n."""
    lab = Lab(tmp_path)
    lab.begin()
    own = [SecretKey.generate(lab.random) for _ in range(2)]

    def delegate(signed: Any) -> None:
        keys = [Ed25519Key(key.public) for key in own]
        signed["delegations"]["keys"] |= {key.keyid: key.to_dict() for key in keys}
        signed["delegations"]["roles"].append(
            {
                "name": "registrar-mine",
                "keyids": [key.keyid for key in keys],
                "threshold": 2,
                "terminating": True,
                "paths": ["registrars/mine/entries/*"],
            }
        )

    someone = thief(lab)
    number = someone.forge("targets", delegate, by=[*lab.keys[:members], *own])
    someone.reseal({"targets": number})
    error = lab.refused(EXPECT)
    assert error.where == {"file": "metadata/2.targets.json", "role": "targets"}


@pytest.mark.parametrize(
    ("role", "change"),
    [
        ("status", {"paths": ["status/*/*", "issued/*/*", "entries/*"]}),
        ("status", {"terminating": False}),
        ("entries", {"paths": ["entries/*", "status/*/*"]}),
    ],
)
def test_members_do_not_delegate_more_than_a_registry_does(
    tmp_path: Path, role: str, change: dict[str, Any]
) -> None:
    """Deceived members sign; devices know the shape that a registry has."""
    lab = Lab(tmp_path)
    lab.begin()

    def widen(unsigned: Mapping[str, Any]) -> None:
        vars(unsigned["targets"].signed.delegations.roles[role]).update(change)

    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())}, spoil=widen)
    error = lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
    assert error.where == {"file": "targets.json", "role": "targets"}


def test_nor_to_one_alone(tmp_path: Path) -> None:
    """C112: not for entries, whatever the members sign."""
    lab = Lab(tmp_path)
    lab.begin()

    def lower(unsigned: Mapping[str, Any]) -> None:
        unsigned["targets"].signed.delegations.roles["entries"].threshold = 1

    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())}, spoil=lower)
    assert lab.refused(EXPECT).where == {"file": "entries.json", "role": "entries"}
