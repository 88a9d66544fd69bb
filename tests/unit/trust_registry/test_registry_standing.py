"""What the dated histories of an organisation and its key say about a credential."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from amana.keys import SecretKey
from amana.reasons import Reason
from trust_registry.snapshot import Entry, KeyChange, PinnedKey, Snapshot, State, StatusChange
from trust_registry.snapshot import standing as ask

PUBLIC = SecretKey(b"\1" * 32).public
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def on(month: int, day: int = 10) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def key(*changes: tuple[int, State]) -> PinnedKey:
    return PinnedKey(
        id="did:web:relief.example#key-1",
        public=PUBLIC,
        relationships=frozenset({"assertionMethod"}),
        history=tuple(KeyChange(since=on(month), state=state) for month, state in changes),
    )


def entry(*changes: tuple[int, State]) -> Entry:
    return Entry(
        did="did:web:relief.example",
        names={"en": "Relief"},
        keys={},
        actions=frozenset({("issue", "PurposeCredential")}),
        history=tuple(
            StatusChange(since=on(month), state=state, reason="because") for month, state in changes
        ),
        registrar="the members",
        appeals="appeals@circle.example",
        dossier="0" * 64,
    )


GRANTED = (3, State.GRANTED)
SUSPENDED = (6, State.SUSPENDED)
WITHDRAWN = (6, State.WITHDRAWN)
TERMINATED = (6, State.TERMINATED)
RETIRED = (6, State.RETIRED)
COMPROMISED = (6, State.COMPROMISED)
FUTURE = (12, State.GRANTED)
MONTH = {n: datetime(2026, n, 1, tzinfo=UTC) for n in range(1, 12)}


@pytest.mark.parametrize(
    ("of_entry", "of_key", "issued", "reason"),
    [
        ([GRANTED], [GRANTED], on(4), None),
        ([GRANTED], [GRANTED], on(2), Reason.KEY_NOT_YET_VALID),
        # a date cut to the month counts if any instant of that month would do
        ([GRANTED], [GRANTED], MONTH[3], None),
        ([GRANTED], [GRANTED], MONTH[2], Reason.KEY_NOT_YET_VALID),
        ([GRANTED], [GRANTED, COMPROMISED], on(4), Reason.KEY_COMPROMISED),
        ([GRANTED], [FUTURE], on(4), Reason.KEY_NOT_YET_VALID),
        ([GRANTED], [GRANTED, RETIRED], on(4), None),
        ([GRANTED], [GRANTED, RETIRED], on(7), Reason.KEY_RETIRED_WHEN_ISSUED),
        ([GRANTED, SUSPENDED], [GRANTED], on(7), Reason.ISSUER_SUSPENDED_WHEN_ISSUED),
        ([GRANTED, WITHDRAWN], [GRANTED], on(7), Reason.ISSUER_WITHDRAWN_WHEN_ISSUED),
        ([GRANTED, TERMINATED], [GRANTED], on(7), Reason.ISSUER_WITHDRAWN_WHEN_ISSUED),
        ([(5, State.GRANTED)], [GRANTED], on(4), Reason.ISSUER_NOT_YET_GRANTED),
        # older credentials, after the organisation lost its standing
        ([GRANTED, SUSPENDED], [GRANTED], on(4), Reason.ISSUER_SUSPENDED_SINCE),
        ([GRANTED, WITHDRAWN], [GRANTED], on(4), Reason.ISSUER_WITHDRAWN_SINCE),
        ([GRANTED, TERMINATED], [GRANTED], on(4), None),
        ([GRANTED, SUSPENDED, (7, State.GRANTED)], [GRANTED], on(4), None),
        # no date at all: only the present speaks for it
        ([GRANTED], [GRANTED], None, None),
        ([GRANTED], [GRANTED, RETIRED], None, Reason.KEY_RETIRED_WHEN_ISSUED),
        ([GRANTED, SUSPENDED], [GRANTED], None, Reason.ISSUER_SUSPENDED_SINCE),
        ([FUTURE], [GRANTED], None, Reason.ISSUER_NOT_YET_GRANTED),
        ([GRANTED, TERMINATED], [GRANTED], None, Reason.ISSUER_NOT_YET_GRANTED),
    ],
)
def test_standing(
    of_entry: list[tuple[int, State]],
    of_key: list[tuple[int, State]],
    issued: datetime | None,
    reason: Reason | None,
) -> None:
    """C79: whoever loses its standing does not take down what was rightly issued before."""
    assert ask(entry(*of_entry), key(*of_key), issued=issued, now=NOW) is reason


def test_a_clock_before_the_first_grant_knows_no_standing() -> None:
    early = ask(entry(FUTURE), key(GRANTED), issued=on(12, 20), now=NOW)
    assert early is Reason.ISSUER_NOT_YET_GRANTED


@pytest.mark.parametrize(
    ("issued", "reason"),
    [
        (on(3), None),  # cut to the day of the grant, as a station's certificate is
        (on(3, 9), Reason.KEY_NOT_YET_VALID),
        (on(3).replace(hour=11), Reason.KEY_NOT_YET_VALID),
        (datetime(9999, 12, 31, tzinfo=UTC), None),
    ],
)
def test_a_date_cut_to_the_day_counts_if_any_instant_of_that_day_would(
    issued: datetime, reason: Reason | None
) -> None:
    """An organisation that was admitted at noon may certify its station the same day."""
    noon = on(3).replace(hour=12)
    granted = replace(key(GRANTED), history=(KeyChange(since=noon, state=State.GRANTED),))
    admitted = replace(
        entry(GRANTED), history=(StatusChange(since=noon, state=State.GRANTED, reason="because"),)
    )
    assert ask(admitted, granted, issued=issued, now=NOW) is reason


def test_the_last_month_of_the_calendar_has_an_end_too() -> None:
    last = datetime(9999, 12, 1, tzinfo=UTC)
    assert ask(entry(GRANTED), key(GRANTED), issued=last, now=NOW) is None
    assert ask(entry(GRANTED, SUSPENDED), key(GRANTED), issued=last, now=NOW) is (
        Reason.ISSUER_SUSPENDED_WHEN_ISSUED
    )


def test_a_snapshot_answers_by_did_and_url() -> None:
    one = entry(GRANTED)
    snapshot = Snapshot(
        version=1, published=NOW, name="The circle", entries={one.did: one}, status_lists={}
    )
    assert snapshot.entry(one.did) is one
    assert snapshot.entry("did:web:unknown.example") is None
    assert snapshot.status_list("https://relief.example/status/1") is None
    assert one.may("issue", "PurposeCredential")
    assert not one.may("ask", "PurposeCredential")
