"""What each of the issuer's keys has signed, kept as digests, and the list the consortium collects.

If a key is ever stolen, only what stands in a list that was collected before stays good (design,
section 6). A digest is half a hash of the whole signed copy, random bytes and all: it leads from no
list to a person, and whoever can look one up holds the copy already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time

from sqlalchemy import insert, inspect, select

from amana.keys import SecretKey
from amana.strict_json import JsonObject
from issuer._tables import issued
from issuer.register import Register
from trust_registry.issued import build_issued_list, digest_of
from trust_registry.snapshot import DIGEST_BYTES

__all__ = ["build_list", "keep_issued"]

_AT_ONCE = 65_536  # digests in one row: one megabyte


def keep_issued(register: Register, method: str, signed: Iterable[bytes]) -> None:
    """Keep the digests of what the key `method` signed: its issuer-signed forms.

    They are kept in their own order, which is as good as random: not in that of issuing.

    Raises: InputError REGISTER_BUSY or BAD_REGISTER.
    """
    keep_digests(register, method, b"".join(digest_of(form) for form in signed))


def keep_digests(register: Register, method: str, digests: bytes | bytearray) -> None:
    """The same for digests one after another."""
    ordered = sorted(_each(digests))
    with register.write() as work:
        # A register that was made before there were such lists gets its table now.
        if not inspect(work).has_table(issued.name):
            issued.create(work)
        for start in range(0, len(ordered), _AT_ONCE):
            chunk = b"".join(ordered[start : start + _AT_ONCE])
            work.execute(insert(issued).values(method=method, digests=chunk))


def build_list(
    register: Register,
    *,
    signer: SecretKey,
    issuer_did: str,
    verification_method: str,
    today: date,
) -> JsonObject:
    """The signed list of everything that `verification_method` has issued out of this register.

    Raises: InputError TOO_LARGE, REGISTER_BUSY or BAD_REGISTER.
    """
    with register.read() as work:
        known = inspect(work).has_table(issued.name)
        query = select(issued.c.digests).where(issued.c.method == verification_method)
        kept = list(work.execute(query).scalars()) if known else []
    return build_issued_list(
        (digest for digests in kept for digest in _each(digests)),
        issuer=issuer_did,
        key_id=verification_method,
        key=signer,
        verification_method=verification_method,
        valid_from=datetime.combine(today, time(), tzinfo=UTC),
    )


def _each(digests: bytes | bytearray) -> Iterator[bytes]:
    for start in range(0, len(digests), DIGEST_BYTES):
        yield bytes(digests[start : start + DIGEST_BYTES])
