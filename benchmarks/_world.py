"""What is measured: made-up people's proofs, and a registry that knows their issuer.

Everything is signed here and now, from fixed seeds, so that every run measures the same documents.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from amana.challenge import Challenge, build_challenge, build_station_certificate, read_challenge
from amana.credential import StatusEntry, build_credential
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.presentation import build_presentation
from amana.proofs import eddsa_jcs
from amana.status import build_status_list, read_status_list
from amana.strict_json import JsonObject
from trust_registry.snapshot import Entry, KeyChange, PinnedKey, Snapshot, State, StatusChange

__all__ = [
    "FOUR_CLAIMS",
    "LIST_URL",
    "NOW",
    "TEN_CLAIMS",
    "TWELVE_CLAIMS",
    "World",
    "copy_of",
    "linked",
    "status_list",
    "stream",
    "tokens",
    "world",
]

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_GRANTED = datetime(2026, 1, 1, tzinfo=UTC)
_DID = "did:web:relief.example"
_KEY_ID = f"{_DID}#key-1"
LIST_URL = "https://relief.example/status/1"
_VALID_UNTIL = date(2027, 5, 1)
FOUR_CLAIMS: JsonObject = {"householdSize": 5, "children": 3, "older": 0, "headedByChild": False}
TWELVE_CLAIMS: JsonObject = {
    **FOUR_CLAIMS,
    "adults": 2,
    "ageBand": "18-59",
    "gender": "female",
    "pregnantOrNursing": True,
    "disability": False,
    "specificNeeds": ["DS-PM"],
    "countryOfOrigin": "ETH",
    "language": "am",
}


TEN_CLAIMS: JsonObject = {
    name: value
    for name, value in TWELVE_CLAIMS.items()
    if name not in ("specificNeeds", "language")
}


def stream(label: str, size: int) -> bytes:
    """`size` bytes that look random and are the same in every run."""
    return hashlib.shake_256(label.encode("utf-8")).digest(size)


def copy_of(number: int, claims: JsonObject, *, holder: str) -> JsonObject:
    """The unsigned purpose credential of one person: what differs between people differs here."""
    subject = {"id": holder, "purpose": "food", "entitlement": "household", **claims}
    subject["householdSize"] = 3 + number % 9
    subject["children"] = number % 6
    return build_credential(
        "PurposeCredential",
        issuer=_DID,
        subject={**subject, "selfStated": list(claims)},
        valid_from=date(2026, 11, 1),
        valid_until=_VALID_UNTIL,
        status=StatusEntry(list_url=LIST_URL, index=1 + (number * 48_611) % 131_000),
    )


@dataclass(frozen=True, kw_only=True)
class World:
    """Many different credentials and answers; no two share holder, index or challenge."""

    issuer: SecretKey
    issuer_did: str
    key_id: str
    snapshot: Snapshot
    credentials: tuple[JsonObject, ...]
    presentations: tuple[tuple[JsonObject, Challenge], ...]


def world(count: int, *, claims: JsonObject = FOUR_CLAIMS) -> World:
    """A world of `count` people, each with one signed credential and one answer to a challenge."""
    issuer = SecretKey(stream("issuer", 32))
    station = SecretKey(stream("station", 32))
    certificate = build_station_certificate(
        station=station.public,
        organisation=_DID,
        key=issuer,
        key_id=_KEY_ID,
        acts=["food-line"],
        purposes=["food"],
        valid_from=NOW - timedelta(days=20),
        randomness=lambda size: stream("serial", size),
    )
    credentials, presentations = [], []
    for number in range(count):
        holder = SecretKey(stream(f"holder {number}", 32))
        credential = eddsa_jcs.sign(
            copy_of(number, claims, holder=holder.public.did),
            key=issuer,
            verification_method=_KEY_ID,
        )
        challenge = build_challenge(
            certificate,
            key=station,
            act="food-line",
            purpose="food",
            claims=list(claims),
            expires=NOW + timedelta(minutes=3),
            randomness=lambda size, number=number: stream(f"nonce {number}", size),  # type: ignore[misc]
        )
        asked = read_challenge(challenge)
        answer = build_presentation(
            [credential], key=holder, challenge=asked.digest, domain=asked.domain
        )
        credentials.append(credential)
        presentations.append((answer, asked))
    return World(
        issuer=issuer,
        issuer_did=_DID,
        key_id=_KEY_ID,
        snapshot=_snapshot(issuer),
        credentials=tuple(credentials),
        presentations=tuple(presentations),
    )


def linked(everyone: World) -> list[JsonObject]:
    """The same people's credentials, signed with eddsa-rdfc-2022."""
    from amana.proofs import eddsa_rdfc

    return [
        eddsa_rdfc.sign(
            {name: value for name, value in credential.items() if name != "proof"},
            key=everyone.issuer,
            verification_method=everyone.key_id,
        )
        for credential in everyone.credentials
    ]


def tokens(everyone: World) -> list[str]:
    """Credentials of ten claims as SD-JWT, each claim hidden by itself and all of them shown."""
    from amana.proofs import vc_sd_jwt

    made = []
    for number in range(len(everyone.credentials)):
        salts = count()
        made.append(
            vc_sd_jwt.issue(
                copy_of(
                    number, TEN_CLAIMS, holder=SecretKey(stream(f"holder {number}", 32)).public.did
                ),
                key=everyone.issuer,
                verification_method=everyone.key_id,
                disclosable=[("credentialSubject", name) for name in TEN_CLAIMS],
                randomness=lambda size: stream(f"salt {number} {next(salts)}", size),  # noqa: B023
            )
        )
    return made


def status_list(issuer: SecretKey, *, size: int, share_set: float) -> bytes:
    """A signed status list with `share_set` of its bits set, spread as if at random."""
    chosen = {
        int.from_bytes(stream(f"revoked {number}", 8), "big") % size
        for number in range(round(size * share_set))
    }
    document = build_status_list(
        chosen,
        url=LIST_URL,
        issuer=_DID,
        key=issuer,
        verification_method=_KEY_ID,
        valid_from=NOW - timedelta(days=1),
        size=size,
    )
    return canonical(document)


def _snapshot(issuer: SecretKey) -> Snapshot:
    entry = Entry(
        did=_DID,
        names={"en": "Relief"},
        keys={
            _KEY_ID: PinnedKey(
                id=_KEY_ID,
                public=issuer.public,
                relationships=frozenset({"assertionMethod"}),
                history=(KeyChange(since=_GRANTED, state=State.GRANTED),),
            )
        },
        actions=frozenset({("issue", "PurposeCredential"), ("ask", "PurposeCredential")}),
        history=(StatusChange(since=_GRANTED, state=State.GRANTED, reason="admitted"),),
        registrar="did:web:members.example",
        appeals="https://relief.example/appeals",
        dossier="0" * 64,
    )
    # Nobody of this world is revoked; an empty list is as large as a full one once it is read.
    empty = read_status_list(
        status_list(issuer, size=131_072, share_set=0.0), url=LIST_URL, key=issuer.public
    )
    return Snapshot(
        version=7,
        published=NOW - timedelta(days=2),
        name="benchmarks",
        entries={_DID: entry},
        status_lists={LIST_URL: empty},
    )
