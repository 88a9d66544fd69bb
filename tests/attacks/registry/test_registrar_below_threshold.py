"""One of a registrar's two members signs alone, or somebody whose key it is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from amana.errors import InputError, RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import Registrar, admit, publish_registrars, registrar, thief
from trust_registry.registrars import RegistrarMembers, read_members

EXPECT = (RegistryError, Reason.BELOW_THRESHOLD)
ROLE = "registrar-nairobi"


def admitted(tmp_path: Path) -> tuple[Lab, Registrar]:
    lab = Lab(tmp_path)
    lab.begin()
    one, clinic = registrar(lab), lab.issuer("clinic.example")
    admit(lab, (one, {one.entry_path(clinic): one.entry(clinic)}))
    assert clinic.did in lab.load().entries
    return lab, one


@pytest.mark.parametrize("own", [0, 1])
def test_devices_refuse_it(tmp_path: Path, own: int) -> None:
    """C112: whoever publishes it holds automated keys; a registrar's member alone can't."""
    lab, one = admitted(tmp_path)
    someone = thief(lab)
    number = someone.forge(ROLE, by=[*one.keys[:own], SecretKey(bytes(32)), *lab.keys])
    someone.reseal({ROLE: number})
    error = lab.refused(EXPECT)
    assert error.where == {"file": f"metadata/2.{ROLE}.json", "role": ROLE}


def test_a_member_who_signs_twice_is_one(tmp_path: Path) -> None:
    lab, one = admitted(tmp_path)
    someone = thief(lab)
    someone.reseal({ROLE: someone.forge(ROLE, by=[one.keys[0]] * 2)})
    error = lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
    assert error.where == {"file": f"metadata/2.{ROLE}.json", "role": ROLE}


def test_no_registrar_rests_on_one_key(tmp_path: Path) -> None:
    """C112: not even if k of n members are deceived into naming one."""
    lab = Lab(tmp_path)
    lab.begin()
    one = registrar(lab)
    alone = replace(one.delegated, threshold=1)
    limits = {"registrars/nairobi.json": one.limits()}
    publish_registrars(lab, [alone], [one.submission({}, by=one.keys[:1])], limits)
    assert lab.refused(EXPECT).where == {"file": f"{ROLE}.json", "role": ROLE}


def test_a_key_named_twice_makes_no_two_members(tmp_path: Path) -> None:
    one = registrar(Lab(tmp_path))
    named = RegistrarMembers(
        name=one.name, members={"a": one.keys[0].public, "b": one.keys[0].public}, threshold=2
    )
    with pytest.raises(InputError) as caught:
        read_members(named.data())
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
