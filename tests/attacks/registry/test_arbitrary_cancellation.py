"""Accreditation is taken away by a clerk, and two members sign who never decided it."""

from datetime import timedelta
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry.snapshot import State

EXPECT = (RegistryError, Reason.NOT_ACCREDITED)


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.SUSPENDED, State.TERMINATED])
def test_enough_signatures_are_no_decision(tmp_path: Path, state: State) -> None:
    """C79: no vote, no notice, no appeal; so nothing is published, and what was good stays."""
    lab = Lab(tmp_path)
    before = lab.begin()
    later = NOW + timedelta(days=30)
    lab.consortium.change_state(lab.relief.did, state, reason="They complained.", now=later)
    with pytest.raises(EXPECT[0]) as caught:
        lab.consortium.publish(signers=lab.consortium.founders[:2], now=later)
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where["role"] == "members"
    assert lab.load() == before
