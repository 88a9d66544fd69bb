"""A later version of an entry changes what was published before: a suspension disappears."""

from datetime import timedelta
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry.snapshot import State

EXPECT = (RegistryError, Reason.ENTRY_INVALID)


def test_a_published_suspension_stays_in_the_history(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    lab.consortium.change_state(lab.relief.did, State.SUSPENDED, reason="fraud", now=NOW)
    lab.publish()
    with pytest.raises(EXPECT[0]) as caught:
        lab.consortium.put_entry(lab.relief.entry())
    assert caught.value.reason is EXPECT[1]


def test_a_published_key_is_never_dropped_or_exchanged(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    other = SecretKey.generate(lab.random).public
    for keys in ({lab.relief.method: other}, {f"{lab.relief.did}#key-2": other}):
        with pytest.raises(EXPECT[0]) as caught:
            lab.consortium.put_entry(lab.relief.entry(keys=keys))
        assert caught.value.reason is EXPECT[1]


def test_what_was_not_published_yet_may_be_corrected(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    entry = lab.consortium.put_entry(lab.relief.entry(since=NOW - timedelta(days=3)))
    assert lab.consortium.entries[lab.relief.did] == entry
