"""Revoking, and the status lists that say so. A bit that was set is never cleared.

Nobody's proof is cancelled by one person or without a reason (C79): two officers and a reason are
recorded with every revocation, in a table that is only added to. The reason's words and the
officers are sealed, and go when the row's retention ends; the kind of cause and the day stay.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from amana.errors import InputError
from amana.keys import Randomness, SecretKey
from amana.reasons import Reason
from amana.status import build_status_list
from amana.strict_json import JsonObject
from issuer._answers import card_key, nameless_content, put_holders
from issuer._tables import copies, registrations, revocations, status_lists
from issuer.register import Register, State, find, new_row_id, place

__all__ = ["Cause", "Revocation", "build_status_lists", "replace_lost", "revocations_of", "revoke"]

_REASON_CHARS: Final = 500
_OFFICER_CHARS: Final = 64


class Cause(StrEnum):
    """The kind of reason, for counts that name nobody (C125)."""

    LOST = "lost"
    DAMAGED = "damaged"
    MISTAKE = "mistake"  # ours, in what was issued
    ASKED = "asked"  # the person wants it revoked
    MISUSE = "misuse"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Revocation:
    """One recorded revocation, opened for whoever answers an appeal."""

    cause: Cause
    day: str
    reason: str
    officers: tuple[str, ...]
    copies: int


def revoke(
    register: Register,
    row_id: str,
    *,
    cause: Cause,
    reason: str,
    officers: Sequence[str],
    today: date,
    randomness: Randomness,
    only: Sequence[tuple[int, int]] | None = None,
) -> int:
    """Revoke a row's copies, all of them or `only` some (list, index); returns how many are new.

    `officers` are two roles or staff ids. Copies that are revoked already stay so, and if nothing
    is new, nothing is recorded.

    Raises: InputError (the caller's fault): REASON_REQUIRED, TWO_OFFICERS_NEEDED, NO_SUCH_ROW,
    WRONG_STATE (no such copies of this row are out), RETENTION_PASSED (they led nowhere any more).
    Not checked: that the officers are who they say; the office that runs this answers for that.
    """
    signed = _accountable(reason, officers)
    with register.write() as work:
        row = find(work, row_id)
        return _revoke(register, work, row, cause, signed, today, randomness, only)


def replace_lost(
    register: Register,
    row_id: str,
    *,
    reason: str,
    officers: Sequence[str],
    today: date,
    randomness: Randomness,
) -> str:
    """Revoke what is lost, and let a nameless stand-in be due at once (C105); returns its row id.

    The new row has the same purpose, entitlement and retention, and nothing that leads back to the
    old one.

    Raises: InputError as `revoke`, and WRONG_STATE if all of it was revoked before.
    """
    signed = _accountable(reason, officers)
    with register.write() as work:
        row = find(work, row_id)
        content = register.content(row)
        if not _revoke(register, work, row, Cause.LOST, signed, today, randomness, None):
            # Else one lost card would bring a new one every time that somebody asked.
            raise InputError(Reason.WRONG_STATE, "revoked already", row=row.id)
        new_id = new_row_id(randomness)
        sealed = register.key.seal(
            nameless_content(content["entitlement"], randomness),
            *place(new_id, row.purpose, row.notice_version, row.retention),
            randomness=randomness,
        )
        work.execute(
            insert(registrations).values(
                id=new_id,
                purpose=row.purpose,
                legal_basis=row.legal_basis,
                notice_version=row.notice_version,
                retention=row.retention,
                state=State.NAMELESS,
                nameless=True,
                content=sealed,
            )
        )
        put_holders(register, work, {new_id: [card_key(randomness)]}, randomness)
    return new_id


def revocations_of(register: Register, row_id: str) -> tuple[Revocation, ...]:
    """What was revoked for this row, why and by whom; what retention erased is left out (C79).

    Every record is opened to find them: nothing in clear leads from a revocation to a row.

    Raises: InputError BAD_REGISTER.
    """
    with register.read() as work:
        records = work.execute(
            select(revocations)
            .where(revocations.c.content.is_not(None))
            .order_by(revocations.c.number)
        ).all()
    found = []
    for record in records:
        content = register.key.open(record.content, *_record_place(record._mapping))
        if content["row"] == row_id.lower():
            found.append(
                Revocation(
                    cause=Cause(record.cause),
                    day=record.day,
                    reason=content["reason"],
                    officers=tuple(content["officers"]),
                    copies=record.copies,
                )
            )
    return tuple(found)


def build_status_lists(
    register: Register,
    *,
    signer: SecretKey,
    issuer_did: str,
    verification_method: str,
    status_base_url: str,
    today: date,
) -> dict[int, JsonObject]:
    """Every status list of this register, signed, by number; `<status_base_url>/status/<n>`.

    Raises: InputError REGISTER_BUSY or BAD_REGISTER.
    Not checked: that `signer` is a key of `issuer_did`; the registry pins those.
    """
    with register.read() as work:
        numbers = work.execute(select(status_lists.c.number)).scalars().all()
        revoked: dict[int, list[int]] = {number: [] for number in sorted(numbers)}
        for copy in work.execute(
            select(copies.c.list, copies.c.position).where(copies.c.revoked.is_(True))
        ):
            revoked[copy.list].append(copy.position)
    return {
        number: build_status_list(
            indices,
            url=f"{status_base_url}/status/{number}",
            issuer=issuer_did,
            key=signer,
            verification_method=verification_method,
            valid_from=datetime.combine(today, time(), tzinfo=UTC),
        )
        for number, indices in revoked.items()
    }


def _accountable(reason: str, officers: Sequence[str]) -> tuple[str, list[str]]:
    reason = reason.strip()
    if not reason or len(reason) > _REASON_CHARS:
        raise InputError(Reason.REASON_REQUIRED, f"1 to {_REASON_CHARS} characters")
    names = [unicodedata.normalize("NFKC", officer).strip() for officer in officers]
    different = {name.casefold() for name in names}
    if len(names) != 2 or len(different) != 2 or "" in different:
        raise InputError(Reason.TWO_OFFICERS_NEEDED, "two different officers are needed")
    if any(len(name) > _OFFICER_CHARS for name in names):
        raise InputError(Reason.TWO_OFFICERS_NEEDED, "a role or a staff id is short")
    return reason, names


def _revoke(
    register: Register,
    work: Connection,
    row: Row[Any],
    cause: Cause,
    signed: tuple[str, list[str]],
    today: date,
    randomness: Randomness,
    only: Sequence[tuple[int, int]] | None,
) -> int:
    if row.state == State.EXPIRED:
        raise InputError(Reason.RETENTION_PASSED, "its copies have expired as well", row=row.id)
    out = {
        (copy.list, copy.position): copy.revoked
        for copy in work.execute(select(copies).where(copies.c.registration == row.id))
    }
    wanted = list(out) if only is None else list(dict.fromkeys(only))
    if not wanted or not out.keys() >= set(wanted):
        raise InputError(Reason.WRONG_STATE, "no such copies of it are out", row=row.id)
    new = [copy for copy in wanted if not out[copy]]
    if not new:
        return 0
    work.execute(
        update(copies)
        .where(or_(*((copies.c.list == n) & (copies.c.position == i) for n, i in new)))
        .values(revoked=True)
    )
    last = work.execute(select(func.coalesce(func.max(revocations.c.number), 0))).scalar_one()
    record: dict[str, Any] = {
        "number": last + 1,
        "cause": Cause(cause).value,
        "day": today.isoformat(),
        "copies": len(new),
        "retention": row.retention,
    }
    reason, officers = signed
    content: JsonObject = {"row": row.id, "reason": reason, "officers": officers}
    record["content"] = register.key.seal(content, *_record_place(record), randomness=randomness)
    work.execute(insert(revocations).values(record))
    return len(new)


def _record_place(record: Any) -> tuple[str, ...]:
    """What a record's sealed part is bound to: its clear columns can't be changed around it."""
    names = ("number", "cause", "day", "copies", "retention")
    return ("revocations", *(str(record[name]) for name in names))
