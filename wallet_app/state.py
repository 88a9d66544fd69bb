"""What one profile of a vault holds, as a frozen value, and its bytes inside the vault.

Kept: the seed, how many keys were given out, the proofs not shown yet, and the numbers of the
copies that were shown. Not kept: who asked, when, or for what (C68, C70).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Final

from amana.credential import Credential, check_credential
from amana.errors import InputError, VaultError
from amana.jcs import canonical
from amana.keys import Randomness
from amana.limits import LIMITS, Limits
from amana.multibase import decode_base64url, encode_base64url
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from wallet_app.seed import SEED_BYTES

__all__ = ["CHECKED", "Held", "State", "read_state", "write_state"]

CHECKED: Final = "checked"
_KIND: Final = "wallet-profile"
_VERSION: Final = 1
_MEMBERS: Final = frozenset(["amana", "version", "seed", "counter", "spent", "proofs"])


@dataclass(frozen=True, kw_only=True)
class Held:
    """One copy of a proof. `issuer` is `checked`, or the `Reason` why its issuer is not known."""

    copy: int
    issuer: str
    credential: Credential = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class State:
    """One profile. `counter` keys were given out; the copies in `spent` have been shown."""

    seed: bytes = field(repr=False)
    counter: int = 0
    spent: frozenset[int] = frozenset()
    proofs: tuple[Held, ...] = field(default=(), repr=False)

    @classmethod
    def new(cls, randomness: Randomness) -> State:
        """An empty profile with a new seed."""
        return cls(seed=randomness(SEED_BYTES))


def write_state(state: State) -> bytes:
    """The bytes of `state`, for the inside of a vault and nowhere else: they hold the seed.

    Raises: VaultError VAULT_FULL for more than `read_state` would take: proofs that shrink well fit
    into a vault's area and could never be opened again.
    """
    document: JsonObject = {
        "amana": _KIND,
        "version": _VERSION,
        "seed": encode_base64url(state.seed),
        "counter": state.counter,
        "spent": sorted(state.spent),
        "proofs": [
            {"copy": held.copy, "issuer": held.issuer, "document": held.credential.document}
            for held in state.proofs
        ],
    }
    written = canonical(document)
    if len(written) >= LIMITS.wallet_state_bytes:
        raise VaultError(Reason.VAULT_FULL, "more proofs than this wallet can hold")
    return zlib.compress(written)


def read_state(data: bytes, *, limits: Limits = LIMITS) -> State:
    """Reverse `write_state`.

    Raises: VaultError BAD_VAULT (another version wrote it, or it was never written by us). Nothing
    of its content is told. Not checked: the issuers' proofs, which were checked on the way in.
    """
    try:
        return _parsed(as_object(loads(_inflated(data, limits), limits=_inside(limits))))
    except (InputError, KeyError, TypeError, zlib.error):
        raise VaultError(Reason.BAD_VAULT, "what it holds can't be read by this version") from None


def _inflated(data: bytes, limits: Limits) -> bytes:
    inflater = zlib.decompressobj()
    written = inflater.decompress(data, limits.wallet_state_bytes)
    if not inflater.eof:
        raise InputError(Reason.TOO_LARGE, "cut short, or larger than a profile may be")
    return written


def _inside(limits: Limits) -> Limits:
    """A whole profile may be larger than one document of a stranger, and a level deeper or two."""
    most = limits.wallet_state_bytes
    return Limits(json_bytes=most, json_values=most, json_depth=limits.json_depth + 3)


def _parsed(document: JsonObject) -> State:
    if (
        document.keys() != _MEMBERS
        or document["amana"] != _KIND
        or document["version"] != _VERSION
        or type(document["proofs"]) is not list
        or type(document["spent"]) is not list
    ):
        raise InputError(Reason.BAD_VAULT)
    counter = _number(document["counter"], LIMITS.integer)
    seed = decode_base64url(document["seed"])
    if len(seed) != SEED_BYTES:
        raise InputError(Reason.BAD_VAULT)
    return State(
        seed=seed,
        counter=counter,
        spent=frozenset(_number(copy, counter) for copy in document["spent"]),
        proofs=tuple(_held(entry, counter) for entry in document["proofs"]),
    )


def _held(entry: Json, counter: int) -> Held:
    if type(entry["issuer"]) is not str:
        raise InputError(Reason.BAD_VAULT)
    return Held(
        copy=_number(entry["copy"], counter),
        issuer=entry["issuer"],
        credential=check_credential(entry["document"]),
    )


def _number(value: Json, below: int) -> int:
    if type(value) is not int or not 0 <= value < below:
        raise InputError(Reason.BAD_VAULT)
    return value
