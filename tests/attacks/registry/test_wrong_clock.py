"""Somebody sets a device's clock, or members' metadata is dated so that it has expired.

A clock can make a device doubtful, and can neither make it forget its registry nor believe more.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Outcome, Reason
from tests.registry_counter import judged
from tests.registry_lab import NOW, Lab
from tests.registry_thief import thief
from verifier import Tier

EXPECT = (Outcome.UNDECIDED, Reason.CLOCK_UNTRUSTED)


@pytest.mark.parametrize("year", [1970, 2099])
def test_a_clock_that_is_wrong_by_years_is_said_to_be(tmp_path: Path, year: int) -> None:
    """C2: the registry still loads, updates and answers; what needs an age has none."""
    lab = Lab(tmp_path)
    lab.begin()
    wrong = datetime(year, 6, 1, tzinfo=UTC)
    assert judged(lab, lab.cached(now=wrong), now=wrong, years=90) == EXPECT
    lab.publish()
    found = lab.load(now=wrong)
    assert (found.version, found.floor) == (2, NOW)
    assert judged(lab, found, now=wrong, years=90) == EXPECT
    assert judged(lab, found, now=NOW)[0] is Outcome.ACCEPTED


def test_a_clock_set_back_revives_no_rolled_back_registry(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    old = lab.copy("old")
    lab.publish(now=NOW + timedelta(days=200))
    lab.load(now=NOW + timedelta(days=200))
    error = lab.refused((RegistryError, Reason.ROLLBACK), published=old, now=NOW)
    assert error.where["role"] == "timestamp"


def test_a_clock_just_below_the_floor_is_not_believed(tmp_path: Path) -> None:
    """An hour too early is as impossible as ten years."""
    lab = Lab(tmp_path)
    found = lab.begin()
    early = NOW - timedelta(hours=1)
    assert judged(lab, found, now=early) == EXPECT
    assert judged(lab, found, now=early, tier=Tier.REGISTERED)[0] is Outcome.ACCEPTED


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
@pytest.mark.parametrize("expires", ["1970-01-01T00:00:00Z", "2026-11-22T11:59:59Z"])
def test_what_expired_before_it_was_published_is_refused(
    tmp_path: Path, role: str, expires: str
) -> None:
    """Whoever stole an automated key sets its own files to have expired: the last ones stay."""
    lab = Lab(tmp_path)
    lab.begin()
    someone = thief(lab)

    def expire(signed: dict[str, str]) -> None:
        signed["expires"] = expires

    number = someone.forge(role, expire, by=[someone.stolen[role]])
    if role == "snapshot":
        someone.point_at(number)
    error = lab.refused((RegistryError, Reason.REGISTRY_EXPIRED))
    assert error.where == {"file": f"{role}.json", "role": role}
