"""Steps 2 to 7 of a verification: one credential against one snapshot, at one time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from amana.credential import Credential
from amana.did.key import PREFIX, resolve, verification_method
from amana.errors import InputError, VerificationError
from amana.proofs import eddsa_jcs
from amana.purpose import PROFILES, check_marks
from amana.reasons import Reason
from amana.schema import KINDS
from amana.status import judge_entry
from trust_registry.snapshot import Entry, PinnedKey, Snapshot, standing
from verifier.policy import CLOCK_LIMIT, Policy
from verifier.verdict import ProofShown, ReliedOn

__all__ = ["Ground", "Judged", "judge_credential"]

_NO_TIME: Final = timedelta(0)


class Ground(NamedTuple):
    """What a verdict stands on: the registry, the rules, and the time as far as it is believed.

    `now` is never before the registry's own date: that date was signed by k of n members, the
    device's clock by nobody.
    """

    snapshot: Snapshot | None
    policy: Policy
    now: datetime
    age: timedelta | None
    reasons: tuple[Reason, ...]

    @classmethod
    def of(cls, snapshot: Snapshot | None, *, policy: Policy, now: datetime) -> Ground:
        """Raises: ValueError for a `now` without a time zone (the caller's fault)."""
        if now.tzinfo is None:
            raise ValueError("now must be aware of its time zone")
        if snapshot is None:
            return cls(
                snapshot=None, policy=policy, now=now, age=None, reasons=(Reason.REGISTRY_MISSING,)
            )
        since = now - snapshot.published
        age: timedelta | None = since
        reasons: tuple[Reason, ...] = (Reason.DEMO_REGISTRY,) if snapshot.demo else ()
        if not _NO_TIME <= since <= CLOCK_LIMIT:
            age = None
            reasons += (Reason.CLOCK_UNTRUSTED,)
        elif since > policy.registry_max_age:
            reasons += (Reason.REGISTRY_EXPIRED,)
        believed = now if since >= _NO_TIME else snapshot.published
        return cls(snapshot, policy, believed, age, reasons)

    def relied_on(
        self,
        proof: ProofShown,
        *,
        status_age: timedelta | None = None,
        issuer: str | None = None,
    ) -> ReliedOn:
        """What the verdict will say about its ground."""
        version = None if self.snapshot is None else self.snapshot.version
        return ReliedOn(version, self.age, status_age, proof, issuer)


class Judged(NamedTuple):
    """What speaks against one credential, and the age of the status list that was asked.

    `issuer` is None unless a key that the registry pins for it has signed.
    """

    reasons: list[Reason]
    status_age: timedelta | None = None
    issuer: str | None = None


def judge_credential(credential: Credential, ground: Ground) -> Judged:
    """Steps 2 to 7. A credential whose proof fails is judged no further."""
    try:
        entry, key, reasons = _check_proof(credential, ground)
    except (InputError, VerificationError) as error:
        return Judged(reasons=[error.reason])
    if entry is not None and key is not None:
        reasons += _standing_reasons(credential, entry, key, ground)
    now, valid_until = ground.now, credential.valid_until
    if credential.valid_from is not None and now < credential.valid_from:
        reasons.append(Reason.NOT_YET_VALID)
    if valid_until is not None and now >= valid_until:
        reasons.append(_expired(valid_until, ground))
    status_age = _check_status(credential, ground, reasons)
    against = _schema_reason(credential)
    if against is not None:
        reasons.append(against)
    return Judged(reasons, status_age, credential.issuer if entry is not None else None)


def _expired(valid_until: datetime, ground: Ground) -> Reason:
    """A clock that is not believed proves no falsity; the date that members signed does."""
    if (
        Reason.CLOCK_UNTRUSTED in ground.reasons
        and ground.snapshot is not None
        and ground.snapshot.published < valid_until
    ):
        return Reason.EXPIRED_BY_DOUBTED_CLOCK
    return Reason.EXPIRED


def _check_proof(
    credential: Credential, ground: Ground
) -> tuple[Entry | None, PinnedKey | None, list[Reason]]:
    """Steps 2 and 3: whose key it is, that it may assert, and that it signed this.

    Raises: InputError or VerificationError with what is false about it.
    """
    proof = eddsa_jcs.read_proof(credential.document.get("proof"))
    method, issuer = proof.verification_method, credential.issuer
    if proof.proof_purpose != "assertionMethod":
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "a credential is signed to assert")
    if not method.startswith(f"{issuer}#"):
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "the method is not the issuer's")
    entry = ground.snapshot.entry(issuer) if ground.snapshot is not None else None
    if entry is not None:
        key = entry.keys.get(method)
        if key is None:
            raise VerificationError(Reason.KEY_UNKNOWN, "the registry pins no such key")
        if "assertionMethod" not in key.relationships:
            raise VerificationError(Reason.WRONG_RELATIONSHIP, "this key may not assert")
        eddsa_jcs.verify(credential.document, proof, key=key.public)
        return entry, key, []
    if issuer.startswith(PREFIX):
        if method != verification_method(issuer):
            raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "a did:key has one key")
        eddsa_jcs.verify(credential.document, proof, key=resolve(issuer))
    return None, None, [Reason.ISSUER_UNKNOWN]


def _standing_reasons(
    credential: Credential, entry: Entry, key: PinnedKey, ground: Ground
) -> list[Reason]:
    """Step 4: what the consortium says of the issuer, then and now, and of what it may issue."""
    reasons = []
    against = standing(entry, key, issued=credential.valid_from, now=ground.now)
    if against is not None:
        reasons.append(against)
    if entry.demo and ground.snapshot is not None and not ground.snapshot.demo:
        reasons.append(Reason.DEMO_KEY)
    kind = credential.kind
    if ("issue", kind) not in entry.actions:
        purpose = credential.subjects[0].get("purpose")
        if not entry.may("issue", f"{kind}:{purpose}"):
            reasons.append(Reason.OUT_OF_SCOPE)
    return reasons


def _check_status(
    credential: Credential, ground: Ground, reasons: list[Reason]
) -> timedelta | None:
    """Step 6, into `reasons`; the age of the oldest list that was asked.

    A credential about people must have a status; absence is not permission.
    """
    if not credential.status:
        if credential.kind in PROFILES:
            reasons.append(Reason.STATUS_MISSING)
        return None
    oldest: timedelta | None = None
    for entry in credential.status:
        found = ground.snapshot.status_list(entry.list_url) if ground.snapshot else None
        if found is None:
            reasons.append(Reason.STATUS_LIST_MISSING)
            continue
        if found.issuer != credential.issuer:
            reasons.append(Reason.STATUS_LIST_OF_ANOTHER_ISSUER)
            continue
        age = ground.now - found.valid_from
        if age >= _NO_TIME:  # a list from the future has no age: some clock is wrong
            oldest = age if oldest is None or age > oldest else oldest
        if age > ground.policy.status_max_age or (
            found.valid_until is not None and ground.now >= found.valid_until
        ):
            reasons.append(Reason.STATUS_LIST_EXPIRED)
        try:
            against = judge_entry(entry, found)
        except VerificationError as error:
            against = error.reason
        if against is not None:
            reasons.append(against)
    return oldest


def _schema_reason(credential: Credential) -> Reason | None:
    """Step 7: our types as their schemas say, and every claim marked."""
    if not credential.conforms:
        if credential.kind not in KINDS:
            return Reason.SCHEMA_UNKNOWN
        return Reason.MISSING_LIBRARY if credential.conforms is None else Reason.SCHEMA_VIOLATION
    if credential.kind in PROFILES:
        try:
            check_marks(credential.subjects[0])
        except InputError as error:
            return error.reason
    return None
