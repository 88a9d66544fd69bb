"""A mirror serves the same old version for ever, so that nobody hears of a withdrawal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Outcome, Reason
from tests.registry_counter import judged
from tests.registry_lab import NOW, Lab
from trust_registry.snapshot import State
from verifier import Tier

EXPECT = (Outcome.UNDECIDED, Reason.REGISTRY_EXPIRED)


@pytest.mark.parametrize("days", [91, 400])
def test_an_old_registry_carries_no_proof_that_is_checked(tmp_path: Path, days: int) -> None:
    """C2: a device that was fed the old version says how old it is, and nobody relies on it."""
    lab = Lab(tmp_path)
    lab.begin()
    frozen = lab.copy("frozen")
    lab.consortium.change_state(lab.relief.did, State.WITHDRAWN, reason="fraud", now=NOW)
    lab.publish()
    then = NOW + timedelta(days=days)
    found = lab.load(frozen, now=then)
    assert found.published == NOW
    assert judged(lab, found, now=then, years=3) == EXPECT
    # What needs no checking is never stopped by it; there the age is a remark.
    assert judged(lab, found, now=then, years=3, tier=Tier.REGISTERED)[0] is Outcome.ACCEPTED


def test_nor_after_years(tmp_path: Path) -> None:
    """Then nobody can say whether the registry is frozen or the clock is wrong: nothing is sure."""
    lab = Lab(tmp_path)
    lab.begin()
    then = NOW + timedelta(days=3 * 365)
    found = lab.load(lab.copy("frozen"), now=then)
    expected = (Outcome.UNDECIDED, Reason.CLOCK_UNTRUSTED)
    assert judged(lab, found, now=then, years=5) == expected


def test_one_honest_carrier_is_enough(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    frozen = lab.copy("frozen")
    lab.consortium.change_state(lab.relief.did, State.WITHDRAWN, reason="fraud", now=NOW)
    lab.publish(now=NOW + timedelta(days=1))
    lab.load(frozen)
    lab.load()
    error = lab.refused((RegistryError, Reason.ROLLBACK), published=frozen)
    assert error.where["role"] == "timestamp"
    assert lab.cached().entries[lab.relief.did].history[-1].state is State.WITHDRAWN
