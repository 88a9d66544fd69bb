"""Who plays in the governance film: members, applicants, and the papers that they hand in.

Every name is made up, and places are of the codes that ISO 3166 leaves to whoever needs some.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from importlib.resources import files
from typing import Final

from amana.credential import StatusEntry, build_credential
from amana.dates import format_instant
from amana.jcs import canonical
from amana.keys import PublicKey, SecretKey
from amana.proofs import eddsa_jcs
from amana.purpose import KIND
from amana.qr.text import Kind, encode
from amana.status import build_status_list
from amana.strict_json import JsonObject
from trust_registry.entries import entry_document
from trust_registry.issued import build_issued_list, digest_of, issuer_signed_form
from trust_registry.questions import Form

__all__ = ["CIRCLE", "NAMES", "Organisation", "answers", "dossier", "governance", "place"]

CIRCLE: Final = "Circle of the Two Valleys"
NAMES: Final = ("Amal", "Birte", "Chidi", "Dolores", "Emre")
APPEALS: Final = "appeals@circle.example"


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """An organisation with its key, its name, and the proofs that it signs."""

    host: str
    title: str
    may: tuple[tuple[str, str], ...] = (("issue", KIND),)
    places: tuple[str, ...] = ("XA",)
    key: SecretKey = field(default_factory=lambda: SecretKey.generate(os.urandom), repr=False)

    @property
    def did(self) -> str:
        """Its DID, a `did:web`."""
        return f"did:web:{self.host}"

    @property
    def key_id(self) -> str:
        """The verification method of its one key."""
        return f"{self.did}#key-1"

    def entry(self, *, since: datetime, registrar: str, dossier_digest: str) -> JsonObject:
        """Its entry, as whoever admits it stages it."""
        return entry_document(
            self.did,
            names={"en": self.title},
            keys={self.key_id: self.key.public},
            actions=self.may,
            since=since,
            registrar=registrar,
            appeals=APPEALS,
            dossier=dossier_digest,
            jurisdictions=self.places,
            demo=True,
        )

    def proof(self, *, month: date, index: int, holder: PublicKey) -> JsonObject:
        """A proof for the food line, dated to a month; nothing hinders a thief to date it back."""
        document = build_credential(
            KIND,
            issuer=self.did,
            subject={"id": holder.did, "purpose": "food", "entitlement": "household"},
            valid_from=month,
            valid_until=date(month.year + 1, month.month, 1),
            status=StatusEntry(list_url=self._list_url, index=index, purpose="revocation"),
        )
        return eddsa_jcs.sign(document, key=self.key, verification_method=self.key_id)

    def status_list(self, *, now: datetime) -> bytes:
        """Its list of revoked proofs: none is."""
        return canonical(
            build_status_list(
                (),
                url=self._list_url,
                issuer=self.did,
                key=self.key,
                verification_method=self.key_id,
                valid_from=now,
            )
        )

    def issued_list(self, *proofs: JsonObject, now: datetime) -> bytes:
        """Its list of the digests of what it signed."""
        return canonical(
            build_issued_list(
                [digest_of(issuer_signed_form(proof)) for proof in proofs],
                issuer=self.did,
                key_id=self.key_id,
                key=self.key,
                verification_method=self.key_id,
                valid_from=now,
            )
        )

    @property
    def _list_url(self) -> str:
        return f"https://{self.host}/status/1"


def text_of(proof: JsonObject) -> bytes:
    """What a paper card shows of a proof."""
    return encode(Kind.CREDENTIAL, proof).encode()


def answers(who: str) -> JsonObject:
    """The answers of `governance`, `harbour`, `swift` or `kitchen`, by question."""
    data: JsonObject = json.loads(
        files("apps").joinpath("data", "governance_answers.json").read_bytes()
    )
    found: JsonObject = data[who]
    return found


def governance(*, since: datetime) -> JsonObject:
    """What the circle says of itself."""
    return {
        "type": "ConsortiumGovernance",
        "name": CIRCLE,
        "questions": 1,
        "language": "en",
        "answers": answers("governance"),
        "principles": [
            {
                "version": 1,
                "since": format_instant(since),
                "text": "Nobody is turned away because of this registry. Members decide together, "
                "say why, and hear appeals.",
            }
        ],
    }


def dossier(organisation: Organisation, who: str, *, form: Form = Form.FULL) -> JsonObject:
    """What an applicant hands in."""
    return {
        "type": "VettingDossier",
        "form": form.value,
        "questions": 1,
        "did": organisation.did,
        "language": "en",
        "answers": answers(who),
    }


def place(organisation: Organisation, code: str, *, on: datetime, needed: bool) -> JsonObject:
    """An assessment of one place, which may come to the answer no."""
    paper = f"Assessment of {code} for {organisation.title}"
    return {
        "type": "PlaceAssessment",
        "did": organisation.did,
        "place": code,
        "date": format_instant(on)[:10],
        "by": "the law clinic of the upper valley",
        "necessity": {
            "needed": needed,
            "why": "People tell their story again at each counter, and lose paper slips."
            if needed
            else "Everybody knows everybody here, and a list of any kind would be looked for.",
            "without": "The same help, by a neighbour's word.",
            "legalIdentity": "It proves no legal identity and says nothing about asylum.",
        },
        "impact": {
            "risks": [
                {
                    "risk": "A device is taken and read.",
                    "measure": "No names, months instead of days, everything sealed.",
                    "remaining": "low",
                }
            ],
            "suitability": "Families who stay some months; those who pass through need none.",
            "evidence": [
                {
                    "title": paper,
                    "date": format_instant(on)[:10],
                    "sha256": sha256(paper.encode()).hexdigest(),
                }
            ],
        },
    }
