"""Issuing: for each answered row its single-use copies, signed, into one file of JSON lines.

Killed at any moment and started again, no copy is issued twice and none is lost. Each batch decides
its status indices inside one transaction. Everything else that a copy says was decided before
(holder keys and references at the answer, the month at the run's start), and an Ed25519 signature
is a function of what it signs. So the file can be made again from the register, byte by byte, and
it is: a run that was cut short begins by writing the lines of every row that was committed. The
file gets its name only when it is whole; only then does the register forget the holders' keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from amana.keys import Randomness, SecretKey
from amana.reasons import Reason
from amana.strict_json import Json
from issuer._lines import CopySigner
from issuer._output import LineFile, refuse_to_overwrite
from issuer._run import Run
from issuer.issued import keep_digests
from issuer.purposes import Purposes
from issuer.register import Register
from trust_registry.issued import digest_of

__all__ = ["Issued", "Order", "issue", "issue_to_file"]

Progress = Callable[[int, int], None]  # rows done, rows in all
_LINES_AT_ONCE: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Issued:
    """What a run did. `skipped`: rows that could not be issued, and why; the others went on."""

    rows: int
    copies: int
    resumed: int  # how many of the rows an earlier run had committed before it was cut short
    skipped: tuple[tuple[str, Reason], ...]
    out: Path | None  # None if there was nothing to issue


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One copy to be made without a register: who holds it, what it says, where its status is."""

    subject: Mapping[str, Json] = field(repr=False)
    holder: str
    status_list_url: str
    index: int
    valid_until: date


def issue_to_file(
    orders: Iterable[Order],
    *,
    signer: SecretKey,
    issuer_did: str,
    verification_method: str,
    valid_from: date,
    out: Path,
) -> int:
    """Build and sign one copy for each order into a new file of JSON lines; returns how many.

    Raises: InputError WOULD_OVERWRITE or UNREADABLE_FILE (the caller's fault), or what
    `CopySigner.sign` raises. Not checked: the schema, and that indices differ.
    """
    copy_signer = CopySigner(
        signer=signer,
        issuer_did=issuer_did,
        verification_method=verification_method,
        valid_from=valid_from,
    )
    refuse_to_overwrite(out)
    count = 0
    with LineFile(out) as file:
        lines: list[bytes] = []
        for order in orders:
            place = ((order.holder, order.status_list_url, order.index),)
            lines += copy_signer.sign(order.subject, place, valid_until=order.valid_until)
            count += 1
            if len(lines) == _LINES_AT_ONCE:
                file.write(lines)
                lines.clear()
        file.write(lines)
        file.publish()
    return count


def issue(
    register: Register,
    *,
    signer: SecretKey,
    issuer_did: str,
    verification_method: str,
    status_base_url: str,
    purposes: Purposes,
    today: date,
    randomness: Randomness,
    out: Path,
    progress: Progress | None = None,
    after_commit: Callable[[int], None] | None = None,
    batch: int = 500,
) -> Issued:
    """Issue every accepted row and every nameless stand-in that is due, into the new file `out`.

    Status lists are named `<status_base_url>/status/<n>`. Copies are valid from the month of
    `today` (of the run's start, if it is resumed) until the row's retention month. A row that may
    not be issued is skipped with its reason, and stays where it is: RETENTION_PASSED;
    CONSENT_MISSING (no acceptance in the sealed content); BAD_PURPOSE (a claim that its purpose
    does not switch on, or no such purpose any more); SCHEMA_VIOLATION; BAD_REGISTER (changed).
    `after_commit` is told how many rows this run has committed, after each batch.

    Raises: InputError WOULD_OVERWRITE, UNREADABLE_FILE, REGISTER_BUSY, BAD_REGISTER, NO_FREE_INDEX.
    Not checked: that `signer` is a key of `issuer_did`; the registry pins those.
    """
    run = Run(
        register=register,
        purposes=purposes,
        status_base_url=status_base_url,
        randomness=randomness,
        batch=batch,
        today=today,
    )
    with register.issuing_alone():
        resumed, total = run.look()
        if not total:
            return Issued(rows=0, copies=0, resumed=0, skipped=(), out=None)
        if not resumed:
            refuse_to_overwrite(out)
        copy_signer = CopySigner(
            signer=signer,
            issuer_did=issuer_did,
            verification_method=verification_method,
            valid_from=run.start(),
        )
        done = written = 0
        digests = bytearray()
        with LineFile(out) as file:
            for step, committed in (
                (run.committed_before(), False),
                (run.commit_batches(), True),
            ):
                for ready in step:
                    if committed and after_commit is not None:
                        after_commit(run.newly_committed)
                    for row, places in ready:
                        lines = copy_signer.sign(row.subject, places, valid_until=row.valid_until)
                        file.write(lines)
                        written += len(lines)
                        for line in lines:
                            digests += digest_of(line)
                    done += len(ready)
                    if progress is not None:
                        progress(done + len(run.skipped), total)
            if done:
                # Before anything is out: a run that is cut short here keeps them once more.
                keep_digests(register, verification_method, digests)
                file.publish()
            else:
                file.discard()
        run.finish()
    return Issued(
        rows=done,
        copies=written,
        resumed=done - run.newly_committed,
        skipped=tuple(run.skipped),
        out=out if done else None,
    )
