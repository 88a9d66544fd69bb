"""Offers and answers. Intake only ever offers; the person accepts, or does not.

Whoever refuses, or never answers, keeps an equal entitlement without a name (C3, C62): the claims
are erased from the row at once, the entitlement class stays the very same, and a paper stand-in is
issued that holds a random reference instead of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Row, insert, select

from amana.dates import months_after
from amana.errors import InputError
from amana.keys import Randomness
from amana.reasons import Reason
from amana.strict_json import Json, as_object, loads
from issuer._answers import CHUNK, Answers, chunks, nameless_content, new_reference
from issuer._tables import registrations
from issuer.minimise import OfferDraft
from issuer.purposes import Purposes
from issuer.register import Register, State, find_many, month_of, new_row_id, place

__all__ = ["Acceptance", "Consent", "accept", "accept_many", "record_offers", "refuse"]

_HOLDER_KEYS_MAX: Final = 10_000


class Consent(StrEnum):
    """How a person said yes (C53). A witness stands by somebody who can neither sign nor tick."""

    SIGNATURE = "signature"
    TICK = "tick"
    VOICE = "voice"
    WITNESS = "witness"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What became of drafts: one row id for each, in their order, and how many rows are new."""

    row_ids: tuple[str, ...]
    new: int


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """One person's yes to one row, on a day, after being told notice `notice_version`.

    `holder_keys` are the did:keys of the person's wallet, one for each copy, more than enough being
    fine; None means paper: one card that holds no claim about the person.
    """

    row_id: str
    notice_version: str
    consent: Consent
    holder_keys: Sequence[str] | None


def record_offers(
    register: Register,
    drafts: Iterable[OfferDraft],
    *,
    source: bytes,
    purposes: Purposes,
    today: date,
    randomness: Randomness,
) -> Recorded:
    """Write drafts down as offers, each for one purpose and until its retention month.

    `source` is the digest of the file that they come from. The same file again, whole or after a
    crash, adds nothing: a keyed tag over file, household, person and purpose finds the row that is
    there. A file that was edited in between is another file, and makes offers of its own.

    Raises: InputError BAD_PURPOSE (a draft for a purpose that is not recorded: the caller's fault),
    REGISTER_BUSY or BAD_REGISTER.
    """
    row_ids: list[str] = []
    new = 0
    rest = iter(drafts)
    while chunk := list(islice(rest, CHUNK)):
        tags = [_intake_tag(register, source, draft) for draft in chunk]
        with register.write() as work:
            known: dict[bytes, str] = {
                bytes(row.intake_tag): row.id
                for row in work.execute(
                    select(registrations.c.intake_tag, registrations.c.id).where(
                        registrations.c.intake_tag.in_(tags)
                    )
                )
            }
            added: list[dict[str, Any]] = []
            for tag, draft in zip(tags, chunk, strict=True):
                if tag not in known:
                    row = _offer(register, draft, tag, purposes, today, randomness)
                    known[tag] = str(row["id"])
                    added.append(row)
                row_ids.append(known[tag])
            if added:
                # By random id: a database that keeps the order of insertion learns nothing from it.
                added.sort(key=itemgetter("id"))
                work.execute(insert(registrations), added)
        new += len(added)
    return Recorded(row_ids=tuple(row_ids), new=new)


def accept(
    register: Register,
    row_id: str,
    *,
    notice_version: str,
    consent: Consent,
    holder_keys: Sequence[str] | None,
    today: date,
    randomness: Randomness,
) -> None:
    """Record one acceptance; see `Acceptance` and `accept_many`."""
    accept_many(
        register,
        [
            Acceptance(
                row_id=row_id,
                notice_version=notice_version,
                consent=consent,
                holder_keys=holder_keys,
            )
        ],
        today=today,
        randomness=randomness,
    )


def accept_many(
    register: Register,
    acceptances: Sequence[Acceptance],
    *,
    today: date,
    randomness: Randomness,
) -> None:
    """Record acceptances: kind of consent, notice version and day, never an instant (C53, C68).

    All of them are recorded or, after any error, none.

    Raises: InputError, with `row` (the caller's fault): NO_SUCH_ROW; WRONG_STATE unless the row is
    an open offer; RETENTION_PASSED; CONSENT_MISSING when the person was told another notice than
    the purpose's own (C65); BAD_HOLDER_KEYS when a wallet's keys are too few, not did:keys,
    repeated, or were used in this register before.
    Not checked: that the person understood; and that whoever gave the keys holds their secrets,
    which every presentation proves.
    """
    with register.write() as work:
        answers = Answers(register, work, State.ACCEPTED, randomness)
        given: set[str] = set()
        for chunk in chunks(acceptances):
            rows = find_many(work, [acceptance.row_id for acceptance in chunk])
            for acceptance, row in zip(chunk, rows, strict=True):
                if row.id in given:
                    raise InputError(Reason.WRONG_STATE, "answered twice", row=row.id)
                given.add(row.id)
                _accept(answers, row, acceptance, today, randomness)
            answers.write()


def refuse(
    register: Register, row_ids: Iterable[str], *, today: date, randomness: Randomness
) -> int:
    """Take no consent for these rows, whether refused, withdrawn or never given (C3, C62).

    Their claims are erased now, and a nameless stand-in with the same entitlement is due to each.
    Nothing records which of these it was. Rows that are nameless already stay as they are; returns
    how many were changed. All of them, or after any error none.

    Raises: InputError, with `row` (the caller's fault): NO_SUCH_ROW, RETENTION_PASSED, or
    WRONG_STATE for a row whose copies are out (revoke those).
    """
    changed: set[str] = set()
    with register.write() as work:
        answers = Answers(register, work, State.NAMELESS, randomness)
        for chunk in chunks(list(row_ids)):
            for row in find_many(work, chunk):
                _in_time(row, today)
                if row.nameless or row.id in changed:
                    continue
                if row.state == State.ISSUED:
                    raise InputError(Reason.WRONG_STATE, "its copies are out", row=row.id)
                content = register.content(row)
                answers.add(row, nameless_content(content["entitlement"], randomness))
                changed.add(row.id)
            answers.write()
    register.forget_traces()
    return len(changed)


def read_holder_keys(data: bytes) -> tuple[str, ...]:
    """The did:keys of a wallet's file: `{"amana":"holder-keys","version":1,"holders":[…]}`.

    Raises: InputError BAD_HOLDER_KEYS or a syntax reason (whoever wrote the file).
    Not checked: that each of them is a good key; `accept_many` does that.
    """
    value = as_object(loads(data), Reason.BAD_HOLDER_KEYS)
    found = value.get("holders")
    if (
        value.get("amana") != "holder-keys"
        or value.get("version") != 1
        or type(found) is not list
        or not 0 < len(found) <= _HOLDER_KEYS_MAX
        or not all(type(holder) is str for holder in found)
    ):
        raise InputError(Reason.BAD_HOLDER_KEYS, "not a wallet's file of holder keys")
    return tuple(found)


def _intake_tag(register: Register, source: bytes, draft: OfferDraft) -> bytes:
    person = b"" if draft.person is None else str(draft.person).encode()
    parts = (source, str(draft.row).encode(), person, draft.purpose_id.encode())
    return register.key.tag("intake", *parts)


def _offer(
    register: Register,
    draft: OfferDraft,
    tag: bytes,
    purposes: Purposes,
    today: date,
    randomness: Randomness,
) -> dict[str, object]:
    try:
        purpose = purposes[draft.purpose_id]
    except KeyError:
        raise InputError(
            Reason.BAD_PURPOSE, "an offer for a purpose that nobody recorded"
        ) from None
    row_id = new_row_id(randomness)
    retention = month_of(months_after(today, purpose.retention_months))
    content: dict[str, Json] = {
        "entitlement": draft.entitlement,
        "copies": purpose.copies,
        "claims": dict(draft.claims),
        "selfStated": list(draft.self_stated),
        "checked": list(draft.checked),
    }
    return {
        "id": row_id,
        "intake_tag": tag,
        "purpose": purpose.id,
        "legal_basis": purpose.legal_basis,
        "notice_version": purpose.notice_version,
        "retention": retention,
        "state": State.OFFERED,
        "nameless": False,
        "content": register.key.seal(
            content,
            *place(row_id, purpose.id, purpose.notice_version, retention),
            randomness=randomness,
        ),
    }


def _accept(
    answers: Answers,
    row: Row[Any],
    acceptance: Acceptance,
    today: date,
    randomness: Randomness,
) -> None:
    _in_time(row, today)
    if row.state != State.OFFERED:
        raise InputError(Reason.WRONG_STATE, f"the row is {row.state}", row=row.id)
    if acceptance.notice_version != row.notice_version:
        raise InputError(Reason.CONSENT_MISSING, "the person was told another notice", row=row.id)
    content = answers.register.content(row)
    keys = acceptance.holder_keys
    content["consent"] = {
        "kind": Consent(acceptance.consent).value,
        "noticeVersion": acceptance.notice_version,
        "day": today.isoformat(),
        "way": "paper" if keys is None else "wallet",
    }
    if keys is None:
        content["reference"] = new_reference(randomness)
    elif len(keys) < content["copies"]:
        raise InputError(Reason.BAD_HOLDER_KEYS, f"{content['copies']} are needed", row=row.id)
    answers.add(row, content, None if keys is None else list(keys[: content["copies"]]))


def _in_time(row: Row[Any], today: date) -> None:
    if row.state == State.EXPIRED or row.retention <= month_of(today):
        raise InputError(Reason.RETENTION_PASSED, "the row's time is over", row=row.id)
