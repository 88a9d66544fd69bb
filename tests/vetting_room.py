"""A committee of three in a folder, and one organisation that asks to be accredited."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from amana.keys import SecretKey
from tests import vetting_lab as lab
from trust_registry import filing
from trust_registry._vetting_folder import read_case
from trust_registry._vetting_records import Application, Decision, Outcome
from trust_registry.entries import check_entry, entry_document, slug
from trust_registry.snapshot import Entry
from trust_registry.vetting import require_decided
from trust_registry.votes import Choice

DID = "did:web:relief.example"
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
_Object = dict[str, Any]


class Room:
    def __init__(self, folder: Path) -> None:
        self.folder = folder / "vetting"
        self.keys = {f"member-{n}": SecretKey(bytes([n]) * 32) for n in (1, 2, 3)}
        self.members = {name: key.public for name, key in self.keys.items()}
        self.own = self.folder / slug(DID)
        self.issuer = SecretKey(b"i" * 32)

    def apply(self, dossier: _Object | None = None, **changes: Any) -> Application:
        given: _Object = {
            "names": {"en": "Relief"},
            "actions": [("issue", "PurposeCredential")],
            "now": NOW,
        }
        document = lab.dossier_document(DID) if dossier is None else dossier
        return filing.file_application(self.folder, document, **{**given, **changes})

    def review(self, *, by: str = "an outsider", findings: Iterable[_Object] = ()) -> Path:
        return filing.file_review(
            self.folder,
            DID,
            by=by,
            summary="Read in full.",
            findings=findings,
            members=self.members,
            now=NOW,
        )

    def vote(self, name: str, choice: Choice = Choice.ACCREDIT, *, later: int = 0) -> Path:
        return self.vote_with(self.keys[name], choice, later=later)

    def vote_with(
        self, key: SecretKey, choice: Choice = Choice.ACCREDIT, *, later: int = 0
    ) -> Path:
        return filing.file_vote(
            self.folder,
            DID,
            choice,
            reason="As the dossier says.",
            key=key,
            members=self.members,
            now=NOW + timedelta(hours=later),
        )

    def votes(self) -> None:
        self.vote("member-1")
        self.vote("member-2")

    def decide(self, outcome: Outcome = Outcome.ACCREDITED, **changes: Any) -> Decision:
        given: _Object = {
            "members": self.members,
            "threshold": 2,
            "reasons": "They serve people well.",
            "appeals": "appeals@circle.example",
            "now": NOW,
        }
        # Whoever is asked to decide first sees to a place; it is not what these tests are about.
        if not (self.own / "places").exists():
            lab.put(self.own / "places" / "001.json", lab.place_document(DID))
        return filing.file_decision(self.folder, DID, outcome, **{**given, **changes})

    def ready(self, **changes: Any) -> None:
        """All that lies before the members."""
        self.apply(**changes)
        self.review()

    def accredited(self, *, places: Iterable[str] = ()) -> Decision:
        self.ready(jurisdictions=list(places))
        for code in places:
            lab.put(self.own / "places" / f"{code}.json", lab.place_document(DID, code))
        self.votes()
        return self.decide()

    def entry(self, did: str = DID, *, key: SecretKey | None = None, **changes: Any) -> Entry:
        return check_entry(self.entry_document(did, key=key, **changes))

    def entry_document(
        self, did: str = DID, *, key: SecretKey | None = None, **changes: Any
    ) -> _Object:
        given: _Object = {
            "names": {"en": "Relief"},
            "keys": {f"{did}#key-1": (key or self.issuer).public},
            "actions": [("issue", "PurposeCredential")],
            "since": NOW,
            "registrar": "the members",
            "appeals": "appeals@circle.example",
            "dossier": read_case(self.folder, DID).dossier.sha256
            if (self.own / "dossier.json").exists()
            else lab.DIGEST,
        }
        return entry_document(did, **{**given, **changes})

    def require(self, entry: Entry | None = None) -> Decision:
        return require_decided(
            self.folder, entry or self.entry(), members=self.members, threshold=2
        )

    def change(self, paper: str, change: Callable[[_Object], object]) -> None:
        """Edit one paper by hand."""
        document = json.loads((self.own / paper).read_bytes())
        change(document)
        lab.put(self.own / paper, document)
