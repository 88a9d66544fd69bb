"""A consortium in memory, where an attack is a one-line edit.

One issuer that a registry knows, its station and challenge book, a holder with a copy, and a thief
with a key of his own. Everything is signed for real; keys and clocks are the same on every run.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any, Final

from amana.challenge import Challenge, build_challenge, build_station_certificate, read_challenge
from amana.credential import StatusEntry, build_credential
from amana.did.key import verification_method
from amana.errors import AmanaError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.multibase import encode_base58
from amana.presentation import build_presentation
from amana.proofs import eddsa_jcs
from amana.qr.text import Kind, encode
from amana.reasons import Outcome, Reason
from amana.status import StatusList, build_status_list
from tests.deterministic import randomness
from trust_registry import collect
from trust_registry.issued import IssuedList, build_issued_list, digest_of, read_issued_list
from trust_registry.snapshot import Entry, KeyChange, PinnedKey, Snapshot, State, StatusChange
from verifier import Policy, Tier, Verdict, verify
from verifier.book import Asked, ChallengeBook

NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRANTED: Final = datetime(2026, 1, 5, tzinfo=UTC)
FOOD: Final = {"householdSize": 4, "children": 2}
INDEX: Final = 4711
GONE: Final = object()

Document = dict[str, Any]
Expect = tuple[Outcome, Reason | None]
Edit = Callable[[Document], object]


def key_of(label: str) -> SecretKey:
    return SecretKey.generate(randomness(label))


def edited(document: Document, *path: str | int, to: Any = GONE) -> Document:
    """A copy in which the member at `path` has another value, or is gone."""
    changed = copy.deepcopy(document)
    place: Any = changed
    for step in path[:-1]:
        place = place[step]
    if to is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return changed


def text_of(document: Document) -> str:
    """The text of the QR code in which a person shows it."""
    shown = "VerifiablePresentation" in document["type"]
    return encode(Kind.PRESENTATION if shown else Kind.CREDENTIAL, document)


@dataclass
class Clock:
    """A monotonic clock that only tests move."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Issuer:
    """One organisation: what it holds, and what the registry says of it."""

    did: str = "did:web:aid.example"
    key: SecretKey = field(default_factory=lambda: key_of("issuer"))
    key_name: str = "key-1"
    relationships: frozenset[str] = frozenset({"assertionMethod"})
    actions: set[tuple[str, str]] = field(default_factory=lambda: {("issue", "PurposeCredential")})
    history: list[tuple[datetime, State]] = field(
        default_factory=lambda: [(GRANTED, State.GRANTED)]
    )
    key_history: list[tuple[datetime, State]] = field(
        default_factory=lambda: [(GRANTED, State.GRANTED)]
    )
    demo: bool = False
    registered: bool = True
    # Its one status list, as it publishes it.
    list_url: str = ""
    purpose: str = "revocation"
    revoked: set[int] = field(default_factory=set)
    listed_on: datetime = datetime(2026, 11, 20, tzinfo=UTC)
    list_until: datetime | None = None
    list_key: SecretKey | None = None
    list_published: bool = True
    # The issuer-signed forms in the list that the registry ships for its key; None if it does not.
    issued: list[bytes] | None = None

    def __post_init__(self) -> None:
        if not self.list_url and self.did.startswith("did:web:"):
            self.list_url = f"https://{self.did.removeprefix('did:web:')}/status/1"

    @property
    def key_id(self) -> str:
        return f"{self.did}#{self.key_name}"

    def entry(self) -> Entry:
        pinned = PinnedKey(
            id=self.key_id,
            public=self.key.public,
            relationships=self.relationships,
            history=tuple(KeyChange(since=s, state=t) for s, t in self.key_history),
        )
        return Entry(
            did=self.did,
            names={"en": "Aid"},
            keys={self.key_id: pinned},
            actions=frozenset(self.actions),
            history=tuple(StatusChange(since=s, state=t, reason="voted") for s, t in self.history),
            registrar="did:web:registrar.example",
            appeals="https://aid.example/appeals",
            dossier="0" * 64,
            demo=self.demo,
        )

    def status_list(self) -> Document:
        return build_status_list(
            self.revoked,
            url=self.list_url,
            issuer=self.did,
            key=self.list_key or self.key,
            verification_method=self.key_id,
            valid_from=self.listed_on,
            valid_until=self.list_until,
            purpose=self.purpose,
        )

    def collected(self) -> dict[str, StatusList]:
        """What a collector takes of it: a list that its keys did not sign is left out."""
        if not (self.list_published and self.registered):
            return {}
        try:
            found = collect.read_list(canonical(self.status_list()), entry=self.entry())
        except AmanaError:
            return {}
        return {found.url: found}

    def issued_list(self) -> dict[str, IssuedList]:
        """What a verifier has of it, once members vouched for it."""
        if self.issued is None or not self.registered:
            return {}
        document = build_issued_list(
            map(digest_of, self.issued),
            issuer=self.did,
            key_id=self.key_id,
            key=self.key,
            verification_method=self.key_id,
            valid_from=GRANTED,
        )
        return {self.key_id: read_issued_list(canonical(document), entry=self.entry())}


class Simulator:
    """The whole world of one verification. Attacks edit it, or what passes through it."""

    def __init__(self) -> None:
        self.now = NOW
        self.issuer = Issuer()
        self.others: list[Issuer] = []
        self.holder = key_of("holder")
        self.thief = key_of("thief")
        self.station = key_of("station")
        self.version = 7
        self.published = datetime(2026, 11, 21, tzinfo=UTC)
        self.demo = False
        self.registry = True
        self.stolen: set[str] = set()
        self.clock = Clock()
        self.book = ChallengeBook(clock=self.clock)
        self.randomness = randomness("simulator")

    # -- what others made -------------------------------------------------------------------

    def snapshot(self) -> Snapshot | None:
        """The registry as the station carries it; None where it has none."""
        if not self.registry:
            return None
        known = [one for one in (self.issuer, *self.others) if one.registered]
        lists: dict[str, StatusList] = {}
        issued: dict[str, IssuedList] = {}
        for one in known:
            lists.update(one.collected())
            issued.update(one.issued_list())
        return Snapshot(
            version=self.version,
            published=self.published,
            name="test",
            entries={one.did: one.entry() for one in known},
            status_lists=lists,
            demo=self.demo,
            issued=issued,
            stolen=frozenset(self.stolen),
        )

    def unsigned(
        self,
        *,
        issuer: Issuer | None = None,
        holder: str | None = None,
        claims: Document | None = None,
        purpose: str = "food",
        kind: str = "PurposeCredential",
        valid_from: date = date(2026, 11, 1),
        valid_until: date = date(2027, 5, 1),
        index: int = INDEX,
        list_url: str | None = None,
        status_purpose: str = "revocation",
        subject: Document | None = None,
    ) -> Document:
        """What the issuer is about to sign."""
        issuer = issuer or self.issuer
        claims = FOOD if claims is None else claims
        whole: Document = {
            "id": holder or self.holder.public.did,
            "purpose": purpose,
            "entitlement": "household",
            **claims,
            **(subject or {}),
        }
        if claims and "selfStated" not in whole:
            whole["selfStated"] = sorted(claims)
        return build_credential(
            kind,
            issuer=issuer.did,
            subject=whole,
            valid_from=valid_from,
            valid_until=valid_until,
            status=StatusEntry(
                list_url=list_url or issuer.list_url, index=index, purpose=status_purpose
            ),
        )

    def credential(
        self,
        *,
        issuer: Issuer | None = None,
        key: SecretKey | None = None,
        method: str | None = None,
        proof_purpose: str = "assertionMethod",
        edit: Edit | None = None,
        options: Document | None = None,
        **edits: Any,
    ) -> Document:
        """A signed copy. `edit` changes the document before it is signed, `options` the proof."""
        issuer = issuer or self.issuer
        document = self.unsigned(issuer=issuer, **edits)
        if edit is not None:
            edit(document)
        return self.signed(
            document,
            key=key or issuer.key,
            method=method or issuer.key_id,
            proof_purpose=proof_purpose,
            **(options or {}),
        )

    def signed(
        self,
        document: Document,
        *,
        key: SecretKey,
        method: str,
        proof_purpose: str = "assertionMethod",
        suite: ModuleType = eddsa_jcs,
        **options: Any,
    ) -> Document:
        """Sign as the suite says, with whatever further options a forger might wish for."""
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": suite.CRYPTOSUITE,
            "verificationMethod": method,
            "proofPurpose": proof_purpose,
            "@context": document.get("@context"),
            **options,
        }
        proof = {name: value for name, value in proof.items() if value is not GONE}
        signature = key.sign(suite.hash_data(document, proof))
        return {**document, "proof": {**proof, "proofValue": encode_base58(signature)}}

    # -- at the counter ---------------------------------------------------------------------

    def certificate(self, **edits: Any) -> Document:
        named: Document = {
            "station": self.station.public,
            "organisation": self.issuer.did,
            "key": self.issuer.key,
            "key_id": self.issuer.key_id,
            "acts": ["food-line", "clinic"],
            "purposes": ["food", "clinic"],
            "valid_from": NOW - timedelta(days=30),
            "randomness": randomness("serial"),
        }
        return build_station_certificate(**{**named, **edits})

    def challenge(self, *, certificate: Document | None = None, **edits: Any) -> Document:
        """The signed challenge as a document, in nobody's book yet."""
        named: Document = {
            "key": self.station,
            "act": "food-line",
            "purpose": "food",
            "claims": sorted(FOOD),
            "expires": NOW + timedelta(minutes=3),
            "randomness": self.randomness,
        }
        return build_challenge(certificate or self.certificate(), **{**named, **edits})

    def ask(self, **edits: Any) -> Challenge:
        """Show a challenge, and write it into the station's book."""
        asked = read_challenge(self.challenge(**edits))
        self.book.ask(asked)
        return asked

    def present(
        self,
        *credentials: Document,
        to: Challenge,
        key: SecretKey | None = None,
        edit: Edit | None = None,
        **options: Any,
    ) -> Document:
        """The answer of the holder. `edit` and `options` change what is signed."""
        key = key or self.holder
        answer = build_presentation(credentials, key=key, challenge=to.digest, domain=to.domain)
        if edit is None and not options:
            return answer
        proof = answer.pop("proof")
        if edit is not None:
            edit(answer)
        named = {name: proof[name] for name in ("challenge", "domain", "@context")}
        return self.signed(
            answer,
            key=key,
            method=options.pop("method", None) or verification_method(key.public.did),
            proof_purpose=options.pop("proof_purpose", "authentication"),
            **{**named, **options},
        )

    def judge(
        self,
        shown: Document | str | bytes,
        challenge: Challenge | None = None,
        *,
        tier: Tier = Tier.CHECKED,
        **rules: Any,
    ) -> Verdict:
        """What the station says of it, now. Takes the challenge from the book.

        Of a document it has to say the same however its text is spaced and sorted: our own
        canonical text is read in another way than any other.
        """
        policy = Policy(tier=tier, **rules)
        asked = self.book.take(challenge) if challenge is not None else None
        first, *others = self.verdicts(_texts(shown), policy, asked)
        assert all(verdict == first for verdict in others), (first, others)
        return first

    def verdicts(self, texts: list[bytes], policy: Policy, asked: Asked | None) -> list[Verdict]:
        """The verdict on each of several texts for one document."""
        snapshot = self.snapshot()
        return [
            verify(text, snapshot=snapshot, policy=policy, challenge=asked, now=self.now)
            for text in texts
        ]

    def answer(self, credential: Document, **options: Any) -> Verdict:
        """Ask, answer with `credential`, and judge: the ordinary scene."""
        asked = self.ask()
        return self.judge(self.present(credential, to=asked, **options), asked)


def found(verdict: Verdict) -> Expect:
    """What an attack expects: the outcome, and the first finding that gave it."""
    return verdict.outcome, verdict.reason


def reasons(verdict: Verdict) -> list[Reason]:
    return [finding.reason for finding in verdict.findings]


def _texts(shown: Document | str | bytes) -> list[bytes]:
    if isinstance(shown, bytes):
        return [shown]
    if isinstance(shown, str):
        return [shown.encode()]
    texts = [json.dumps(shown).encode()]
    with suppress(AmanaError):  # what has no canonical text
        texts.append(canonical(shown))
    return texts
