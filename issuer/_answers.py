"""Writing answers down: new content, new state, and the keys that copies will be bound to."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from amana.did import key as did_key
from amana.errors import InputError
from amana.keys import Randomness, SecretKey
from amana.reasons import Reason
from amana.strict_json import Json
from issuer._tables import holders, registrations, seen_keys
from issuer.register import Register, State, place

__all__ = ["Answers", "card_key", "nameless_content", "put_holders"]

CHUNK: Final = 500
_REFERENCE_CHARS: Final = 10  # of base32: 50 bits


class Answers:
    """Answers of several rows, written together: new content, state, and keys of the copies."""

    def __init__(
        self, register: Register, work: Connection, state: State, randomness: Randomness
    ) -> None:
        self.register = register
        self._work = work
        self._state = state
        self._randomness = randomness
        self._contents: list[dict[str, object]] = []
        self._holders: dict[str, list[str]] = {}

    def add(self, row: Row[Any], content: dict[str, Json], keys: list[str] | None = None) -> None:
        """One row's new content and its holder keys; None stands for a card's."""
        sealed = self.register.key.seal(
            content,
            *place(row.id, row.purpose, row.notice_version, row.retention),
            randomness=self._randomness,
        )
        self._contents.append({"row": row.id, "sealed": sealed})
        self._holders[row.id] = [card_key(self._randomness)] if keys is None else keys

    def write(self) -> None:
        """Write what was added. Raises: InputError BAD_HOLDER_KEYS (whoever gave the keys)."""
        if not self._contents:
            return
        nameless = self._state == State.NAMELESS
        if nameless:  # keys of an acceptance that is withdrawn before anything was issued
            self._work.execute(
                delete(holders).where(holders.c.registration.in_(self._holders.keys()))
            )
        self._work.execute(
            update(registrations)
            .where(registrations.c.id == bindparam("row"))
            .values(state=self._state, nameless=nameless, content=bindparam("sealed")),
            self._contents,
        )
        put_holders(self.register, self._work, self._holders, self._randomness)
        self._contents.clear()
        self._holders.clear()


def put_holders(
    register: Register,
    work: Connection,
    keys_of_rows: Mapping[str, Sequence[str]],
    randomness: Randomness,
) -> None:
    """Keep the keys to which copies will be bound, each of them never seen before.

    Raises: InputError BAD_HOLDER_KEYS, with `row` (whoever gave the keys).
    """
    tags: dict[bytes, str] = {}
    for row_id, keys in keys_of_rows.items():
        for holder in keys:
            tag = _holder_tag(register, row_id, holder)
            if tag in tags:
                raise _key_again(row_id)
            tags[tag] = row_id
    for chunk in chunks(list(tags)):
        seen = work.execute(select(seen_keys.c.tag).where(seen_keys.c.tag.in_(chunk))).first()
        if seen is not None:
            raise _key_again(tags[bytes(seen.tag)])
    work.execute(insert(seen_keys), [{"tag": tag} for tag in tags])
    work.execute(
        insert(holders),
        [
            {
                "registration": row_id,
                "sealed": register.key.seal(
                    {"holders": list(keys)}, "holders", row_id, randomness=randomness
                ),
            }
            for row_id, keys in keys_of_rows.items()
        ],
    )


def nameless_content(entitlement: Json, randomness: Randomness) -> dict[str, Json]:
    """All that a nameless row holds: what the person is entitled to, and a random reference."""
    return {"entitlement": entitlement, "reference": new_reference(randomness)}


def card_key(randomness: Randomness) -> str:
    """The did:key of a paper card. Its secret half is gone when this returns.

    Such a card proves that it is genuine and nothing about who carries it.
    """
    return SecretKey.generate(randomness).public.did


def new_reference(randomness: Randomness) -> str:
    """Ten random characters of base32: what a card says instead of a person."""
    return base64.b32encode(randomness(_REFERENCE_CHARS))[:_REFERENCE_CHARS].decode("ascii")


def _holder_tag(register: Register, row_id: str, holder: str) -> bytes:
    try:
        return register.key.tag("holder", did_key.resolve(holder).raw)
    except InputError:
        raise InputError(Reason.BAD_HOLDER_KEYS, "not an Ed25519 did:key", row=row_id) from None


def _key_again(row_id: str) -> InputError:
    return InputError(Reason.BAD_HOLDER_KEYS, "each copy needs a key of its own", row=row_id)


_Item = TypeVar("_Item")


def chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Parts small enough for the number of parameters that databases take."""
    for at in range(0, len(items), CHUNK):
        yield items[at : at + CHUNK]
