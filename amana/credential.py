"""Verifiable credentials, VC Data Model 2.0: built, checked, and read into a frozen view."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

import schemas
from amana.data_model import VERIFIABLE, as_list, check_members, read_instant
from amana.dates import first_of_month, parse_instant
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.schema import KINDS, conforms
from amana.status_entry import StatusEntry, read_status_entry
from amana.strict_json import Json, JsonObject, as_object

__all__ = ["CONTEXTS", "Credential", "StatusEntry", "build_credential", "check_credential"]

CONTEXTS: Final = (schemas.VC_CONTEXT, schemas.CONTEXT)


class Credential(NamedTuple):
    """What a checked credential says. Not checked yet: its proof, dates, status and schema."""

    document: JsonObject
    types: tuple[str, ...]
    issuer: str
    subjects: tuple[JsonObject, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    status: tuple[StatusEntry, ...]
    kind: str  # the first type besides VerifiableCredential, or that one if there is no other
    conforms: bool | None  # to our schema for its kind; None if there is none, or no validator

    @property
    def holder(self) -> str | None:
        """The id of the one subject, if there is exactly one and it has an id."""
        if len(self.subjects) != 1:
            return None
        holder: str | None = self.subjects[0].get("id")
        return holder

    def __repr__(self) -> str:
        """Nothing of the person: a repr ends up in logs."""
        return f"Credential(kind={self.kind!r}, issuer={self.issuer!r})"


def build_credential(
    kind: str,
    *,
    issuer: str,
    subject: Mapping[str, Json],
    valid_from: date,
    valid_until: date,
    status: StatusEntry | None = None,
) -> JsonObject:
    """An unsigned credential of one of our types, with the functional-identity notice (C81).

    Dates are cut to the first of their month (C68). Not checked: the type's schema.
    """
    document: JsonObject = {
        "@context": list(CONTEXTS),
        "type": [VERIFIABLE, kind],
        "issuer": issuer,
        "validFrom": first_of_month(valid_from),
        "validUntil": first_of_month(valid_until),
        "credentialSubject": dict(subject),
        "termsOfUse": {"type": "FunctionalIdentityNotice", "id": schemas.NOTICE},
    }
    if status is not None:
        document["credentialStatus"] = status.document()
    return document


def check_credential(document: Json, *, limits: Limits = LIMITS) -> Credential:
    """Check the rules of VC Data Model 2.0, section 4, and return the frozen view.

    Raises: InputError BAD_CREDENTIAL or BAD_DATE (the document's author).
    Not checked: proof, whether dates have come, status, and whether terms are defined. Whether it
    conforms to our own schema is found out here, and judged later.
    """
    document = as_object(document, Reason.BAD_CREDENTIAL)
    own = _own_kind(document)
    conforming = None
    if own is not None:
        conforming = conforms(own)(document)
        if conforming:
            return _conforming(document, own)
    types = check_members(document, limits)
    own = next((name for name in types if name != VERIFIABLE), VERIFIABLE)
    if conforming is None and own in KINDS:
        # Its types stand otherwise than our schema says: that is found, not left unknown.
        conforming = conforms(own)(document)
    valid_from = read_instant(document, "validFrom")
    valid_until = read_instant(document, "validUntil")
    if valid_from is not None and valid_until is not None:
        _check_order(valid_from, valid_until)
    issuer, subject = document["issuer"], document["credentialSubject"]
    return Credential(
        document=document,
        types=types,
        issuer=issuer if type(issuer) is str else issuer["id"],
        subjects=(subject,) if type(subject) is dict else tuple(subject),
        valid_from=valid_from,
        valid_until=valid_until,
        status=tuple(
            [read_status_entry(entry) for entry in as_list(document.get("credentialStatus"))]
        ),
        kind=own,
        conforms=conforming,
    )


def _conforming(document: JsonObject, kind: str) -> Credential:
    """The view of a document that our schema for `kind` admits.

    Our schemas are stricter than the data model: what they admit needs no second look.
    """
    valid_from = parse_instant(document["validFrom"])
    valid_until = parse_instant(document["validUntil"])
    _check_order(valid_from, valid_until)
    status: tuple[StatusEntry, ...] = ()
    if "credentialStatus" in document:
        entry = document["credentialStatus"]
        status = (
            StatusEntry(
                entry["statusListCredential"], int(entry["statusListIndex"]), entry["statusPurpose"]
            ),
        )
    return Credential(
        document,
        (VERIFIABLE, kind),
        document["issuer"],
        (document["credentialSubject"],),
        valid_from,
        valid_until,
        status,
        kind,
        True,
    )


def _check_order(valid_from: datetime, valid_until: datetime) -> None:
    if valid_until < valid_from:
        raise InputError(Reason.BAD_CREDENTIAL, "validUntil lies before validFrom")


def _own_kind(document: JsonObject) -> str | None:
    """The kind that a document says it is, if we have a schema for that kind."""
    types = document.get("type")
    if type(types) is not list or len(types) != 2 or type(types[1]) is not str:
        return None
    return types[1] if types[1] in KINDS else None
