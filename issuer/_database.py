"""The database under the register: transactions, locks, and errors that say nothing of people."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from sqlalchemy import text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from amana.errors import InputError
from amana.reasons import Reason
from issuer import _tables

__all__ = ["Database", "make_private_file"]

# PostgreSQL's advisory locks are numbers; these spell "amana" and the next one.
_ISSUING_LOCK: Final = 0x616D616E61
_WRITING_LOCK: Final = _ISSUING_LOCK + 1


class Database:
    """One database, by path (SQLite) or by URL. Close it, or use it in a `with` statement.

    Raises: InputError BAD_REGISTER for a URL that leads to no database (the caller's fault).
    """

    def __init__(self, where: Path | str, *, busy_seconds: float) -> None:
        try:
            url = None if isinstance(where, Path) else make_url(where)
            if url is not None and (url.password is not None or "password" in url.query):
                # It would stand in lists of processes, shells' histories and `issuer.json`.
                raise InputError(
                    Reason.BAD_REGISTER, "no password in the address: put it into a .pgpass file"
                )
            if url is not None and url.get_backend_name() == "sqlite":
                where = Path(url.database or "")
            self._engine = _tables.connect(where, busy_seconds=busy_seconds)
        except (ArgumentError, ImportError):  # the URL may hold a password: it is not repeated
            raise InputError(Reason.BAD_REGISTER, "no database that can be reached") from None
        self._writing = _tables.for_writing(self._engine)
        self.where = where if isinstance(where, Path) else None  # None: a server keeps it

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One reading transaction. Raises: InputError REGISTER_BUSY or BAD_REGISTER."""
        with _translated(), self._engine.begin() as work:
            yield work

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction: all of it or, after any error, nothing.

        Raises: InputError REGISTER_BUSY or BAD_REGISTER.
        """
        with _translated(), self._writing.begin() as work:
            if work.dialect.name != "sqlite":
                # What BEGIN IMMEDIATE is to SQLite: one writer at a time. An empty database has no
                # tables to lock yet.
                work.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _WRITING_LOCK})
            yield work

    @contextmanager
    def issuing_alone(self) -> Iterator[None]:
        """Held by one issuing process at a time; set free by the system if that process dies.

        Raises: InputError REGISTER_BUSY (another one is issuing).
        """
        if self.where is None:
            with _translated(), self._engine.connect() as work:
                lock = text("SELECT pg_try_advisory_lock(:n)")
                if not work.execute(lock, {"n": _ISSUING_LOCK}).scalar_one():
                    raise InputError(Reason.REGISTER_BUSY, "another process is issuing")
                work.commit()
                try:
                    yield
                finally:  # the lock belongs to the connection, which goes back to its pool
                    work.execute(text("SELECT pg_advisory_unlock(:n)"), {"n": _ISSUING_LOCK})
                    work.commit()
            return
        # An empty database beside the register: its lock works wherever SQLite does.
        lock_file = self.where.with_name(self.where.name + "-issuing")
        lock_file.touch(mode=0o600)  # else anybody who sees the folder could hold the lock
        held = sqlite3.connect(lock_file, isolation_level=None, timeout=0)
        try:
            try:
                held.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                raise InputError(Reason.REGISTER_BUSY, "another process is issuing") from None
            yield
        finally:
            held.close()

    def forget_traces(self) -> None:
        """Write the log of changes back and cut it, so that it holds no older form of a row."""
        if self._engine.dialect.name == "sqlite":
            with _translated(), self._engine.connect() as work:
                work.exec_driver_sql("COMMIT")  # a checkpoint runs outside a transaction
                work.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
                work.exec_driver_sql("BEGIN")


def make_private_file(path: Path) -> None:
    """An empty file, readable by its owner only, for SQLite to fill.

    Raises: InputError WOULD_OVERWRITE or UNREADABLE_FILE (the caller's fault).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        if path.exists():
            raise InputError(Reason.WOULD_OVERWRITE, "it is there", file=str(path)) from None
        raise InputError(
            Reason.UNREADABLE_FILE, error.strerror or "can't be written", file=str(path)
        ) from None


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        # SQLite says it by code; "locked" also covers another connection of this process.
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise InputError(Reason.REGISTER_BUSY, "somebody else is writing") from None
        raise InputError(Reason.BAD_REGISTER, "the database refused: is it a register?") from None
    except SQLAlchemyError:
        raise InputError(Reason.BAD_REGISTER, "not a register, or a damaged one") from None
