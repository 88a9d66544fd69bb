"""The world of the four journeys: two organisations, their consortium, stations, phones and cards.

Every part is the real one, on a disk: the consortium publishes TUF metadata into a folder, stations
load it and judge pictures of QR codes, a phone is a vault file that is opened anew for every act.
Only the time is given.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from amana.challenge import build_challenge, build_station_certificate, read_challenge
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.qr import images
from amana.qr.text import Kind, decode, encode
from amana.sealed import Cost
from amana.strict_json import loads
from issuer.intake import load_mapping, read_registrations
from issuer.issue import issue
from issuer.minimise import OfferDraft, minimise
from issuer.offer import Consent, accept, record_offers, refuse
from issuer.office import Office, create_office, open_office
from issuer.revoke import build_status_lists
from tests.vetting_lab import accredit, governance_answers, put
from trust_registry.client import load, load_cached
from trust_registry.consortium import Consortium
from trust_registry.entries import entry_document
from trust_registry.snapshot import Snapshot
from verifier import Policy, Tier, Verdict, verify
from verifier.book import ChallengeBook
from wallet_app import actions
from wallet_app.disk import create_wallet, open_wallet

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
CHEAP = Cost(memory=8192, passes=1)
PASSPHRASE = b"nobody's passphrase"
PIN = b"314159"

Document = dict[str, Any]


def scanned(picture: bytes) -> bytes:
    """What a camera reads from the picture of one QR code."""
    (found,) = images.read(picture)
    return found.encode()


def document_in(picture: bytes) -> Document:
    """The document that the picture of a QR code holds."""
    document: Document = decode(scanned(picture).decode())[1]
    return document


def picture_of(kind: Kind, document: Document) -> bytes:
    """The QR code of a document: on a screen, or printed on a card."""
    return images.draw(encode(kind, document), correction=images.Correction.M).png


def leaves(value: Any) -> Iterator[str]:
    """Every text, number and member name that a document holds, as text."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from leaves(member)
    elif isinstance(value, list):
        for member in value:
            yield from leaves(member)
    else:
        yield str(value)


@dataclass(kw_only=True)
class Family:
    """What one household was offered. `rows` is keyed by (person or None, purpose)."""

    rows: dict[tuple[int | None, str], str] = field(default_factory=dict)
    drafts: dict[tuple[int | None, str], OfferDraft] = field(default_factory=dict)


@dataclass(kw_only=True)
class Phone:
    """A wallet's file. Opened for one act and closed again: the battery may die."""

    path: Path

    @classmethod
    def new(cls, path: Path) -> Phone:
        create_wallet(path, PIN, cost=CHEAP)
        return cls(path=path)

    def keys(self, count: int) -> tuple[str, ...]:
        with open_wallet(self.path, PIN) as wallet:
            state, given = actions.request_keys(wallet.state, count)
            wallet.save(state)
        return given

    def receive(self, documents: Sequence[Document], *, snapshot: Snapshot | None = None) -> int:
        with open_wallet(self.path, PIN) as wallet:
            received = actions.receive_all(wallet.state, documents, snapshot=snapshot, now=NOW)
            assert received.refused == ()
            wallet.save(received.state)
        return received.kept

    def held(self) -> tuple[Any, ...]:
        with open_wallet(self.path, PIN) as wallet:
            return actions.list_proofs(wallet.state)

    def answer(
        self, question: bytes, *, snapshot: Snapshot, although_missing: bool = False
    ) -> bytes:
        """A picture that answers the picture of a question; the copy is used up before it shows."""
        with open_wallet(self.path, PIN) as wallet:
            answered = actions.answer(
                wallet.state,
                read_challenge(document_in(question)),
                snapshot=snapshot,
                now=NOW,
                allow_missing=although_missing,
            )
            wallet.save(answered.state)
        return picture_of(Kind.PRESENTATION, answered.presentation)


@dataclass(kw_only=True)
class Station:
    """A service point's device. It has what was carried to it, and no network."""

    cache: Path
    root: bytes
    certificate: Document
    key: SecretKey = field(repr=False)
    now: datetime = NOW
    book: ChallengeBook = field(default_factory=lambda: ChallengeBook(clock=lambda: 0.0))

    def bring(self, published: Path) -> None:
        """Somebody brings a folder on a stick, or a link appears for a while."""
        load(published, root=self.root, cache=self.cache, now=self.now)

    @property
    def snapshot(self) -> Snapshot:
        return load_cached(root=self.root, cache=self.cache, now=self.now)

    def ask(self, act: str, *claims: str) -> bytes:
        """The picture of a question, as it stands on the station's screen."""
        question = build_challenge(
            self.certificate,
            key=self.key,
            act=act,
            purpose=act,
            claims=claims,
            expires=self.now + timedelta(minutes=3),
            randomness=os.urandom,
        )
        self.book.ask(read_challenge(question))
        return picture_of(Kind.CHALLENGE, question)

    def judge(
        self,
        shown: bytes,
        *,
        question: bytes | None = None,
        tier: Tier = Tier.CHECKED,
        purpose: str | None = None,
    ) -> Verdict:
        """What the station says of the picture that a person shows."""
        asked = None
        if question is not None:
            asked = self.book.take(read_challenge(document_in(question)))
        return verify(
            scanned(shown),
            snapshot=self.snapshot,
            policy=Policy(tier=tier, purpose=purpose),
            challenge=asked,
            now=self.now,
        )


@dataclass(kw_only=True)
class World:
    """A relief society that issues, a clinic that does not, and the consortium that knows both."""

    folder: Path
    consortium: Consortium
    relief: Office
    clinic: SecretKey = field(repr=False)
    credentials: dict[str, list[Document]] = field(default_factory=dict, repr=False)
    runs: int = 0

    @classmethod
    @contextmanager
    def found(cls, folder: Path, *, purposes: bytes | None = None) -> Iterator[World]:
        consortium = Consortium.create(
            folder / "consortium",
            name="Consortium of the journeys",
            passphrase=PASSPHRASE,
            randomness=os.urandom,
            now=NOW,
            cost=CHEAP,
            bin_bits=1,
        )
        put(consortium.folder / "governance.json", governance_answers())
        create_office(
            folder / "relief",
            did="did:web:relief.example",
            passphrase=PASSPHRASE,
            randomness=os.urandom,
            purposes=purposes,
            cost=CHEAP,
        ).register.close()
        clinic = SecretKey.generate(os.urandom)
        with open_office(folder / "relief", passphrase=PASSPHRASE) as relief:
            asks = [("ask", f"PurposeCredential:{purpose.id}") for purpose in relief.purposes]
            for did, public, actions_of in (
                (
                    relief.did,
                    relief.signer(PASSPHRASE).public,
                    [("issue", "PurposeCredential"), ("issue", "StationCertificate"), *asks],
                ),
                ("did:web:clinic.example", clinic.public, [("issue", "StationCertificate"), *asks]),
            ):
                entry = accredit(
                    consortium,
                    entry_document(
                        did,
                        names={"en": did.removeprefix("did:web:")},
                        keys={f"{did}#key-1": public},
                        actions=actions_of,
                        since=NOW - timedelta(days=120),
                        registrar=consortium.name,
                        appeals="appeals@consortium.example",
                        dossier="0" * 64,
                    ),
                )
                consortium.put_entry(entry)
            yield cls(folder=folder, consortium=consortium, relief=relief, clinic=clinic)

    @property
    def published(self) -> Path:
        return self.consortium.published

    def take_in(self, data: bytes, *, mapping: bytes | None = None) -> list[Family]:
        """A workbook, or a CSV with its mapping, becomes offers and nothing more."""
        registrations = read_registrations(
            data, name="people", mapping=None if mapping is None else load_mapping(mapping)
        )
        assert registrations.errors == ()
        families = []
        for household in registrations.households:
            family = Family()
            drafts = minimise(household, purposes=self.relief.purposes, today=NOW.date()).drafts
            row_ids = self._offer(drafts, registrations.digest)
            for draft, row_id in zip(drafts, row_ids, strict=True):
                family.drafts[draft.person, draft.purpose_id] = draft
                family.rows[draft.person, draft.purpose_id] = row_id
            families.append(family)
        return families

    def offer_by_hand(self, purpose: str, **claims: Any) -> str:
        """One offer to somebody who came without any file; what is said is self-stated."""
        recorded = self.relief.purposes[purpose]
        draft = OfferDraft(
            purpose_id=purpose,
            level=recorded.level,
            row=1,
            person=None,
            claims=claims,
            self_stated=tuple(claims),
            checked=(),
            entitlement=recorded.entitlement.class_for(claims.get("householdSize")),
        )
        return self._offer([draft], os.urandom(32))[0]

    def say_yes(self, row_id: str, *, consent: Consent, keys: Sequence[str] | None = None) -> None:
        """The person was told the notice of this purpose, and said yes; without keys, on paper."""
        accept(
            self.relief.register,
            row_id,
            notice_version=self.relief.register.row(row_id).notice_version,
            consent=consent,
            holder_keys=keys,
            today=NOW.date(),
            randomness=os.urandom,
        )

    def say_no(self, *row_ids: str) -> None:
        refuse(self.relief.register, row_ids, today=NOW.date(), randomness=os.urandom)

    def issue(self) -> Mapping[str, list[Document]]:
        """Issue what is due; what each row got so far, by row id."""
        self.runs += 1
        out = self.folder / f"issued-{self.runs}.jsonl"
        issued = issue(
            self.relief.register,
            signer=self.relief.signer(PASSPHRASE),
            issuer_did=self.relief.did,
            verification_method=self.relief.verification_method,
            status_base_url=self.relief.status_base_url,
            purposes=self.relief.purposes,
            today=NOW.date(),
            randomness=os.urandom,
            out=out,
        )
        assert issued.skipped == ()
        by_place = {}
        for line in out.read_bytes().splitlines():
            document = loads(line)
            by_place[int(document["credentialStatus"]["statusListIndex"])] = document
        out.unlink()  # handed over, and kept nowhere else
        for row_id in self.relief.register.row_ids():
            places = [copy.index for copy in self.relief.register.row(row_id).copies]
            if new := [by_place[place] for place in places if place in by_place]:
                self.credentials[row_id] = new
        return self.credentials

    def card(self, row_id: str) -> bytes:
        """The one code that is printed on a person's card."""
        (document,) = self.credentials[row_id]
        return picture_of(Kind.CREDENTIAL, document)

    def publish(self, *, now: datetime = NOW) -> None:
        """The issuer hands in its lists; two of three members sign a new version."""
        lists = build_status_lists(
            self.relief.register,
            signer=self.relief.signer(PASSPHRASE),
            issuer_did=self.relief.did,
            verification_method=self.relief.verification_method,
            status_base_url=self.relief.status_base_url,
            today=now.date(),
        )
        for document in lists.values():
            self.consortium.collect_status(canonical(document), now=now)
        self.consortium.publish(signers=self.consortium.founders[:2], now=now)

    def station(self, name: str, *, of_clinic: bool = False, now: datetime = NOW) -> Station:
        """A station with a certificate, and with what is published now."""
        key = SecretKey.generate(os.urandom)
        organisation = "did:web:clinic.example" if of_clinic else self.relief.did
        station = Station(
            cache=self.folder / name,
            root=self.consortium.anchor,
            key=key,
            now=now,
            certificate=build_station_certificate(
                station=key.public,
                organisation=organisation,
                key=self.clinic if of_clinic else self.relief.signer(PASSPHRASE),
                key_id=f"{organisation}#key-1",
                acts=[purpose.id for purpose in self.relief.purposes],
                valid_from=now - timedelta(days=1),
                randomness=os.urandom,
            ),
        )
        station.bring(self.published)
        return station

    def _offer(self, drafts: Sequence[OfferDraft], source: bytes) -> tuple[str, ...]:
        return record_offers(
            self.relief.register,
            drafts,
            source=source,
            purposes=self.relief.purposes,
            today=NOW.date(),
            randomness=os.urandom,
        ).row_ids
