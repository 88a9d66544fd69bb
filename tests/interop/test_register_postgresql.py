"""The register in PostgreSQL: the same functions, by URL.

Wants `AMANA_POSTGRESQL`, the SQLAlchemy URL of an *empty* database that this test may fill, such as
`postgresql+psycopg://amana@/amana?host=/run/postgresql`; skips without it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from amana.errors import InputError
from amana.reasons import Reason
from issuer import _tables
from issuer.offer import refuse
from issuer.register import Register, State, expire
from issuer.revoke import Cause, replace_lost, revocations_of, revoke
from tests.deterministic import randomness
from tests.issuing_lab import (
    HOUSEHOLD,
    KEY,
    TODAY,
    draft,
    offer,
    read_lines,
    run_issue,
    say_yes,
    wallet_keys,
)

URL = os.environ.get("AMANA_POSTGRESQL", "")
pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(not URL, reason="AMANA_POSTGRESQL names no database"),
]


class Died(BaseException):
    """Stands for a process that is gone."""


@pytest.fixture
def register() -> Iterator[Register]:
    with Register.create(URL, key=KEY, randomness=randomness("postgresql")) as register:
        try:
            yield register
        finally:
            with register.write() as work:
                _tables.metadata.drop_all(work)


def test_the_whole_way_of_a_row(register: Register, tmp_path: Path) -> None:
    """C3, C59, C79, C105: offers, answers, a run cut short, revocation, replacement, retention."""
    row_ids = offer(register, *(draft(number) for number in range(30)))
    assert offer(register, draft(0)) == row_ids[:1]
    for row_id in row_ids[:20]:
        say_yes(register, row_id, keys=wallet_keys(HOUSEHOLD.copies))
    refuse(register, row_ids[20:], today=TODAY, randomness=os.urandom)

    def die(committed: int) -> None:
        if committed >= 14:
            raise Died

    out = tmp_path / "out.jsonl"
    with pytest.raises(Died):
        run_issue(register, out, batch=7, after_commit=die)
    with register.issuing_alone(), Register.open(URL, key=KEY) as other:
        with pytest.raises(InputError) as caught:
            run_issue(other, out)
        assert caught.value.reason is Reason.REGISTER_BUSY
    issued = run_issue(register, out, batch=7)
    assert (issued.rows, issued.copies, issued.resumed) == (30, 70, 14)
    places = {document["credentialStatus"]["statusListIndex"] for document in read_lines(out)}
    assert len(places) == 70

    two = ("one", "two")
    count = revoke(
        register,
        row_ids[0],
        cause=Cause.MISTAKE,
        reason="wrong household",
        officers=two,
        today=TODAY,
        randomness=os.urandom,
    )
    assert count == HOUSEHOLD.copies
    assert len(revocations_of(register, row_ids[0])) == 1
    new = replace_lost(
        register, row_ids[1], reason="lost", officers=two, today=TODAY, randomness=os.urandom
    )
    assert register.row(new).state is State.NAMELESS
    assert expire(register, today=date(2027, 11, 1)) == 31
    assert {count["state"] for count in register.counts()} == {"expired"}


def test_a_register_is_never_made_over_another(register: Register) -> None:
    with pytest.raises(InputError) as caught:
        Register.create(URL, key=KEY, randomness=randomness("again"))
    assert caught.value.reason is Reason.BAD_REGISTER
