"""Offers and answers. Intake only ever offers; the person accepts, or does not.

Whoever refuses, or never answers, keeps an equal entitlement without a name (C3, C62): the claims
are erased from the row at once, the entitlement class stays the very same, and a paper stand-in is
issued that holds a random reference instead of a person.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from amana.dates import months_after
from amana.did import key as did_key
from amana.errors import InputError
from amana.keys import Randomness, SecretKey
from amana.reasons import Reason
from amana.strict_json import Json, as_object, loads
from issuer._tables import holders, registrations, seen_keys
from issuer.minimise import OfferDraft
from issuer.purposes import Purposes
from issuer.register import Register, State, find, month_of, new_row_id, place

__all__ = ["Acceptance", "Consent", "accept", "accept_many", "record_offers", "refuse"]

_HOLDER_KEYS_MAX: Final = 10_000
_REFERENCE_BYTES: Final = 6  # 10 characters of base32 are 50 bits


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
    batch: int = 500,
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
    while chunk := list(islice(rest, batch)):
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
            added: list[dict[str, object]] = []
            for tag, draft in zip(tags, chunk, strict=True):
                if tag not in known:
                    row = _offer(register, draft, tag, purposes, today, randomness)
                    known[tag] = str(row["id"])
                    added.append(row)
                row_ids.append(known[tag])
            if added:
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
        for acceptance in acceptances:
            _accept(register, work, acceptance, today, randomness)


def refuse(
    register: Register, row_ids: Iterable[str], *, today: date, randomness: Randomness
) -> int:
    """Take no consent for these rows, whether refused, withdrawn or never given (C3, C62).

    Their claims are erased now, and a nameless stand-in with the same entitlement is due to each.
    Nothing records which of these it was. Rows that are nameless already stay as they are; returns
    how many were changed. All of them, or after any error none.

    Raises: InputError NO_SUCH_ROW, WRONG_STATE for a row whose copies are out (revoke those), or
    RETENTION_PASSED (the caller's fault).
    """
    changed = 0
    with register.write() as work:
        for row_id in row_ids:
            row = find(work, row_id)
            if row.nameless and row.state != State.EXPIRED:
                continue
            if row.state == State.ISSUED:
                raise InputError(Reason.WRONG_STATE, "its copies are out: revoke them", row=row.id)
            content = register.content(row)
            work.execute(delete(holders).where(holders.c.registration == row.id))
            work.execute(
                update(registrations)
                .where(registrations.c.id == row.id)
                .values(
                    state=State.NAMELESS,
                    nameless=True,
                    content=register.key.seal(
                        _without_person(content, randomness),
                        *place(row.id, row.purpose, row.notice_version, row.retention),
                        randomness=randomness,
                    ),
                )
            )
            give_card_key(register, work, row.id, randomness)
            changed += 1
    register.forget_traces()
    return changed


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


def give_card_key(
    register: Register, work: Connection, row_id: str, randomness: Randomness
) -> None:
    """Bind a paper card to a fresh key whose secret half is gone when this returns.

    Such a card proves that it is genuine and nothing about who carries it.
    """
    _put_holders(register, work, row_id, [SecretKey.generate(randomness).public.did], randomness)


def new_reference(randomness: Randomness) -> str:
    """Ten random characters of base32: what a card says instead of a person."""
    drawn = randomness(_REFERENCE_BYTES + 1)
    return base64.b32encode(drawn)[:10].decode("ascii")


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
    register: Register,
    work: Connection,
    acceptance: Acceptance,
    today: date,
    randomness: Randomness,
) -> None:
    row = find(work, acceptance.row_id)
    if row.state == State.EXPIRED or row.retention <= month_of(today):
        raise InputError(Reason.RETENTION_PASSED, "the offer's time is over", row=row.id)
    if row.state != State.OFFERED:
        raise InputError(Reason.WRONG_STATE, f"the row is {row.state}", row=row.id)
    if acceptance.notice_version != row.notice_version:
        raise InputError(Reason.CONSENT_MISSING, "the person was told another notice", row=row.id)
    content = register.content(row)
    content["consent"] = {
        "kind": Consent(acceptance.consent).value,
        "noticeVersion": acceptance.notice_version,
        "day": today.isoformat(),
        "way": "paper" if acceptance.holder_keys is None else "wallet",
    }
    if acceptance.holder_keys is None:
        content["reference"] = new_reference(randomness)
        give_card_key(register, work, row.id, randomness)
    else:
        keys = list(acceptance.holder_keys)[: content["copies"]]
        if len(keys) < content["copies"]:
            raise InputError(
                Reason.BAD_HOLDER_KEYS, f"{content['copies']} keys are needed", row=row.id
            )
        _put_holders(register, work, row.id, keys, randomness)
    work.execute(
        _ACCEPTED,
        {
            "row": row.id,
            "new_content": register.key.seal(
                content,
                *place(row.id, row.purpose, row.notice_version, row.retention),
                randomness=randomness,
            ),
        },
    )


_ACCEPTED: Final = (
    update(registrations)
    .where(registrations.c.id == bindparam("row"))
    .values(state=State.ACCEPTED.value, content=bindparam("new_content"))
)


def _put_holders(
    register: Register,
    work: Connection,
    row_id: str,
    keys: Sequence[str],
    randomness: Randomness,
) -> None:
    """Raises: InputError BAD_HOLDER_KEYS (whoever gave the keys)."""
    tags: list[bytes] = []
    for holder in keys:
        try:
            tags.append(register.key.tag("holder", did_key.resolve(holder).raw))
        except InputError:
            raise InputError(Reason.BAD_HOLDER_KEYS, "not an Ed25519 did:key", row=row_id) from None
    seen = work.execute(select(seen_keys.c.tag).where(seen_keys.c.tag.in_(tags))).first()
    if len(set(tags)) < len(tags) or seen is not None:
        raise InputError(Reason.BAD_HOLDER_KEYS, "each copy needs a key of its own", row=row_id)
    work.execute(insert(seen_keys), [{"tag": tag} for tag in tags])
    sealed = register.key.seal({"holders": list(keys)}, "holders", row_id, randomness=randomness)
    work.execute(insert(holders).values(registration=row_id, sealed=sealed))


def _without_person(content: dict[str, Json], randomness: Randomness) -> dict[str, Json]:
    return {"entitlement": content["entitlement"], "reference": new_reference(randomness)}
