"""A registry for TRQP: who may issue, who may ask, who fell, another consortium; and a caller."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.types import Receive, Scope, Send

from amana.errors import AmanaError
from tests.vc_api_caller import Answer, Caller
from trust_registry.registrars import RegistrarLimits
from trust_registry.snapshot import Entry, Snapshot, State, StatusChange
from trust_registry.trqp import STALE_AFTER, Query, Question, answer, authority_of, check_question
from trust_registry.trqp_server import app

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
PUBLISHED = datetime(2026, 11, 20, 9, 0, 0, tzinfo=UTC)
GRANTED = datetime(2026, 1, 1, tzinfo=UTC)
FELL = datetime(2026, 6, 1, tzinfo=UTC)
AUTHORITY = authority_of(b"the anchor of a circle")
ASK = "PurposeCredential"


def entry(host: str, *actions: tuple[str, str], **more: Any) -> Entry:
    history: Iterable[tuple[datetime, State]] = more.pop("history", [(GRANTED, State.GRANTED)])
    return Entry(
        did=f"did:web:{host}",
        names={"en": host},
        keys={},
        actions=frozenset(actions),
        history=tuple(StatusChange(since=at, state=state, reason="r") for at, state in history),
        registrar="the members",
        appeals="appeals@circle.example",
        dossier="0" * 64,
        **more,
    )


def fallen(host: str, state: State) -> Entry:
    history = [(GRANTED, State.GRANTED), (FELL, state)]
    return entry(host, ("issue", "PurposeCredential"), history=history)


ENTRIES = (
    entry(
        "relief.example",
        ("issue", "PurposeCredential"),
        ("ask", "PurposeCredential:food"),
        jurisdictions=frozenset({"KE", "UG-30"}),
        tiers={"PurposeCredential:food": frozenset({"registered"})},
    ),
    entry("clinic.example", ("issue", "PurposeCredential:health"), ("ask", "PurposeCredential")),
    fallen("suspended.example", State.SUSPENDED),
    fallen("withdrawn.example", State.WITHDRAWN),
    fallen("gone.example", State.TERMINATED),
    entry(
        "neighbours.example",
        ("recognize", "issue:PurposeCredential"),
        ("recognize", "ask"),
        jurisdictions=frozenset({"TZ"}),
    ),
)


NORTH = RegistrarLimits(
    name="north",
    title="The north",
    actions=frozenset({("issue", "PurposeCredential"), ("ask", "PurposeCredential:food")}),
    jurisdictions=frozenset({"KE"}),
    most_entries=10,
    since=GRANTED,
)


def snapshot(**changes: Any) -> Snapshot:
    given: dict[str, Any] = {
        "version": 12,
        "published": PUBLISHED,
        "name": "The circle",
        "entries": {one.did: one for one in ENTRIES},
        "status_lists": {},
        "registrars": {"north": NORTH},
    }
    return Snapshot(**{**given, **changes})


def asked(host: str = "relief.example", **changes: Any) -> dict[str, Any]:
    given = {
        "entity_id": f"did:web:{host}",
        "authority_id": AUTHORITY,
        "action": "issue",
        "resource": "PurposeCredential",
    }
    return {**given, **changes}


def question(host: str = "relief.example", **changes: Any) -> Question:
    return check_question(asked(host, **changes))


def answered(
    query: Query,
    one: Question,
    *,
    of: Snapshot | None = None,
    now: datetime = NOW,
    stale_after: timedelta = STALE_AFTER,
    authority: str = AUTHORITY,
) -> dict[str, Any]:
    return answer(
        query,
        one,
        snapshot=of or snapshot(),
        authority=authority,
        now=now,
        stale_after=stale_after,
    )


class TrqpCaller(Caller):
    """Calls the server's application without a socket. `fails` is raised in place of a registry."""

    def __init__(self, *, of: Snapshot | None = None) -> None:
        self.now = NOW
        self.registry = of or snapshot()
        self.fails: Exception | None = None
        self.raised: Exception | None = None
        self.app = app(self._snapshot, lambda: self.now, authority=AUTHORITY)

    def _snapshot(self) -> Snapshot:
        if self.fails is not None:
            raise self.fails
        return self.registry

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super()._serve(scope, receive, send)
        except ValueError as error:  # after the answer, for whoever runs the server
            self.raised = error

    def get(self, path: str) -> Answer:
        return self.send("GET", path, content_type=None)


def reason_of(call: Callable[[], object]) -> str | None:
    """Why a call was refused, or None."""
    try:
        call()
    except AmanaError as error:
        return error.reason.value
    return None
