"""What a person can do with a wallet: from a state and a question to a new state and an answer.

No clock, no disk, no screen: whoever calls saves the new state *before* anything leaves the
wallet. That order makes a copy single-use even if the phone dies in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from amana.challenge import Challenge
from amana.credential import check_credential
from amana.errors import AmanaError, InputError, VaultError, VerificationError
from amana.limits import LIMITS
from amana.presentation import build_presentation
from amana.purpose import KIND, claims_of
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject
from trust_registry.snapshot import Snapshot
from wallet_app.seed import copy_key, holders
from wallet_app.state import CHECKED, Held, State
from wallet_app.trust import look, name_of, seen_issuer

__all__ = ["answer", "list_proofs", "receive", "receive_all", "request_keys"]

_FOREVER: Final = "9999-12"


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came of a batch. `refused` gives the place in the batch, from 0, and the error."""

    state: State
    kept: int = 0
    known: int = 0
    refused: tuple[tuple[int, AmanaError], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Copies of one proof, summed up without the value of any claim.

    `until` is a month (`2027-03`) or None; `issuer_standing` is `checked` or the `Reason` why the
    issuer is not known. Whatever the proof is, it is no legal identity and no asylum status (C81).
    """

    kind: str
    purpose: str | None
    issuer: str
    issuer_name: str | None
    issuer_standing: str
    until: str | None
    copies: int
    claims: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A presentation, and the state to be saved before it is shown."""

    state: State
    presentation: JsonObject = field(repr=False)
    claims: tuple[str, ...]
    warnings: tuple[Reason, ...] = ()


def request_keys(state: State, count: int) -> tuple[State, tuple[str, ...]]:
    """`count` fresh holder DIDs to give to an issuer; save the state before giving them out.

    Raises: InputError TOO_LARGE if the profile would then have given out more than it may
    (the caller's fault).
    """
    following = state.counter + count
    if count < 1 or following > LIMITS.wallet_keys:
        raise InputError(Reason.TOO_LARGE, f"1 to {LIMITS.wallet_keys} keys in all")
    given = holders(state.seed, range(state.counter, following))
    return replace(state, counter=following), tuple(given)


def receive(
    state: State, document: Json, *, snapshot: Snapshot | None = None, now: datetime
) -> State:
    """Keep one credential, or return the very same state if it is held already.

    Checked: its form; that its subject is a key of this profile; the issuer's signature and
    standing, as far as the registry knows them (what is unknown is kept and marked); its dates.

    Raises: InputError (the document's author); VaultError NOT_MINE or ALREADY_USED;
    VerificationError EXPIRED, BAD_SIGNATURE, KEY_NOT_OF_ISSUER… (the issuer).
    Not checked: schema, status, and whether its claims are true.
    """
    return _receive(state, document, _mine(state), snapshot=snapshot, now=now)


def receive_all(
    state: State,
    documents: Sequence[Json | AmanaError],
    *,
    snapshot: Snapshot | None = None,
    now: datetime,
) -> Received:
    """Keep every good credential of a batch; a bad one is told and stops nobody else's.

    An item that is already an error (a line that could not be read) is passed on as it is.
    """
    mine = _mine(state)
    kept = known = 0
    refused: list[tuple[int, AmanaError]] = []
    for place, document in enumerate(documents):
        try:
            if isinstance(document, AmanaError):
                raise document
            following = _receive(state, document, mine, snapshot=snapshot, now=now)
        except AmanaError as error:
            refused.append((place, error))
            continue
        kept += following is not state
        known += following is state
        state = following
    return Received(state=state, kept=kept, known=known, refused=tuple(refused))


def list_proofs(state: State, *, snapshot: Snapshot | None = None) -> tuple[Summary, ...]:
    """What is held, summed up by kind, purpose, issuer and month; no value of any claim."""
    groups: dict[tuple[str, str, str, str, str, tuple[str, ...]], int] = {}
    for held in state.proofs:
        credential = held.credential
        until = credential.valid_until
        group = (
            _purpose(held) or "",
            credential.kind,
            credential.issuer,
            held.issuer,
            _FOREVER if until is None else f"{until.year:04d}-{until.month:02d}",
            tuple(sorted(_claims(held))),
        )
        groups[group] = groups.get(group, 0) + 1
    return tuple(
        Summary(
            kind=kind,
            purpose=purpose or None,
            issuer=issuer,
            issuer_name=_name(issuer, snapshot),
            issuer_standing=standing,
            until=None if until == _FOREVER else until,
            copies=copies,
            claims=claims,
        )
        for (purpose, kind, issuer, standing, until, claims), copies in sorted(groups.items())
    )


def answer(
    state: State,
    challenge: Challenge,
    *,
    snapshot: Snapshot | None = None,
    now: datetime,
    allow_unknown: bool = False,
    allow_missing: bool = False,
) -> Answered:
    """Answer `challenge` with one unused purpose credential, and nothing that was not asked.

    The copy leaves the state for good: save `Answered.state` before the presentation is shown.
    `allow_unknown`: the person wants to answer although the registry does not vouch for the asker.
    `allow_missing`: the person wants to answer although some claims asked are not held.

    Raises: VerificationError CHALLENGE_NOT_TRUSTED (the asker); VaultError NOTHING_TO_SHOW,
    CLAIM_NOT_ASKED (every copy for this purpose says more than was asked) or CLAIM_MISSING, both
    with the names of the claims in `where`. Not checked: the status of the copy that is shown.
    """
    asker = look(challenge, snapshot=snapshot, now=now)
    if asker.trouble is not None and not allow_unknown:
        raise VerificationError(Reason.CHALLENGE_NOT_TRUSTED, asker.trouble.value)
    held = _chosen(state, challenge, now=now, allow_missing=allow_missing)
    until = held.credential.valid_until
    expired = (Reason.EXPIRED,) if until is not None and now >= until else ()
    presentation = build_presentation(
        [held.credential.document],
        key=copy_key(state.seed, held.copy),
        challenge=challenge.digest,
        domain=challenge.domain,
    )
    return Answered(
        state=replace(
            state,
            spent=state.spent | {held.copy},
            proofs=tuple(other for other in state.proofs if other is not held),
        ),
        presentation=presentation,
        claims=tuple(sorted(_claims(held))),
        warnings=asker.warnings + expired,
    )


def _mine(state: State) -> dict[str, int]:
    return holders(state.seed, range(state.counter))


def _receive(
    state: State,
    document: Json,
    mine: dict[str, int],
    *,
    snapshot: Snapshot | None,
    now: datetime,
) -> State:
    credential = check_credential(document)
    copy = mine.get(credential.holder or "")
    if copy is None:
        raise VaultError(Reason.NOT_MINE, "not about a key of this profile")
    if copy in state.spent:
        raise VaultError(Reason.ALREADY_USED, "this copy has been shown")
    there = next((held for held in state.proofs if held.copy == copy), None)
    if there is not None:
        if there.credential.document == credential.document:
            return state
        # Two proofs under one key could be linked, and showing one would use up the other.
        raise VaultError(Reason.ALREADY_USED, "another proof has this key: ask with a new one")
    unknown = seen_issuer(credential, snapshot=snapshot, now=now)
    if credential.valid_until is not None and now >= credential.valid_until:
        raise VerificationError(Reason.EXPIRED, "no longer valid")
    issuer = CHECKED if unknown is None else unknown.value
    return replace(
        state, proofs=(*state.proofs, Held(copy=copy, issuer=issuer, credential=credential))
    )


def _chosen(state: State, challenge: Challenge, *, now: datetime, allow_missing: bool) -> Held:
    asked = frozenset(challenge.claims)
    fitting = [
        held
        for held in state.proofs
        if held.credential.kind == KIND and _purpose(held) == challenge.purpose
    ]
    if not fitting:
        raise VaultError(Reason.NOTHING_TO_SHOW, "no unused proof for this purpose")
    narrow = [held for held in fitting if _claims(held) <= asked]
    if not narrow:
        too_much = min((_claims(held) - asked for held in fitting), key=len)
        raise VaultError(
            Reason.CLAIM_NOT_ASKED, "it would say more than was asked", claims=_named(too_much)
        )
    best = min(narrow, key=lambda held: _preference(held, asked, now))
    missing = asked - _claims(best)
    if missing and not allow_missing:
        raise VaultError(
            Reason.CLAIM_MISSING, "no proof says all that is asked", claims=_named(missing)
        )
    return best


def _preference(held: Held, asked: frozenset[str], now: datetime) -> tuple[int, bool, bool, str]:
    """Smallest first: says the most of what is asked, not expired, issuer checked, ends soonest.

    Whether it has expired only sorts: a phone's clock may be wrong, the verifier decides.
    """
    until = held.credential.valid_until
    return (
        len(asked - _claims(held)),
        until is not None and now >= until,
        held.issuer != CHECKED,
        "" if until is None else until.isoformat(),
    )


def _purpose(held: Held) -> str | None:
    purpose = held.credential.subjects[0].get("purpose")
    return purpose if type(purpose) is str else None


def _claims(held: Held) -> frozenset[str]:
    return frozenset(claims_of(held.credential.subjects[0]))


def _named(claims: frozenset[str]) -> str:
    return ", ".join(sorted(claims))


def _name(did: str, snapshot: Snapshot | None) -> str | None:
    entry = None if snapshot is None else snapshot.entry(did)
    return None if entry is None else name_of(entry)
