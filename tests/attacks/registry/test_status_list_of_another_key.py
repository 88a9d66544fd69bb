"""Somebody who is not the issuer signs a status list in its name."""

from dataclasses import replace
from pathlib import Path

import pytest

from amana.errors import AmanaError, RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab

EXPECT = (RegistryError, Reason.BAD_SIGNATURE)


def revoked(lab: Lab) -> set[int]:
    """What the device takes for revoked, after all."""
    bits = lab.cached().status_lists[lab.relief.url].bits
    return {8 * at + bit for at, byte in enumerate(bits) for bit in range(8) if byte << bit & 0x80}


def test_a_list_signed_by_another_key_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    thief = replace(lab.relief, key=SecretKey.generate(lab.random))
    with pytest.raises(AmanaError) as caught:
        lab.consortium.collect_status(thief.list(revoked=()), now=NOW)
    assert caught.value.reason is EXPECT[1]
    assert (lab.consortium.folder / lab.relief.list_path).read_bytes() == lab.relief.list()
    lab.force(lists={lab.relief.list_path: thief.list(revoked=())})
    assert lab.refused(EXPECT).where == {"file": lab.relief.list_path, "role": "status"}
    assert 7 in revoked(lab)


def test_a_method_outside_the_entry_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    other = lab.issuer("other.example")
    forged = other.list(issuer=lab.relief.did, url=lab.relief.url)
    lab.force(lists={lab.relief.list_path: forged})
    error = lab.refused((RegistryError, Reason.KEY_NOT_OF_ISSUER))
    assert error.where == {"file": lab.relief.list_path, "role": "status"}
    assert 7 in revoked(lab)
