"""Whom a wallet believes, by the registry it carries: who issued a proof, and who asks for one.

What speaks against somebody outright (a signature that does not fit, a withdrawal) is an error;
what is merely not known is a mark that the person sees. A phone's clock is never the only reason to
distrust: what it says against a date is a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from amana.challenge import Challenge, check_station
from amana.credential import Credential
from amana.did import key as did_key
from amana.errors import AmanaError, RegistryError, VerificationError
from amana.proofs import eddsa_jcs
from amana.purpose import KIND
from amana.reasons import Outcome, Reason
from trust_registry.accreditation import Accreditation, accreditation
from trust_registry.issued import standing_of
from trust_registry.snapshot import Entry, PinnedKey, Snapshot

__all__ = ["Asker", "Vouched", "look", "name_of", "seen_issuer"]

_BY_CLOCK = (Reason.EXPIRED, Reason.NOT_YET_VALID)
# Those who left by themselves may ask no more; what they certified before does not change that.
_NO_LONGER: Final = {Accreditation.TERMINATED: Reason.ISSUER_WITHDRAWN_SINCE}


class Vouched(StrEnum):
    """What the registry says of who asks, as far as a person needs it to decide."""

    YES = "yes"  # it knows them, the station is theirs, and they are accredited to ask for this
    NOT_ACCREDITED = "not-accredited"  # it knows them; `Asker.accreditation` says what they lack
    NOT_PROVED = "not-proved"  # it knows who they say they are; they did not show that they are
    STOLEN = "stolen"  # the station is reported stolen
    UNKNOWN = "unknown"  # it does not know them
    NO_REGISTRY = "no-registry"  # there is none here that can be read


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks (C61). `trouble` says why the registry does not vouch for them; None if it does.

    `accreditation` is what the registry says of the organisation that they name, for this purpose
    and service tier, whoever they are; `places` are where it is accredited (ISO 3166), empty for
    everywhere: a wallet does not know where it is, and the person does.
    """

    organisation: str
    name: str | None
    trouble: Reason | None
    accreditation: Accreditation
    places: tuple[str, ...] = ()
    warnings: tuple[Reason, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the registry knows them and lets them ask for this."""
        return self.trouble is None

    @property
    def vouched(self) -> Vouched:
        """The same in one of six words."""
        if self.trouble is None:
            return Vouched.YES
        if self.trouble in _VOUCHED:
            return _VOUCHED[self.trouble]
        if self.accreditation is Accreditation.UNKNOWN:
            return Vouched.UNKNOWN
        lacking = self.accreditation is not Accreditation.ACCREDITED
        proved = self.trouble in _OF_STANDING
        return Vouched.NOT_ACCREDITED if lacking and proved else Vouched.NOT_PROVED


_VOUCHED: Final = {
    Reason.REGISTRY_MISSING: Vouched.NO_REGISTRY,
    # What is kept of it was damaged since it was loaded.
    Reason.REGISTRY_CORRUPT: Vouched.NO_REGISTRY,
    Reason.UNREADABLE_FILE: Vouched.NO_REGISTRY,
    Reason.ISSUER_UNKNOWN: Vouched.UNKNOWN,
    Reason.STATION_STOLEN: Vouched.STOLEN,
}
# What is found only after the organisation's signature was.
_OF_STANDING: Final = frozenset(
    {
        Reason.OUT_OF_SCOPE,
        Reason.ISSUER_NOT_YET_GRANTED,
        Reason.ISSUER_SUSPENDED_SINCE,
        Reason.ISSUER_SUSPENDED_WHEN_ISSUED,
        Reason.ISSUER_WITHDRAWN_SINCE,
        Reason.ISSUER_WITHDRAWN_WHEN_ISSUED,
    }
)


def look(challenge: Challenge, *, snapshot: Snapshot | None, now: datetime) -> Asker:
    """Say who asks, and whether the registry vouches that they may.

    Trusted means: the organisation is in the registry and granted, its pinned key signed the
    station's certificate, the station is not reported stolen, and the organisation is accredited to
    `ask` for purpose credentials, or for those of this purpose, at this service tier. Dates that
    only the phone's own clock contradicts become `warnings`.

    Raises: nothing for a challenge that was read. Not checked: the challenge itself, which
    `read_challenge` did.
    """
    entry, trouble = _entry_of(challenge.domain, snapshot)
    warnings = [Reason.CHALLENGE_EXPIRED] if now >= challenge.expires else []
    # A phone whose clock stands before the registry's date would miss what it tells.
    at = now if snapshot is None else max(now, snapshot.earliest)
    asked = f"{KIND}:{challenge.purpose}"
    accredited = accreditation(entry, "ask", asked, at=at, tier=challenge.tier)
    try:
        warnings += _check_asker(challenge, entry, snapshot=snapshot, now=now)
        if accredited is not Accreditation.ACCREDITED:
            reason = _NO_LONGER.get(accredited, Reason.OUT_OF_SCOPE)
            raise VerificationError(reason, "not accredited to ask for this")
    except AmanaError as error:
        trouble = trouble or error.reason
    return Asker(
        organisation=challenge.domain,
        name=None if entry is None else name_of(entry),
        trouble=trouble,
        accreditation=accredited,
        places=() if entry is None else tuple(sorted(entry.jurisdictions)),
        warnings=tuple(warnings),
    )


def seen_issuer(
    credential: Credential, *, snapshot: Snapshot | None, now: datetime
) -> Reason | None:
    """None if the issuer's signature and standing are good; else why they are not known.

    Raises: InputError or VerificationError with the reason, where something is proved false: the
    signature, whose key it is, an issuer withdrawn when it issued. Not checked: schema and status.
    """
    try:
        _check_issuer(credential, snapshot=snapshot, now=now)
    except AmanaError as error:
        if error.reason.outcome is Outcome.REJECTED:
            raise
        return error.reason
    return None


def name_of(entry: Entry) -> str:
    """The organisation's name in English, else in whichever language comes first, else its DID."""
    return entry.names.get("en") or next(iter(entry.names.values()), entry.did)


def _entry_of(did: str, snapshot: Snapshot | None) -> tuple[Entry | None, Reason | None]:
    """The organisation's entry; or why nobody knows, where what is kept was damaged."""
    try:
        return (None if snapshot is None else snapshot.entry(did)), None
    except RegistryError as error:
        return None, error.reason


def _check_asker(
    challenge: Challenge, entry: Entry | None, *, snapshot: Snapshot | None, now: datetime
) -> list[Reason]:
    certificate = challenge.certificate
    proof = eddsa_jcs.read_proof(certificate.document.get("proof"))
    pinned = _pinned(entry, proof.verification_method, snapshot=snapshot)
    entry, snapshot = pinned.entry, pinned.snapshot
    warnings: list[Reason] = []
    try:
        check_station(challenge, key_id=pinned.key.id, key=pinned.key.public, now=now)
    except VerificationError as error:
        if error.reason not in _BY_CLOCK:
            raise
        warnings.append(error.reason)
    # The members signed the day on which the registry was published: that is no phone's clock.
    last = certificate.valid_until
    if last is not None and last <= snapshot.earliest:
        raise VerificationError(Reason.EXPIRED, "the certificate ended before the registry's date")
    _check_standing(entry, pinned.key, certificate, now=now, snapshot=snapshot)
    if certificate.subjects[0]["serial"] in snapshot.stolen:
        raise VerificationError(Reason.STATION_STOLEN, "this station was reported stolen")
    return warnings


def _check_issuer(credential: Credential, *, snapshot: Snapshot | None, now: datetime) -> None:
    document = credential.document
    proof = eddsa_jcs.read_proof(document.get("proof"))
    if proof.proof_purpose != "assertionMethod":
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "not signed to assert")
    issuer, method = credential.issuer, proof.verification_method
    if not method.startswith(f"{issuer}#"):
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "signed with somebody else's key")
    if issuer.startswith(did_key.PREFIX):  # it needs no registry to be read
        if method != did_key.verification_method(issuer):
            raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "a did:key has one key")
        eddsa_jcs.verify(document, proof, key=did_key.resolve(issuer))
    entry = None if snapshot is None else snapshot.entry(issuer)
    pinned = _pinned(entry, method, snapshot=snapshot)
    eddsa_jcs.verify(document, proof, key=pinned.key.public)
    _check_standing(pinned.entry, pinned.key, credential, now=now, snapshot=pinned.snapshot)
    purpose, kind = credential.subjects[0].get("purpose"), credential.kind
    # For the whole kind, or for this purpose of it.
    if not (pinned.entry.may("issue", kind) or pinned.entry.may("issue", f"{kind}:{purpose}")):
        raise VerificationError(Reason.OUT_OF_SCOPE, "not accredited to issue this")


@dataclass(frozen=True, kw_only=True)
class _Pinned:
    snapshot: Snapshot
    entry: Entry
    key: PinnedKey


def _pinned(entry: Entry | None, key_id: str, *, snapshot: Snapshot | None) -> _Pinned:
    if snapshot is None:
        raise VerificationError(Reason.REGISTRY_MISSING, "there is no registry to ask")
    if entry is None:
        raise VerificationError(Reason.ISSUER_UNKNOWN, "the registry does not know it")
    key = entry.keys.get(key_id)
    if key is None:
        raise VerificationError(Reason.KEY_UNKNOWN, "the registry does not know this key of it")
    if "assertionMethod" not in key.relationships:
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "a key that is not there to assert")
    return _Pinned(snapshot=snapshot, entry=entry, key=key)


def _check_standing(
    entry: Entry, key: PinnedKey, credential: Credential, *, now: datetime, snapshot: Snapshot
) -> None:
    # A phone whose clock stands before the registry's date would miss what it tells.
    reason = standing_of(
        credential.document,
        snapshot=snapshot,
        entry=entry,
        key=key,
        issued=credential.valid_from,
        now=max(now, snapshot.earliest),
    )
    if reason is not None:
        raise VerificationError(reason, "the registry speaks against it")
