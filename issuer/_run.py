"""One issuing run over a register: which rows are due, and which indices were committed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, Select, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from amana.credential import StatusEntry, build_credential
from amana.errors import InputError
from amana.keys import Randomness
from amana.reasons import Reason
from amana.schema import conforms
from amana.strict_json import Json
from issuer._indices import Indices
from issuer._lines import KIND
from issuer._tables import about, copies, holders, registrations
from issuer.purposes import Purposes
from issuer.register import Register, State, month_of

__all__ = ["Run"]

_WAITING: Final = (State.ACCEPTED, State.NAMELESS)
_OPEN: Final = (State.ISSUED,)  # issued, and its holders' keys are still here: an unfinished run
_MARKS: Final = ("selfStated", "checked")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row whose copies may be issued: everything but its status indices."""

    row_id: str
    subject: dict[str, Json] = field(repr=False)
    holders: list[str] = field(repr=False)
    valid_until: date


_Batch = list[tuple[_Ready, list[tuple[str, str, int]]]]


class Run:
    """One issuing run over a register: what is due, in which order, and what is committed."""

    def __init__(
        self,
        *,
        register: Register,
        purposes: Purposes,
        status_base_url: str,
        randomness: Randomness,
        batch: int,
        today: date,
    ) -> None:
        self.newly_committed = 0
        self.skipped: list[tuple[str, Reason]] = []
        self._register = register
        self._claims = {purpose.id: frozenset(purpose.claims) for purpose in purposes}
        self._list_prefix = f"{status_base_url}/status/"
        self._indices = Indices(randomness)
        self._batch = batch
        self._today = today
        self._conforms = conforms(KIND)

    def look(self) -> tuple[int, int]:
        """How many rows an unfinished run has committed, and how many there are to do in all."""
        with self._register.read() as work:
            resumed, waiting = (
                work.execute(
                    select(func.count()).select_from(_due(states).order_by(None).subquery())
                ).scalar_one()
                for states in (_OPEN, _WAITING)
            )
        return resumed, resumed + waiting

    def start(self) -> date:
        """The first day of the run's month, which a resumed run keeps."""
        with self._register.write() as work:
            month = work.execute(select(about.c.issuing_month)).scalar_one()
            if month is None:
                month = month_of(self._today)
                work.execute(update(about).values(issuing_month=month))
        return date.fromisoformat(f"{month}-01")

    def committed_before(self) -> Iterator[_Batch]:
        """The rows that an earlier run committed, with the indices that it gave them."""
        last = ""
        while True:
            with self._register.read() as work:
                rows = work.execute(_page(_OPEN, last, self._batch)).all()
                given: dict[str, list[tuple[int, int]]] = {row.id: [] for row in rows}
                for copy in work.execute(
                    select(copies)
                    .where(copies.c.registration.in_(given))
                    .order_by(copies.c.list, copies.c.position)
                ):
                    given[copy.registration].append((copy.list, copy.position))
            if not rows:
                return
            last = rows[-1].id
            yield [
                (ready, self._places(ready, given[ready.row_id]))
                for ready in self._ready(rows)
                if self._has_all(ready, given[ready.row_id])
            ]

    def commit_batches(self) -> Iterator[_Batch]:
        """Give indices to waiting rows, batch by batch; each is committed before it is yielded."""
        last = ""
        while True:
            with self._register.write() as work:
                rows = work.execute(_page(_WAITING, last, self._batch)).all()
                ready = self._ready(rows)
                batch = self._commit(work, ready) if ready else []
            if not rows:
                return
            last = rows[-1].id
            self.newly_committed += len(batch)
            yield batch

    def finish(self) -> None:
        """Forget the holders' keys of everything that is out."""
        unwritten = [row_id for row_id, _ in self.skipped]
        issued = select(registrations.c.id).where(
            registrations.c.state == State.ISSUED, registrations.c.id.not_in(unwritten)
        )
        with self._register.write() as work:
            work.execute(
                delete(holders).where(holders.c.registration.in_(issued.scalar_subquery()))
            )
            work.execute(update(about).values(issuing_month=None))
        self._register.forget_traces()

    def _commit(self, work: Connection, ready: Sequence[_Ready]) -> _Batch:
        drawn = iter(self._indices.take(work, sum(len(row.holders) for row in ready)))
        batch: _Batch = []
        new: list[dict[str, object]] = []
        for row in ready:
            given = sorted(next(drawn) for _ in row.holders)
            batch.append((row, self._places(row, given)))
            new += [
                {"list": number, "position": index, "registration": row.row_id, "revoked": False}
                for number, index in given
            ]
        work.execute(insert(copies), new)
        work.execute(
            update(registrations)
            .where(registrations.c.id.in_([row.row_id for row in ready]))
            .values(state=State.ISSUED)
        )
        return batch

    def _places(self, row: _Ready, given: Sequence[tuple[int, int]]) -> list[tuple[str, str, int]]:
        """Which holder key gets which index: the same after a crash, and in no order of showing.

        A wallet shows its copies in the order in which it gave its keys. If indices rose with it,
        whoever compares the answers of several stations could tell which are one person's.
        """
        place_of = dict(zip(sorted(row.holders), given, strict=True))
        return [
            (holder, f"{self._list_prefix}{number}", index)
            for holder in row.holders
            for number, index in (place_of[holder],)
        ]

    def _has_all(self, row: _Ready, given: Sequence[tuple[int, int]]) -> bool:
        if len(given) == len(row.holders):
            return True
        self.skipped.append((row.row_id, Reason.BAD_REGISTER))
        return False

    def _ready(self, rows: Iterable[Row[Any]]) -> list[_Ready]:
        ready = []
        for row in rows:
            try:
                ready.append(self._prepare(row))
            except InputError as error:
                self.skipped.append((row.id, error.reason))
        return ready

    def _prepare(self, row: Row[Any]) -> _Ready:
        """Raises: InputError with why this row may not be issued."""
        if row.retention <= month_of(self._today):
            raise InputError(Reason.RETENTION_PASSED, row=row.id)
        content = self._register.content(row)
        keys: list[str] = self._register.key.open(row.sealed, "holders", row.id)["holders"]
        subject: dict[str, Json] = {
            "purpose": row.purpose,
            "entitlement": content["entitlement"],
        }
        consent = content.get("consent")
        if row.nameless or (consent is not None and consent["way"] == "paper"):
            if "reference" not in content:  # the row was made nameless by hand
                raise InputError(Reason.BAD_REGISTER, row=row.id)
            subject["reference"] = content["reference"]
        elif consent is None:
            raise InputError(Reason.CONSENT_MISSING, row=row.id)
        else:
            if not self._claims.get(row.purpose, frozenset()) >= content["claims"].keys():
                raise InputError(Reason.BAD_PURPOSE, row=row.id)
            subject.update(content["claims"])
            subject.update({name: content[name] for name in _MARKS if content[name]})
        if row.purpose not in self._claims:
            raise InputError(Reason.BAD_PURPOSE, row=row.id)
        valid_until = date.fromisoformat(f"{row.retention}-01")
        if not self._conforms(self._sample(subject, keys[0], valid_until)):
            raise InputError(Reason.SCHEMA_VIOLATION, row=row.id)
        return _Ready(row_id=row.id, subject=subject, holders=keys, valid_until=valid_until)

    def _sample(self, subject: dict[str, Json], holder: str, valid_until: date) -> dict[str, Json]:
        """What the schema is asked about: all copies of a row differ in nothing that it sees."""
        return build_credential(
            KIND,
            issuer="did:web:issuer.example",
            subject={"id": holder, **subject},
            valid_from=self._today,
            valid_until=valid_until,
            status=StatusEntry(list_url=f"{self._list_prefix}1", index=0),
        )


def _due(states: Sequence[State]) -> Select[Any]:
    return (
        select(
            registrations.c.id,
            registrations.c.purpose,
            registrations.c.notice_version,
            registrations.c.retention,
            registrations.c.nameless,
            registrations.c.content,
            holders.c.sealed,
        )
        .join(holders, holders.c.registration == registrations.c.id)
        .where(registrations.c.state.in_(states))
        .order_by(registrations.c.id)
    )


def _page(states: Sequence[State], after: str, rows: int) -> Select[Any]:
    return _due(states).where(registrations.c.id > after).limit(rows)
