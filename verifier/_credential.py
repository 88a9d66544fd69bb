"""Steps 2 to 7 of a verification: one credential against one snapshot, at one time."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import ModuleType
from typing import Final, NamedTuple

from amana.credential import Credential
from amana.did.key import PREFIX, resolve_any, verification_method
from amana.errors import InputError, VerificationError
from amana.jwk import VerifyingKey
from amana.proofs import eddsa_jcs
from amana.purpose import PROFILES, check_marks
from amana.reasons import Reason
from amana.schema import KINDS
from amana.status import judge_entry
from amana.strict_json import Json, JsonObject
from amana.usual_form import UsualCredential, linked_data
from trust_registry.issued import standing_of
from trust_registry.snapshot import CLOCK_LIMIT, Entry, PinnedKey, Snapshot, standing
from verifier.policy import Policy
from verifier.verdict import ProofShown, ReliedOn

__all__ = ["Ground", "Judged", "Signers", "find_key", "judge_credential", "judge_proved"]

_NO_TIME: Final = timedelta(0)
_PLAIN: Final = frozenset(
    {"@context", "type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"}
)


class Ground(NamedTuple):
    """What a verdict stands on: the registry, the rules, and the time as far as it is believed.

    `now` is never before the newest date of the registry that this device has seen: k of n members
    signed that date, and nobody the device's clock.
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
        earliest = snapshot.earliest
        since, passed = now - earliest, now - snapshot.published
        age: timedelta | None = passed
        reasons: tuple[Reason, ...] = (Reason.DEMO_REGISTRY,) if snapshot.demo else ()
        if not _NO_TIME <= since <= CLOCK_LIMIT:
            age = None
            reasons += (Reason.CLOCK_UNTRUSTED,)
        elif passed > policy.registry_max_age:
            reasons += (Reason.REGISTRY_EXPIRED,)
        believed = now if since >= _NO_TIME else earliest
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


# Who signed, by DID: the entry and each key that the registry pins; nothing for a mere did:key.
Signers = dict[str, list[tuple[Entry, PinnedKey]]]


class Judged(NamedTuple):
    """What speaks against one credential, and the age of the status list that was asked.

    `issuer` is None unless a key that the registry pins for it has signed.
    """

    reasons: list[Reason]
    status_age: timedelta | None = None
    issuer: str | None = None


def judge_credential(
    credential: Credential, ground: Ground, usual: UsualCredential | None = None
) -> Judged:
    """Steps 2 to 7. A credential whose proof fails is judged no further.

    `usual` is there if the credential was read from its usual text, its proof and hashes with it.
    """
    try:
        signers = _check_proof(credential, ground, usual)
    except (InputError, VerificationError) as error:
        return Judged([error.reason])
    return judge_proved(credential, ground, signers, secured=credential.document)


def judge_proved(
    credential: Credential, ground: Ground, signers: Signers, *, secured: JsonObject | str
) -> Judged:
    """Steps 4 to 7, for a credential whose proof was verified, whatever mechanism that was.

    `secured` is what was signed: the document with its proof, or the token.
    """
    pinned = signers.get(credential.issuer)
    reasons = [] if pinned else [Reason.ISSUER_UNKNOWN]
    for entry, key in pinned or ():
        reasons += _standing_reasons(credential, entry, key, ground, secured)
    now, valid_until = ground.now, credential.valid_until
    if credential.valid_from is not None and now < credential.valid_from:
        reasons.append(Reason.NOT_YET_VALID)
    if valid_until is not None and now >= valid_until:
        reasons.append(_expired(valid_until, ground))
    status_age = _check_status(credential, ground, reasons)
    against = _schema_reason(credential)
    if against is not None:
        reasons.append(against)
    return Judged(reasons, status_age, credential.issuer if pinned else None)


def find_key(method: str, purpose: str, ground: Ground, signers: Signers) -> VerifyingKey:
    """The key of verification method `method`; whose it is goes into `signers`.

    Raises: VerificationError ISSUER_UNKNOWN, KEY_UNKNOWN, KEY_NOT_OF_ISSUER or WRONG_RELATIONSHIP;
    InputError for a did:key that is none.
    """
    if purpose != "assertionMethod":
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "a credential is signed to assert")
    did = method.partition("#")[0]
    entry = ground.snapshot.entry(did) if ground.snapshot is not None else None
    if entry is not None:
        key = entry.keys.get(method)
        if key is None:
            raise VerificationError(Reason.KEY_UNKNOWN, "the registry pins no such key")
        if "assertionMethod" not in key.relationships:
            raise VerificationError(Reason.WRONG_RELATIONSHIP, "this key may not assert")
        signers.setdefault(did, []).append((entry, key))
        return key.public
    if not did.startswith(PREFIX):
        raise VerificationError(Reason.ISSUER_UNKNOWN, "the registry does not know it")
    if method != verification_method(did):
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "a did:key has one key")
    signers[did] = []
    return resolve_any(did)


def _expired(valid_until: datetime, ground: Ground) -> Reason:
    """A clock that is not believed proves no falsity; the date that members signed does."""
    if (
        Reason.CLOCK_UNTRUSTED in ground.reasons
        and ground.snapshot is not None
        and ground.snapshot.earliest < valid_until
    ):
        return Reason.EXPIRED_BY_DOUBTED_CLOCK
    return Reason.EXPIRED


def _check_proof(credential: Credential, ground: Ground, usual: UsualCredential | None) -> Signers:
    """Steps 2 and 3: whose key it is, that it may assert, and that it signed this.

    Raises: InputError or VerificationError with what is false about it.
    """
    document, issuer = credential.document, credential.issuer
    suite: ModuleType = eddsa_jcs
    if usual is not None:
        proof = usual.proof
    else:
        value = document.get("proof")
        found = _suite(value)
        if found is None:
            return _check_proofs(credential, ground)
        suite, proof = found, found.read_proof(value)
    if not proof.verification_method.startswith(f"{issuer}#"):
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "the method is not the issuer's")
    signers: Signers = {}
    try:
        key = find_key(proof.verification_method, proof.proof_purpose, ground, signers)
    except VerificationError as error:
        if error.reason is not Reason.ISSUER_UNKNOWN:
            raise
        return signers  # merely unknown: what else is false about it is still found
    if key.algorithm != "EdDSA":
        raise VerificationError(Reason.ALGORITHM_FORBIDDEN, "these suites sign with Ed25519 alone")
    if usual is not None:
        key.verify(usual.signed, proof.signature)
    else:
        suite.verify(document, proof, key=key)
    return signers


def _suite(value: Json) -> ModuleType | None:
    """The suite of a proof that stands alone and has no option that somebody would have to obey."""
    if type(value) is not dict or not value.keys() <= _PLAIN:
        return None
    name = value.get("cryptosuite")
    if name == eddsa_jcs.CRYPTOSUITE:
        return eddsa_jcs
    return linked_data() if name == "eddsa-rdfc-2022" else None


def _check_proofs(credential: Credential, ground: Ground) -> Signers:
    """The same for sets and chains: every proof has to verify, and one must be the issuer's."""
    from amana.proofs.data_integrity import read_proofs, verify_proofs

    document, own = credential.document, f"{credential.issuer}#"
    if not any(proof.verification_method.startswith(own) for proof in read_proofs(document)):
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "no method is the issuer's")
    signers: Signers = {}
    try:
        verify_proofs(
            document,
            key_of=lambda method, purpose: find_key(method, purpose, ground, signers),
            now=ground.now,
        )
    except VerificationError as error:
        if error.reason is not Reason.ISSUER_UNKNOWN:
            raise
        return {}
    return signers


def _standing_reasons(
    credential: Credential,
    entry: Entry,
    key: PinnedKey,
    ground: Ground,
    secured: JsonObject | str,
) -> list[Reason]:
    """Step 4: what the consortium says of the issuer, then and now, and of what it may issue."""
    reasons = []
    issued, now = credential.valid_from, ground.now
    against = standing(entry, key, issued=issued, now=now)
    if against is not None:  # only then can it matter what the registry lists as issued
        against = standing_of(
            secured, snapshot=ground.snapshot, entry=entry, key=key, issued=issued, now=now
        )
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
