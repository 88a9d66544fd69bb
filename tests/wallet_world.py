"""A small world for the wallet's tests: one organisation, its registry, a station and a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from amana.challenge import build_challenge, build_station_certificate
from amana.credential import StatusEntry, build_credential
from amana.keys import SecretKey
from amana.proofs import eddsa_jcs
from amana.sealed import Cost
from tests.deterministic import randomness
from trust_registry.snapshot import Entry, KeyChange, PinnedKey, Snapshot, State, StatusChange

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
CHEAP = Cost(memory=8192, passes=1)
PIN = b"314159"
GRANTED = datetime(2026, 1, 1, tzinfo=UTC)
FOOD = {"householdSize": 4, "children": 2}


def key_of(label: str) -> SecretKey:
    return SecretKey.generate(randomness(label))


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything is a value: `replace` one field, and it is another world."""

    did: str = "did:web:aid.example"
    key: SecretKey = field(default_factory=lambda: key_of("organisation"))
    station: SecretKey = field(default_factory=lambda: key_of("station"))
    actions: frozenset[tuple[str, str]] = frozenset(
        {("issue", "PurposeCredential"), ("ask", "PurposeCredential")}
    )
    history: tuple[tuple[datetime, State], ...] = ((GRANTED, State.GRANTED),)
    relationships: frozenset[str] = frozenset({"assertionMethod"})
    key_name: str = "key-1"
    published: datetime = datetime(2026, 11, 20, tzinfo=UTC)

    @property
    def key_id(self) -> str:
        return f"{self.did}#{self.key_name}"

    def snapshot(self) -> Snapshot:
        pinned = PinnedKey(
            id=self.key_id,
            public=self.key.public,
            relationships=self.relationships,
            history=(KeyChange(since=GRANTED, state=State.GRANTED),),
        )
        entry = Entry(
            did=self.did,
            names={"fr": "Secours", "en": "Aid"},
            keys={self.key_id: pinned},
            actions=self.actions,
            history=tuple(StatusChange(since=s, state=t, reason="r") for s, t in self.history),
            registrar="did:web:registrar.example",
            appeals="https://aid.example/appeals",
            dossier="0" * 64,
        )
        return Snapshot(
            version=1,
            published=self.published,
            name="test",
            entries={self.did: entry},
            status_lists={},
        )

    def credential(
        self,
        holder: str,
        *,
        claims: dict[str, Any] | None = None,
        purpose: str = "food",
        kind: str = "PurposeCredential",
        until: date = date(2027, 3, 1),
        **more: Any,
    ) -> dict[str, Any]:
        claims = FOOD if claims is None else claims
        subject: dict[str, Any] = {
            "id": holder,
            "purpose": purpose,
            "entitlement": "household",
            **claims,
        }
        if claims:
            subject["selfStated"] = sorted(claims)
        document = build_credential(
            kind,
            issuer=self.did,
            subject=subject,
            valid_from=date(2026, 11, 1),
            valid_until=until,
            status=StatusEntry(list_url="https://aid.example/status/1", index=7),
        )
        return eddsa_jcs.sign({**document, **more}, key=self.key, verification_method=self.key_id)

    def challenge(
        self,
        claims: Sequence[str] = ("householdSize", "children"),
        *,
        purpose: str = "food",
        expires: datetime = NOW + timedelta(minutes=3),
        certified_from: datetime = NOW - timedelta(days=30),
        act: str = "food-line",
        retention: str = "P0D",
    ) -> dict[str, Any]:
        certificate = build_station_certificate(
            station=self.station.public,
            organisation=self.did,
            key=self.key,
            key_id=self.key_id,
            acts=["food-line"],
            purposes=["food", "health"],
            valid_from=certified_from,
            randomness=randomness("serial"),
        )
        return build_challenge(
            certificate,
            key=self.station,
            act=act,
            purpose=purpose,
            claims=claims,
            retention=retention,
            expires=expires,
            randomness=randomness("nonce"),
        )

    def but(self, **changes: Any) -> World:
        return replace(self, **changes)
