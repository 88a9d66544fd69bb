"""The register: who was offered what, what they answered, and which copies went out.

No name is needed to register (C24). Content is sealed at rest; in clear stand a random row id, the
purpose with its legal basis and notice version, the state, and the month in which the row is gone
(C64). Nothing here holds a source id, an instant, a place, or the key of a copy that was issued.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from amana.errors import InputError
from amana.keys import Randomness
from amana.reasons import Reason
from amana.strict_json import Json
from issuer import _tables
from issuer._database import Database, make_private_file
from issuer._sealing import RegisterKey
from issuer._tables import about, copies, holders, registrations, revocations, status_lists

__all__ = ["Copy", "Register", "RegisterKey", "RegisterRow", "State", "expire"]

_VERSION: Final = 1
_PROOF: Final = {"amana": "register"}


class State(StrEnum):
    """Where a row stands. `nameless` waits for its stand-in, as `accepted` does for its copies."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    NAMELESS = "nameless"
    ISSUED = "issued"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """One issued copy: its status list's number, its index there, whether it is revoked."""

    status_list: int
    index: int
    revoked: bool


@dataclass(frozen=True, kw_only=True)
class RegisterRow:
    """One row, opened. After retention only `id`, `purpose_id` and the state are left."""

    id: str
    purpose_id: str
    legal_basis: str
    notice_version: str
    retention: str
    state: State
    nameless: bool
    copies: tuple[Copy, ...]
    content: dict[str, Json] = field(repr=False)

    @property
    def entitlement(self) -> str | None:
        """The entitlement class, the same before and after a refusal (C3)."""
        return self.content.get("entitlement")

    @property
    def copies_offered(self) -> int:
        """How many single-use copies a wallet gets; 0 for a row that became nameless or expired."""
        return int(self.content.get("copies", 0))

    @property
    def reference(self) -> str | None:
        """What stands on a paper stand-in instead of a person; None for a wallet's copies."""
        return self.content.get("reference")


class Register(Database):
    """A register and its key. Close it, or use it in a `with` statement.

    One process writes at a time; whoever waits longer than `busy_seconds` gets REGISTER_BUSY.
    """

    def __init__(self, where: Path | str, *, key: RegisterKey, busy_seconds: float) -> None:
        super().__init__(where, busy_seconds=busy_seconds)
        self.key = key

    @classmethod
    def create(
        cls,
        where: Path | str,
        *,
        key: RegisterKey,
        randomness: Randomness,
        demo: bool = False,
        busy_seconds: float = 10.0,
    ) -> Register:
        """A new register in a SQLite file that is not there yet, or in an empty database by URL.

        Raises: InputError WOULD_OVERWRITE, UNREADABLE_FILE or BAD_REGISTER (the caller's fault).
        """
        register = cls(where, key=key, busy_seconds=busy_seconds)
        if register.where is not None:
            make_private_file(register.where)
        proof = key.seal(dict(_PROOF), "about", str(demo), randomness=randomness)
        try:
            with register.write() as work:
                _tables.metadata.create_all(work)
                work.execute(insert(about).values(one=1, version=_VERSION, demo=demo, proof=proof))
                # A first list is there from the start: verifiers may ask before anything is out.
                work.execute(insert(status_lists).values(number=1, used=0))
        except InputError:
            register.close()
            raise
        return register

    @classmethod
    def open(cls, where: Path | str, *, key: RegisterKey, busy_seconds: float = 10.0) -> Register:
        """Open a register that is there, and make sure that `key` is its own.

        Raises: InputError NO_SUCH_FILE (the caller's fault) or BAD_REGISTER (not a register, of
        another version, or of another key).
        """
        register = cls(where, key=key, busy_seconds=busy_seconds)
        if register.where is not None and not register.where.is_file():
            raise InputError(Reason.NO_SUCH_FILE, file=str(register.where))
        try:
            with register.read() as work:
                found = work.execute(select(about)).one_or_none()
            if found is None or found.version != _VERSION:
                raise InputError(Reason.BAD_REGISTER, "a register of another version")
            key.open(found.proof, "about", str(found.demo))
        except InputError:
            register.close()
            raise
        return register

    @property
    def demo(self) -> bool:
        """Whether this register is for trying out; only such a one answers for people by script."""
        with self.read() as work:
            return bool(work.execute(select(about.c.demo)).scalar_one())

    def content(self, row: Row[Any]) -> dict[str, Json]:
        """The opened content of a row of `registrations`.

        Raises: InputError BAD_REGISTER (whoever changed it) or RETENTION_PASSED (it is gone).
        """
        if row.content is None:
            raise InputError(Reason.RETENTION_PASSED, "the row's content is gone", row=row.id)
        return self.key.open(
            row.content, *place(row.id, row.purpose, row.notice_version, row.retention)
        )

    def row(self, row_id: str) -> RegisterRow:
        """One row with its content, for the person or an officer who asked for that one.

        Raises: InputError NO_SUCH_ROW (the caller's fault) or BAD_REGISTER.
        """
        row_id = row_id.lower()
        with self.read() as work:
            found = find(work, row_id)
            issued = work.execute(
                select(copies)
                .where(copies.c.registration == row_id)
                .order_by(copies.c.list, copies.c.position)
            ).all()
        return RegisterRow(
            id=found.id,
            purpose_id=found.purpose,
            legal_basis=found.legal_basis,
            notice_version=found.notice_version,
            retention=found.retention,
            state=State(found.state),
            nameless=found.nameless,
            copies=tuple(
                Copy(status_list=copy.list, index=copy.position, revoked=copy.revoked)
                for copy in issued
            ),
            content={} if found.content is None else self.content(found),
        )

    def row_ids(self, *, state: State | None = None) -> list[str]:
        """The ids of all rows, or of those in one state, in the order of the (random) ids."""
        query = select(registrations.c.id).order_by(registrations.c.id)
        if state is not None:
            query = query.where(registrations.c.state == state)
        with self.read() as work:
            return list(work.execute(query).scalars())

    def counts(self) -> list[dict[str, Json]]:
        """How many rows stand in which state, by purpose; expired ones are counted too (C59)."""
        grouped = (registrations.c.purpose, registrations.c.state, registrations.c.nameless)
        query = select(*grouped, func.count().label("rows")).group_by(*grouped).order_by(*grouped)
        with self.read() as work:
            return [
                {
                    "purpose": row.purpose,
                    "state": row.state,
                    "nameless": row.nameless,
                    "rows": row.rows,
                }
                for row in work.execute(query)
            ]


def expire(register: Register, *, today: date) -> int:
    """Erase everything about people in rows whose retention month has come (C59, C64).

    Purpose and state `expired` stay, so that totals stay right; status indices stay taken, but
    lead to nobody. Returns how many rows were erased now.

    Raises: InputError REGISTER_BUSY or BAD_REGISTER.
    """
    month = month_of(today)
    with register.write() as work:
        due = (registrations.c.retention <= month) & (registrations.c.state != State.EXPIRED)
        ids = select(registrations.c.id).where(due).scalar_subquery()
        work.execute(delete(holders).where(holders.c.registration.in_(ids)))
        work.execute(update(copies).where(copies.c.registration.in_(ids)).values(registration=None))
        work.execute(
            update(revocations)
            .where(revocations.c.retention <= month, revocations.c.content.is_not(None))
            .values(content=None)
        )
        erased = work.execute(
            update(registrations)
            .where(due)
            .values(state=State.EXPIRED, content=None, intake_tag=None)
        ).rowcount
    register.forget_traces()
    return erased


def place(row_id: str, purpose: str, notice_version: str, retention: str) -> tuple[str, ...]:
    """What a row's content is bound to: changing one of these by hand makes it unreadable."""
    return ("registrations", row_id, purpose, notice_version, retention)


def find(work: Connection, row_id: str) -> Row[Any]:
    """The row of that id. Raises: InputError NO_SUCH_ROW (the caller's fault)."""
    return find_many(work, [row_id])[0]


def find_many(work: Connection, row_ids: Sequence[str]) -> list[Row[Any]]:
    """The rows of those ids, in their order; small letters or capitals.

    Raises: InputError NO_SUCH_ROW (the caller's fault).
    """
    wanted = [row_id.lower() for row_id in row_ids]
    query = select(registrations).where(registrations.c.id.in_(wanted))
    found = {row.id: row for row in work.execute(query)}
    for row_id in wanted:
        if row_id not in found:
            # Staff may have typed anything here, a name included: it is not repeated.
            raise InputError(Reason.NO_SUCH_ROW, "no row has this id")
    return [found[row_id] for row_id in wanted]


def new_row_id(randomness: Randomness) -> str:
    """16 random bytes as base32 in small letters: easy to type, and telling nothing."""
    return base64.b32encode(randomness(16)).rstrip(b"=").decode("ascii").lower()


def month_of(day: date) -> str:
    """`2026-11`: as coarse as the register's retention is."""
    return f"{day.year:04d}-{day.month:02d}"
