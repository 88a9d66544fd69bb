"""The register's tables, and how a connection to them behaves. No rule about people lives here.

SQL is SQLAlchemy's, so that a PostgreSQL URL works as SQLite does. Rows are stored in the order of
their random ids (`WITHOUT ROWID`): the order in which a family was registered is not kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
)
from sqlalchemy.engine import URL, Connection

__all__ = ["connect", "metadata"]

ID_CHARS: Final = 26  # 16 random bytes in base32
_WRITING: Final = "amana_writing"

metadata: Final = MetaData()

about: Final = Table(
    "about",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),  # this table has one row
    Column("version", Integer, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("proof", LargeBinary, nullable=False),  # opens only with this register's own key
    Column("issuing_month", String(7)),  # set while an issuing run is unfinished
)

# Clear columns hold what queries need, and nothing that says who somebody is.
registrations: Final = Table(
    "registrations",
    metadata,
    Column("id", String(ID_CHARS), primary_key=True),
    Column("intake_tag", LargeBinary, unique=True),
    Column("purpose", String(64), nullable=False),
    Column("legal_basis", String(1000), nullable=False),
    Column("notice_version", String(64), nullable=False),
    Column("retention", String(7), nullable=False),  # the first month in which it is gone
    Column("state", String(8), nullable=False),
    Column("nameless", Boolean, nullable=False),
    Column("content", LargeBinary),  # sealed; gone after retention
    Index("registrations_by_state", "state", "id"),
    sqlite_with_rowid=False,
)

# Keys that copies will be bound to. A row lives here from the answer to the end of its issuing run:
# afterwards nothing in the register leads from a holder's key to a person.
holders: Final = Table(
    "holders",
    metadata,
    Column("registration", String(ID_CHARS), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
seen_keys: Final = Table(
    "seen_keys",
    metadata,
    Column("tag", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

status_lists: Final = Table(
    "status_lists",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("used", Integer, nullable=False),
)
copies: Final = Table(
    "copies",
    metadata,
    Column("list", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("registration", String(ID_CHARS), index=True),  # cut when retention ends
    Column("revoked", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
# What each key signed, as digests one after another, so that it outlives the key (design, 6).
issued: Final = Table(
    "issued",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("method", String(600), nullable=False),
    Column("digests", LargeBinary, nullable=False),
)
revocations: Final = Table(
    "revocations",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("cause", String(16), nullable=False),
    Column("day", String(10), nullable=False),
    Column("copies", Integer, nullable=False),
    Column("retention", String(7), nullable=False),
    Column("content", LargeBinary),  # sealed: reason, officers, which row
)

# What must never happen is refused by SQLite too, whoever writes to it; a server's own roles and
# rights have to say the same.
_RULES: Final = {
    "copies_stay": """
        BEFORE DELETE ON copies
        BEGIN SELECT RAISE(ABORT, 'a status index is never reused'); END""",
    "revoked_stays": """
        BEFORE UPDATE ON copies
        WHEN NEW.list <> OLD.list OR NEW.position <> OLD.position OR NEW.revoked < OLD.revoked
        BEGIN SELECT RAISE(ABORT, 'a revoked copy stays revoked'); END""",
    "issued_stays": """
        BEFORE DELETE ON issued
        BEGIN SELECT RAISE(ABORT, 'what was issued stays issued'); END""",
    "issued_stands": """
        BEFORE UPDATE ON issued
        BEGIN SELECT RAISE(ABORT, 'what was issued stays issued'); END""",
    "revocations_stay": """
        BEFORE DELETE ON revocations
        BEGIN SELECT RAISE(ABORT, 'revocations are only added'); END""",
    "revocations_stand": """
        BEFORE UPDATE ON revocations
        WHEN NEW.content IS NOT NULL OR NEW.number <> OLD.number OR NEW.cause <> OLD.cause
        OR NEW.day <> OLD.day OR NEW.copies <> OLD.copies OR NEW.retention <> OLD.retention
        BEGIN SELECT RAISE(ABORT, 'revocations are only added'); END""",
}
for _name, _rule in _RULES.items():
    event.listen(
        # With their own table, which a register from before it may get later.
        issued if _name.startswith("issued_") else metadata,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER {_name} {_rule}"
        ).execute_if(dialect="sqlite"),
    )


def connect(where: Path | str, *, busy_seconds: float) -> Engine:
    """An engine for a SQLite file (a path) or for a server by its URL.

    SQLite: write-ahead log; `synchronous=FULL`, since an acceptance, a refusal or a revocation that
    staff were told about must survive a power cut (one flush a commit, and issuing commits 500
    rows at once); `secure_delete`, so that erased content is overwritten and not merely unlinked.
    """
    # Parameters are hidden from error texts: they hold what is being written.
    if isinstance(where, str):
        return create_engine(where, hide_parameters=True)
    engine = create_engine(
        URL.create("sqlite", database=str(where)),
        hide_parameters=True,
        connect_args={"timeout": busy_seconds},
    )

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, below
        for setting in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {setting}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once: two that read first and write later would dead-lock.
        writing = connection.get_execution_options().get(_WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def for_writing(engine: Engine) -> Engine:
    """The same engine, for transactions that are going to write."""
    return engine.execution_options(**{_WRITING: True})
