"""A thief hands the collector a list with forged copies in it, after the key is known as stolen."""

from datetime import timedelta
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry.collector import collect_issued
from trust_registry.snapshot import State

EXPECT = (RegistryError, Reason.ISSUED_LIST_TOO_LATE)


def test_a_list_that_comes_after_the_compromise_does_not_count(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    folder, leaked = lab.consortium.folder, NOW + timedelta(hours=1)
    collect_issued(folder, lab.relief.issued(b"one"), now=NOW)
    lab.consortium.change_key(lab.relief.did, lab.relief.method, State.COMPROMISED, now=leaked)
    with pytest.raises(EXPECT[0]) as caught:
        collect_issued(folder, lab.relief.issued(b"one", b"mine"), now=leaked)
    assert caught.value.reason is EXPECT[1]
