"""Parsers of lists: what a key has issued, and which stations were stolen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from random import Random

from amana.errors import AmanaError, InputError, RegistryError, VerificationError
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.strict_json import JsonObject, as_object, loads
from tests.parser_trials import EITHER, Parser, change_value, write
from tests.simulator import NOW, Issuer, Simulator
from trust_registry.backdating import issued_path, vouched_list
from trust_registry.issued import (
    build_issued_list,
    digest_of,
    is_issued_list,
    issued_list_issuer,
    issued_list_signer,
    issuer_signed_form,
    read_issued_list,
    standing_of,
)
from trust_registry.snapshot import Entry, Snapshot, State
from trust_registry.stolen import add_stolen, read_stolen

_ALL = (InputError, VerificationError, RegistryError)
_ISSUER = Issuer()
_LEAKED = (datetime(2026, 11, 10, tzinfo=UTC), State.COMPROMISED)


def _list(count: int) -> dict[str, object]:
    return build_issued_list(
        [digest_of(b"%d" % number) for number in range(count)],
        issuer=_ISSUER.did,
        key_id=_ISSUER.key_id,
        key=_ISSUER.key,
        verification_method=_ISSUER.key_id,
        valid_from=datetime(2026, 11, 1, tzinfo=UTC),
    )


def _read(data: bytes) -> None:
    """All that a collector and a client do with a list, whose digest the entry names or not."""
    if not is_issued_list(data):
        raise InputError(Reason.BAD_ISSUED_LIST, "not meant to be one")
    issued_list_issuer(data)
    issued_list_signer(data)
    entry = _ISSUER.entry()
    read_issued_list(data, entry=entry)
    path = issued_path(_ISSUER.key_id, entry.did)
    good = {_ISSUER.key_id: sha256(data).hexdigest()}
    vouched_list(data, path=path, entry=replace(entry, issued=good), at=NOW)


def _signed(random: Random) -> bytes:
    """A list that was changed before it was signed."""
    unsigned = {name: value for name, value in _list(3).items() if name != "proof"}
    changed = change_value(random, unsigned)
    try:
        signed = eddsa_jcs.sign(changed, key=_ISSUER.key, verification_method=_ISSUER.key_id)
    except (AmanaError, AttributeError, TypeError):  # nobody can sign that
        return write(changed)
    return write(signed)


@cache
def _fallen() -> tuple[JsonObject, Entry, Snapshot | None]:
    """A copy that stands in the list of a key that leaked, and what a verifier knows of it."""
    sim = Simulator()
    copy = sim.credential()
    sim.issuer.issued = [issuer_signed_form(copy)]
    sim.issuer.key_history.append(_LEAKED)
    return copy, sim.issuer.entry(), sim.snapshot()


def _standing(data: bytes) -> None:
    """Whether anything that somebody shows stands in the list of a key that leaked."""
    _, entry, snapshot = _fallen()
    against = standing_of(
        as_object(loads(data)),
        snapshot=snapshot,
        entry=entry,
        key=entry.keys[_ISSUER.key_id],
        issued=datetime(2026, 11, 1, tzinfo=UTC),
        now=NOW,
    )
    if against is not None:
        raise VerificationError(against)


def issued_parsers() -> dict[str, Parser]:
    return {
        "issued_list": Parser(
            _read, [write(_list(3)), write(_list(0))], _ALL, values=True, made=_signed
        ),
        "issued_standing": Parser(
            _standing, [write(_fallen()[0])], EITHER, values=True, most=100_000
        ),
        "issued_form": Parser(
            lambda data: issuer_signed_form(data.decode("utf-8", "surrogateescape")),
            [b"eyJhbGciOiJFZERTQSJ9.e30.AA", b"eyJhbGciOiJFZERTQSJ9.e30.AA~WyJhIl0~"],
        ),
        "stolen": Parser(
            read_stolen,
            [add_stolen(None, ["ABCDEFGH23", "ZZZZZZZZ77"]), add_stolen(None, [])],
            values=True,
        ),
    }
