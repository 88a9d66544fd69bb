"""Service tiers: how much may be asked at all (C2)."""

from __future__ import annotations

import pytest

from verifier import Policy, Tier


def test_tier_none_verifies_nothing() -> None:
    """Emergency help never opens the scanner (C1)."""
    with pytest.raises(ValueError, match="tier none"):
        Policy(tier=Tier.NONE)


def test_what_is_not_said_is_strict() -> None:
    policy = Policy()
    assert policy.tier is Tier.CHECKED
    assert policy.kinds == {"PurposeCredential"}
    assert policy.credentials_max == 1
    assert policy.registry_max_age.days == 90
    assert policy.status_max_age.days == 30
