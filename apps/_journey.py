"""The first half of the demo: a workbook becomes offers, people answer, and proofs are issued."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal

from amana.cli import write_file
from amana.jcs import canonical
from amana.strict_json import JsonObject, as_object, loads
from apps._cast import Cast
from issuer.intake import Registrations
from issuer.issue import issue
from issuer.minimise import DroppedReport, OfferDraft, minimise, total
from issuer.offer import Acceptance, Consent, accept_many, record_offers, refuse
from issuer.purposes import Level, Purposes
from issuer.register import Register
from issuer.revoke import Cause, build_status_lists, revoke
from trust_registry.client import load
from trust_registry.snapshot import Snapshot
from wallet_app.actions import receive_all, request_keys
from wallet_app.state import State

__all__ = ["Household", "Journey", "Way", "travel"]

Way = Literal["wallet", "paper", "refused", "silent"]
WALLET: Final[Way] = "wallet"
PAPER: Final[Way] = "paper"
REFUSED: Final[Way] = "refused"
SILENT: Final[Way] = "silent"
# The script of the demo: who chooses what, household after household.
_SCRIPT: Final[tuple[Way, ...]] = (WALLET, PAPER, WALLET, REFUSED, WALLET, PAPER, SILENT)
_CONSENTS: Final = (Consent.TICK, Consent.VOICE, Consent.SIGNATURE, Consent.WITNESS)


@dataclass(kw_only=True)
class Household:
    """One household's way through the demo. It has no name."""

    way: Way
    drafts: tuple[OfferDraft, ...] = field(repr=False)
    row_ids: tuple[str, ...] = ()
    wallet: State | None = field(repr=False, default=None)
    credentials: list[JsonObject] = field(repr=False, default_factory=list)

    def offers(self) -> Iterator[tuple[str, OfferDraft]]:
        """Row id and draft of each of its offers."""
        return zip(self.row_ids, self.drafts, strict=True)

    def holds(self, purpose: str) -> bool:
        """Whether its wallet has an unused copy for `purpose`."""
        return self.wallet is not None and any(
            proof.credential.subjects[0].get("purpose") == purpose for proof in self.wallet.proofs
        )


@dataclass(kw_only=True)
class Journey:
    """What the first half leaves behind."""

    registrations: Registrations = field(repr=False)
    purposes: Purposes
    households: list[Household] = field(repr=False)
    dropped: DroppedReport
    notes: dict[str, int]
    copies: int
    revoked: Household | None  # None if fewer than two households have a wallet
    snapshot: Snapshot

    def by_way(self, way: Way) -> list[Household]:
        """The households that went this way."""
        return [household for household in self.households if household.way == way]


def travel(
    registrations: Registrations,
    *,
    cast: Cast,
    out: Path,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> Journey:
    """Take registrations in, let people answer as the script says, issue, revoke one, publish.

    Raises: AmanaError of the room where something fails.
    """
    today, purposes = now.date(), cast.office.purposes
    households, dropped, notes = _minimised(registrations, purposes, today)
    office, signer = cast.office, cast.issuer.key
    with office:
        register = office.register
        _offer(register, households, registrations.digest, purposes, today)
        _answer(register, households, purposes, today)
        issued = office.folder / "issued.jsonl"
        done = issue(
            register,
            signer=signer,
            issuer_did=office.did,
            verification_method=office.verification_method,
            status_base_url=office.status_base_url,
            purposes=purposes,
            today=today,
            randomness=os.urandom,
            out=issued,
            progress=progress,
        )
        credentials = []
        if done.out is not None:
            credentials = [as_object(loads(line)) for line in issued.read_bytes().splitlines()]
            # Handed over to the people whom they are about, and kept nowhere else.
            issued.unlink()
        _hand_over(register, credentials, households)
        revoked = _revoke_one(register, households, today)
        for number, status_list in build_status_lists(
            register,
            signer=signer,
            issuer_did=office.did,
            verification_method=office.verification_method,
            status_base_url=office.status_base_url,
            today=today,
        ).items():
            data = canonical(status_list)
            write_file(office.folder / "status" / f"{number}.json", data)
            cast.consortium.collect_status(data, now=now)
        register.forget_traces()
    cast.consortium.publish(signers=cast.consortium.founders[:2], now=now)
    snapshot = load(
        cast.consortium.published,
        root=cast.consortium.anchor,
        cache=out / "station" / "registry",
        now=now,
    )
    for household in households:
        if household.wallet is not None:
            received = receive_all(
                household.wallet, household.credentials, snapshot=snapshot, now=now
            )
            household.wallet = received.state
    return Journey(
        registrations=registrations,
        purposes=purposes,
        households=households,
        dropped=dropped,
        notes=notes,
        copies=done.copies,
        revoked=revoked,
        snapshot=snapshot,
    )


def _minimised(
    registrations: Registrations, purposes: Purposes, today: date
) -> tuple[list[Household], DroppedReport, dict[str, int]]:
    households: list[Household] = []
    reports: list[DroppedReport] = []
    notes: dict[str, int] = {}
    for place, raw in enumerate(registrations.households):
        minimised = minimise(raw, purposes=purposes, today=today)
        reports.append(minimised.dropped)
        for note in minimised.notes:
            notes[note.kind.value] = notes.get(note.kind.value, 0) + 1
        households.append(
            Household(way=_SCRIPT[place % len(_SCRIPT)], drafts=tuple(minimised.drafts))
        )
    return households, total(reports), notes


def _offer(
    register: Register,
    households: list[Household],
    source: bytes,
    purposes: Purposes,
    today: date,
) -> None:
    recorded = record_offers(
        register,
        [draft for household in households for draft in household.drafts],
        source=source,
        purposes=purposes,
        today=today,
        randomness=os.urandom,
    )
    row_ids = iter(recorded.row_ids)
    for household in households:
        household.row_ids = tuple(next(row_ids) for _ in household.drafts)


def _answer(
    register: Register, households: list[Household], purposes: Purposes, today: date
) -> None:
    """Yes with a wallet, yes on paper, no, or no answer at all, which is never a yes."""
    acceptances: list[Acceptance] = []
    refusals: list[str] = []
    for place, household in enumerate(households):
        if household.way in (REFUSED, SILENT):
            refusals += household.row_ids
            continue
        if household.way == WALLET:
            household.wallet = State.new(os.urandom)
        for row_id, draft in household.offers():
            purpose = purposes[draft.purpose_id]
            keys: tuple[str, ...] | None = None
            if household.wallet is not None:
                household.wallet, keys = request_keys(household.wallet, purpose.copies)
            acceptances.append(
                Acceptance(
                    row_id=row_id,
                    notice_version=purpose.notice_version,
                    consent=_CONSENTS[place % len(_CONSENTS)],
                    holder_keys=keys,
                )
            )
    accept_many(register, acceptances, today=today, randomness=os.urandom)
    refuse(register, refusals, today=today, randomness=os.urandom)


def _revoke_one(register: Register, households: list[Household], today: date) -> Household | None:
    """The last household with a wallet loses its food proof: a mistake, and appealed since."""
    holders = [one for one in households if one.wallet is not None]
    if len(holders) < 2:
        return None
    household = holders[-1]
    row_id = next(row_id for row_id, draft in household.offers() if draft.level is Level.HOUSEHOLD)
    revoke(
        register,
        row_id,
        cause=Cause.MISTAKE,
        reason="registered twice by mistake",
        officers=("registration officer", "protection officer"),
        today=today,
        randomness=os.urandom,
    )
    return household


def _hand_over(
    register: Register, credentials: list[JsonObject], households: list[Household]
) -> None:
    """Everybody gets what was issued for her or his own rows, found by its place in a list."""
    by_place = {int(one["credentialStatus"]["statusListIndex"]): one for one in credentials}
    for household in households:
        household.credentials = [
            by_place[copy.index]
            for row_id in household.row_ids
            for copy in register.row(row_id).copies
        ]
