"""Standing over all short histories, against an oracle that looks at every hour by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, product

import pytest

from amana.reasons import Outcome, Reason
from tests.simulator import Issuer
from trust_registry.snapshot import Entry, PinnedKey, Snapshot, State, standing

NOW = datetime(2026, 5, 20, tzinfo=UTC)
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
# Before the month, its first instant, twice inside it, the first instant after it, today, later.
INSTANTS = (
    datetime(2026, 2, 10, tzinfo=UTC),
    MARCH,
    datetime(2026, 3, 10, tzinfo=UTC),
    datetime(2026, 3, 20, tzinfo=UTC),
    APRIL,
    NOW,
    NOW + timedelta(days=3),
)
KEY_STATES = ((State.GRANTED,), (State.GRANTED, State.RETIRED), (State.GRANTED, State.COMPROMISED))
ENTITY_STATES = (
    (State.GRANTED,),
    (State.GRANTED, State.SUSPENDED),
    (State.GRANTED, State.WITHDRAWN),
    (State.GRANTED, State.TERMINATED),
    (State.GRANTED, State.SUSPENDED, State.GRANTED),
    (State.GRANTED, State.SUSPENDED, State.WITHDRAWN),
)
History = Sequence[tuple[datetime, State]]


def histories(shapes: Sequence[Sequence[State]]) -> list[History]:
    return [
        list(zip(instants, states, strict=True))
        for states in shapes
        for instants in combinations(INSTANTS, len(states))
    ]


KEYS, ENTITIES = histories(KEY_STATES), histories(ENTITY_STATES)


def organisation(key: History, entity: History) -> tuple[Entry, PinnedKey]:
    issuer = Issuer(history=list(entity), key_history=list(key))
    entry = issuer.entry()
    return entry, entry.keys[issuer.key_id]


def state_at(history: History, instant: datetime) -> State | None:
    return next((state for since, state in reversed(history) if since <= instant), None)


def both_good(key: History, entity: History, first: datetime, end: datetime) -> bool:
    """Whether at some hour from `first` until before `end` key and organisation were granted."""
    hour = first
    while hour < end:
        if state_at(key, hour) is state_at(entity, hour) is State.GRANTED:
            return True
        hour += timedelta(hours=12)
    return False


def test_standing_over_all_histories() -> None:
    """Nothing speaks against it exactly if some instant of its month would do, and today does."""
    seen: set[Reason | None] = set()
    for key, entity in product(KEYS, ENTITIES):
        found = standing(*organisation(key, entity), issued=MARCH, now=NOW)
        key_now, entity_now = state_at(key, NOW), state_at(entity, NOW)
        good = (
            both_good(key, entity, MARCH, APRIL)
            and key_now in (State.GRANTED, State.RETIRED)
            and entity_now in (State.GRANTED, State.TERMINATED)
        )
        assert (found is None) is good, (key, entity, found)
        seen.add(found)
        if key_now is State.COMPROMISED:
            assert found is Reason.KEY_COMPROMISED
        elif found is not None and found.outcome is Outcome.REJECTED:
            # Falsity is only said where no instant of the month would have done.
            assert not both_good(key, entity, MARCH, APRIL)
    assert seen == {
        None,
        Reason.KEY_COMPROMISED,
        Reason.KEY_NOT_YET_VALID,
        Reason.KEY_RETIRED_WHEN_ISSUED,
        Reason.ISSUER_NOT_YET_GRANTED,
        Reason.ISSUER_SUSPENDED_SINCE,
        Reason.ISSUER_SUSPENDED_WHEN_ISSUED,
        Reason.ISSUER_WITHDRAWN_SINCE,
        Reason.ISSUER_WITHDRAWN_WHEN_ISSUED,
    }


def test_standing_of_an_exact_instant() -> None:
    """A date that is finer than a month is held to its instant."""
    issued = datetime(2026, 3, 15, 9, tzinfo=UTC)
    for key, entity in product(KEYS, ENTITIES):
        found = standing(*organisation(key, entity), issued=issued, now=NOW)
        good = (
            state_at(key, issued) is state_at(entity, issued) is State.GRANTED
            and state_at(key, NOW) in (State.GRANTED, State.RETIRED)
            and state_at(entity, NOW) in (State.GRANTED, State.TERMINATED)
        )
        assert (found is None) is good, (key, entity, found)


def test_standing_of_what_bears_no_date() -> None:
    """Only the present can speak for it: key and organisation granted today."""
    since: dict[State | None, Reason] = {
        State.SUSPENDED: Reason.ISSUER_SUSPENDED_SINCE,
        State.WITHDRAWN: Reason.ISSUER_WITHDRAWN_SINCE,
        None: Reason.ISSUER_NOT_YET_GRANTED,
    }
    for key, entity in product(KEYS, ENTITIES):
        found = standing(*organisation(key, entity), issued=None, now=NOW)
        key_now, entity_now = state_at(key, NOW), state_at(entity, NOW)
        assert (found is None) is (key_now is entity_now is State.GRANTED), (key, entity, found)
        if key_now is State.GRANTED and entity_now in since:
            assert found is since[entity_now]


@pytest.mark.parametrize(
    "month", [datetime(9999, 12, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)]
)
def test_the_last_month_of_the_calendar(month: datetime) -> None:
    entry, key = organisation(
        [(MARCH, State.GRANTED), (APRIL, State.RETIRED)], [(MARCH, State.GRANTED)]
    )
    assert standing(entry, key, issued=month, now=NOW) is Reason.KEY_RETIRED_WHEN_ISSUED


def test_a_december_ends_with_its_year() -> None:
    december, january = datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    entry, key = organisation([(january, State.GRANTED)], [(january, State.GRANTED)])
    assert standing(entry, key, issued=december, now=NOW) is Reason.KEY_NOT_YET_VALID
    assert standing(entry, key, issued=january, now=NOW) is None


def test_what_an_entry_may() -> None:
    issuer = Issuer(actions={("issue", "PurposeCredential")})
    entry = issuer.entry()
    assert entry.may("issue", "PurposeCredential")
    assert not entry.may("ask", "PurposeCredential")
    assert not entry.may("issue", "purposecredential")
    assert entry.state_at(MARCH) is State.GRANTED
    assert entry.state_at(datetime(2020, 1, 1, tzinfo=UTC)) is None


def test_a_snapshot_knows_only_what_it_holds() -> None:
    issuer = Issuer()
    snapshot = Snapshot(
        version=1,
        published=NOW,
        name="test",
        entries={issuer.did: issuer.entry()},
        status_lists=issuer.collected(),
    )
    assert snapshot.entry(issuer.did) == issuer.entry()
    assert snapshot.entry(issuer.did.upper()) is None
    found = snapshot.status_list(issuer.list_url)
    assert found is not None
    assert found.issuer == issuer.did
    assert snapshot.status_list(issuer.list_url + "/") is None
    assert issuer.did not in repr(snapshot)
