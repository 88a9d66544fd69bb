"""An entry of a demo, whose keys anybody may hold, is smuggled into a registry that is none."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab

EXPECT = (RegistryError, Reason.DEMO_KEY)


def test_the_consortium_refuses_a_demo_entry(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    with pytest.raises(EXPECT[0]) as caught:
        lab.consortium.put_entry(lab.relief.entry(demo=True))
    assert caught.value.reason is EXPECT[1]
    assert lab.consortium.entries == {}


def test_the_client_refuses_it_too(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry(demo=True))})
    assert lab.refused(EXPECT).where == {"file": lab.relief.entry_path, "role": "entries"}


def test_a_demo_member_key_signs_nothing_real(tmp_path: Path) -> None:
    real, demo = Lab(tmp_path / "real"), Lab(tmp_path / "demo", demo=True)
    with pytest.raises(EXPECT[0]) as caught:
        real.consortium.publish(signers=demo.consortium.founders, now=NOW)
    assert caught.value.reason is EXPECT[1]
    assert not real.published.exists()


def test_a_demo_registry_is_marked_for_whoever_loads_it(tmp_path: Path) -> None:
    lab = Lab(tmp_path, demo=True)
    lab.consortium.put_entry(lab.relief.entry(demo=True))
    lab.publish()
    assert lab.load().demo
