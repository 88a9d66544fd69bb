"""The closed list of reasons, and the one outcome that each of them has.

A reason is either *proof of falsity* (REJECTED), *merely unknown* (UNDECIDED) or a remark that an
accepted proof carries with it. Absence is never permission: what is not known is UNDECIDED.
Errors outside a verdict (a workbook, a vault, a register) use the same list, so that every failure
of Amana has one name that staff, tests and other software can rely on.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = ["Check", "Outcome", "Reason"]


class Outcome(StrEnum):
    """What a verdict says. There is no fourth value, and none of them is a boolean."""

    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    UNDECIDED = "UNDECIDED"

    __hash__ = str.__hash__


class Check(StrEnum):
    """The step that found it, in the order in which the steps run."""

    SYNTAX = "syntax"
    ISSUER = "issuer"
    CREDENTIAL_PROOF = "credential-proof"
    STANDING = "standing"
    DATES = "dates"
    STATUS = "status"
    SCHEMA = "schema"
    PRESENTATION_PROOF = "presentation-proof"
    HOLDER = "holder"
    POLICY = "policy"
    # Not steps of a verdict: where an error of another part of the house belongs.
    KEYS = "keys"
    INTAKE = "intake"
    REGISTER = "register"
    REGISTRY = "registry"
    VAULT = "vault"


class Reason(StrEnum):
    """Why. `outcome` and `check` are fixed here and nowhere else."""

    # -- syntax: the bytes are not what they should be
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    NOT_UTF8 = "not-utf8"
    NOT_JSON = "not-json"
    DUPLICATE_KEY = "duplicate-key"
    LONE_SURROGATE = "lone-surrogate"
    NOT_A_NUMBER = "not-a-number"
    INTEGER_RANGE = "integer-out-of-range"
    FLOAT_FORBIDDEN = "float-forbidden"
    BAD_MULTIBASE = "bad-multibase"
    BAD_DID = "bad-did"
    BAD_DID_LOG = "bad-did-log"
    BAD_DATE = "bad-date"
    BAD_CREDENTIAL = "bad-credential"
    BAD_PRESENTATION = "bad-presentation"
    BAD_CHALLENGE = "bad-challenge"
    BAD_PROOF_FORM = "bad-proof-form"
    BAD_PROOF_CHAIN = "bad-proof-chain"
    BAD_JWT = "bad-jwt"
    BAD_CWT = "bad-cwt"
    BAD_SD_JWT = "bad-sd-jwt"
    BAD_DISCLOSURE = "bad-disclosure"
    TOO_MANY_DISCLOSURES = "too-many-disclosures"
    BAD_TYPE_METADATA = "bad-type-metadata"
    BAD_STATUS_LIST = "bad-status-list"
    BAD_LOG = "bad-log"
    BAD_QR_TEXT = "bad-qr-text"
    NOT_OUR_QR = "not-our-qr"
    UNKNOWN_CODEC = "unknown-codec"
    BAD_PICTURE = "bad-picture"
    NO_CODE_FOUND = "no-code-found"
    UNKNOWN_CONTEXT = "unknown-context"
    BAD_CONTEXT = "bad-context"
    PROTECTED_TERM = "protected-term"
    BAD_LINKED_DATA = "bad-linked-data"
    DATASET_TOO_COMPLEX = "dataset-too-complex"
    UNKNOWN_TERM = "unknown-term"
    UNSUPPORTED_TERM = "unsupported-term"
    RELATIVE_IRI = "relative-iri"
    BAD_TERM_VALUE = "bad-term-value"
    UNKNOWN_KIND = "unknown-kind"
    BAD_TRQP = "bad-trqp"
    # -- issuer
    ISSUER_UNKNOWN = "issuer-unknown"
    KEY_NOT_OF_ISSUER = "key-not-of-issuer"
    KEY_UNKNOWN = "key-unknown"
    WRONG_RELATIONSHIP = "wrong-relationship"
    KEY_ENDED = "key-ended"
    DID_NOT_FOUND = "did-not-found"
    DID_METHOD_UNKNOWN = "did-method-unknown"
    DID_DEACTIVATED = "did-deactivated"
    DID_LOG_FORKED = "did-log-forked"
    DID_WITNESS_UNCHECKED = "did-witness-unchecked"
    # -- proofs
    BAD_KEY = "bad-key"
    KEY_KIND_UNKNOWN = "key-kind-unknown"
    BAD_SIGNATURE = "bad-signature"
    ALGORITHM_FORBIDDEN = "algorithm-forbidden"
    UNKNOWN_CRYPTOSUITE = "unknown-cryptosuite"
    PROOF_MISSING = "proof-missing"
    # -- standing of the issuer
    REGISTRY_MISSING = "registry-missing"
    REGISTRY_EXPIRED = "registry-expired"
    REGISTRY_STALE = "registry-stale"
    CLOCK_UNTRUSTED = "clock-untrusted"
    OUT_OF_SCOPE = "out-of-scope"
    ISSUER_WITHDRAWN_WHEN_ISSUED = "issuer-withdrawn-when-issued"
    ISSUER_SUSPENDED_WHEN_ISSUED = "issuer-suspended-when-issued"
    ISSUER_SUSPENDED_SINCE = "issuer-suspended-since"
    ISSUER_WITHDRAWN_SINCE = "issuer-withdrawn-since"
    ISSUER_NOT_YET_GRANTED = "issuer-not-yet-granted"
    KEY_COMPROMISED = "key-compromised"
    KEY_RETIRED_WHEN_ISSUED = "key-retired-when-issued"
    KEY_NOT_YET_VALID = "key-not-yet-valid"
    DEMO_REGISTRY = "demo-registry"
    DEMO_KEY = "demo-key"
    # -- dates
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    EXPIRED_BY_DOUBTED_CLOCK = "expired-by-doubted-clock"
    # -- status
    STATUS_LIST_MISSING = "status-list-missing"
    STATUS_LIST_EXPIRED = "status-list-expired"
    STATUS_LIST_STALE = "status-list-stale"
    STATUS_LIST_OF_ANOTHER_ISSUER = "status-list-of-another-issuer"
    STATUS_MISSING = "status-missing"
    STATUS_INDEX_OUT_OF_RANGE = "status-index-out-of-range"
    STATUS_PURPOSE_MISMATCH = "status-purpose-mismatch"
    STATUS_SIZE_MISMATCH = "status-size-mismatch"
    STATUS_VALUE_OUT_OF_RANGE = "status-value-out-of-range"
    STATUS_UNKNOWN = "status-unknown"
    STATUS_MESSAGE = "status-message"
    REFRESH_AVAILABLE = "refresh-available"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    # -- schema
    SCHEMA_VIOLATION = "schema-violation"
    SCHEMA_UNKNOWN = "schema-unknown"
    CLAIM_UNMARKED = "claim-unmarked"
    RESOURCE_MISMATCH = "resource-mismatch"
    # -- presentation
    WRONG_CHALLENGE = "wrong-challenge"
    WRONG_DOMAIN = "wrong-domain"
    REPLAYED = "replayed"
    CHALLENGE_EXPIRED = "challenge-expired"
    CHALLENGE_UNKNOWN = "challenge-unknown"
    STATION_UNPROVED = "station-unproved"
    STATION_OUT_OF_SCOPE = "station-out-of-scope"
    STATION_STOLEN = "station-stolen"
    # -- holder
    WRONG_HOLDER = "wrong-holder"
    HOLDER_NOT_PROVED = "holder-not-proved"
    PRESENCE_NOT_PROVEN = "presence-not-proven"
    # -- policy
    WRONG_PURPOSE = "wrong-purpose"
    WRONG_TYPE = "wrong-type"
    CLAIM_NOT_ASKED = "claim-not-asked"
    CLAIM_MISSING = "claim-missing"
    TOO_MANY_CREDENTIALS = "too-many-credentials"
    CREDENTIAL_ONLY = "credential-only"
    # -- keys and sealed files
    WRONG_PASSPHRASE = "wrong-passphrase"
    BAD_KEY_FILE = "bad-key-file"
    BAD_KEY_ADDRESS = "bad-key-address"
    NO_SUCH_TOKEN = "no-such-token"
    NO_SUCH_KEY = "no-such-key"
    TOKEN_LOCKED = "token-locked"
    TOKEN_FAILED = "token-failed"
    # -- intake of registrations
    NOT_A_WORKBOOK = "not-a-workbook"
    EMPTY_WORKBOOK = "empty-workbook"
    ZIP_BOMB = "zip-bomb"
    MISSING_SHEET = "missing-sheet"
    MISSING_COLUMN = "missing-column"
    DUPLICATE_COLUMN = "duplicate-column"
    MERGED_CELLS = "merged-cells"
    BAD_CELL = "bad-cell"
    FORMULA = "formula"
    BAD_ROW = "bad-row"
    ORPHAN_ROW = "orphan-row"
    DUPLICATE_ROW = "duplicate-row"
    BAD_MAPPING = "bad-mapping"
    BAD_PURPOSE = "bad-purpose"
    # -- register of the issuer
    BAD_REGISTER = "bad-register"
    NO_SUCH_ROW = "no-such-row"
    WRONG_STATE = "wrong-state"
    CONSENT_MISSING = "consent-missing"
    NO_FREE_INDEX = "no-free-index"
    REASON_REQUIRED = "reason-required"
    RETENTION_PASSED = "retention-passed"
    REGISTER_BUSY = "register-busy"
    BAD_HOLDER_KEYS = "bad-holder-keys"
    TWO_OFFICERS_NEEDED = "two-officers-needed"
    # -- trust registry
    BELOW_THRESHOLD = "below-threshold"
    ROLLBACK = "rollback"
    REGISTRY_CORRUPT = "registry-corrupt"
    ENTRY_INVALID = "entry-invalid"
    ENTRY_FOR_ANOTHER_DID = "entry-for-another-did"
    ADMITTED_TWICE = "admitted-twice"
    REVOCATION_CLEARED = "revocation-cleared"
    BAD_ISSUED_LIST = "bad-issued-list"
    ISSUED_LIST_SHRUNK = "issued-list-shrunk"
    ISSUED_LIST_TOO_LATE = "issued-list-too-late"
    BAD_STOLEN_LIST = "bad-stolen-list"
    BAD_CEREMONY = "bad-ceremony"
    BEYOND_LIMITS = "beyond-limits"
    BAD_BUNDLE = "bad-bundle"
    BASE_MISSING = "base-missing"
    ANOTHER_REGISTRY = "another-registry"
    AUTHORITY_UNKNOWN = "authority-unknown"
    NO_ANSWER = "no-answer"
    LOG_FORKED = "log-forked"
    LOG_SHRUNK = "log-shrunk"
    LOG_CORRUPT = "log-corrupt"
    LOG_OF_ANOTHER_ORIGIN = "log-of-another-origin"
    NOT_IN_LOG = "not-in-log"
    BAD_VETTING = "bad-vetting"
    INCOMPLETE_DOSSIER = "incomplete-dossier"
    INCOMPLETE_GOVERNANCE = "incomplete-governance"
    FINDING_OPEN = "finding-open"
    CONFLICT_OF_INTEREST = "conflict-of-interest"
    VOTER_NOT_A_MEMBER = "voter-not-a-member"
    VOTE_OF_ANOTHER_MATTER = "vote-of-another-matter"
    TOO_FEW_VOTES = "too-few-votes"
    NOT_ACCREDITED = "not-accredited"
    SPONSOR_MISSING = "sponsor-missing"
    PLACE_NOT_READY = "place-not-ready"
    NOTICE_RUNNING = "notice-running"
    APPEAL_REFUSED = "appeal-refused"
    # -- wallet
    BAD_VAULT = "bad-vault"
    WRONG_PIN = "wrong-pin"
    WEAK_PIN = "weak-pin"
    PIN_IN_USE = "pin-in-use"
    VAULT_FULL = "vault-full"
    NOT_MINE = "not-mine"
    NOTHING_TO_SHOW = "nothing-to-show"
    ALREADY_USED = "already-used"
    CHALLENGE_NOT_TRUSTED = "challenge-not-trusted"
    # -- any shell
    NO_SUCH_FILE = "no-such-file"
    UNREADABLE_FILE = "unreadable-file"
    WOULD_OVERWRITE = "would-overwrite"
    MISSING_LIBRARY = "missing-library"
    PORT_UNUSABLE = "port-unusable"
    TLS_NEEDED = "tls-needed"

    # Enum's own hash is a call into Python; reasons are looked up at every verification.
    __hash__ = str.__hash__

    @property
    def outcome(self) -> Outcome:
        """The outcome that this reason alone gives to a verdict."""
        return _OUTCOMES.get(self, Outcome.REJECTED)

    @property
    def check(self) -> Check:
        """The check that this reason belongs to."""
        return _CHECKS[self]


# REJECTED needs proof of falsity; these are only unknown, or unproved.
_UNDECIDED: Final = (
    Reason.ISSUER_UNKNOWN,
    Reason.AUTHORITY_UNKNOWN,
    Reason.NO_ANSWER,
    Reason.KEY_UNKNOWN,
    Reason.KEY_ENDED,
    Reason.DID_NOT_FOUND,
    Reason.DID_METHOD_UNKNOWN,
    Reason.DID_DEACTIVATED,
    Reason.DID_WITNESS_UNCHECKED,
    Reason.KEY_KIND_UNKNOWN,
    Reason.UNKNOWN_CRYPTOSUITE,
    Reason.UNKNOWN_CODEC,
    Reason.UNKNOWN_CONTEXT,
    Reason.UNSUPPORTED_TERM,
    Reason.UNKNOWN_KIND,
    Reason.NO_CODE_FOUND,
    Reason.NOT_OUR_QR,
    Reason.REGISTRY_MISSING,
    Reason.REGISTRY_CORRUPT,
    Reason.REGISTRY_EXPIRED,
    Reason.BASE_MISSING,
    Reason.CLOCK_UNTRUSTED,
    Reason.ISSUER_SUSPENDED_SINCE,
    Reason.ISSUER_WITHDRAWN_SINCE,
    Reason.KEY_COMPROMISED,
    Reason.KEY_NOT_YET_VALID,
    Reason.ISSUER_NOT_YET_GRANTED,
    Reason.NOT_YET_VALID,
    Reason.EXPIRED_BY_DOUBTED_CLOCK,
    Reason.STATUS_LIST_MISSING,
    Reason.STATUS_LIST_EXPIRED,
    Reason.STATUS_MISSING,
    Reason.STATUS_UNKNOWN,
    Reason.SUSPENDED,
    Reason.SCHEMA_UNKNOWN,
    Reason.CHALLENGE_EXPIRED,
    Reason.CHALLENGE_UNKNOWN,
    Reason.STATION_UNPROVED,
    Reason.STATION_STOLEN,
    Reason.CLAIM_MISSING,
    Reason.CREDENTIAL_ONLY,
    Reason.NOT_IN_LOG,
    Reason.MISSING_LIBRARY,
)
# Remarks: an accepted verdict carries them, and staff may read them.
_ACCEPTED: Final = (
    Reason.CLAIM_NOT_ASKED,
    Reason.PRESENCE_NOT_PROVEN,
    Reason.HOLDER_NOT_PROVED,
    Reason.REGISTRY_STALE,
    Reason.STATUS_LIST_STALE,
    Reason.STATUS_MESSAGE,
    Reason.REFRESH_AVAILABLE,
    Reason.DEMO_REGISTRY,
)
_OUTCOMES: Final[dict[Reason, Outcome]] = {
    **dict.fromkeys(_UNDECIDED, Outcome.UNDECIDED),
    **dict.fromkeys(_ACCEPTED, Outcome.ACCEPTED),
}
# Each group of the list above begins with the reason named here; order is the list's own.
_FIRST_OF_GROUP: Final = {
    Reason.EMPTY: Check.SYNTAX,
    Reason.ISSUER_UNKNOWN: Check.ISSUER,
    Reason.BAD_KEY: Check.CREDENTIAL_PROOF,
    Reason.REGISTRY_MISSING: Check.STANDING,
    Reason.NOT_YET_VALID: Check.DATES,
    Reason.STATUS_LIST_MISSING: Check.STATUS,
    Reason.SCHEMA_VIOLATION: Check.SCHEMA,
    Reason.WRONG_CHALLENGE: Check.PRESENTATION_PROOF,
    Reason.WRONG_HOLDER: Check.HOLDER,
    Reason.WRONG_PURPOSE: Check.POLICY,
    Reason.WRONG_PASSPHRASE: Check.KEYS,
    Reason.NOT_A_WORKBOOK: Check.INTAKE,
    Reason.BAD_REGISTER: Check.REGISTER,
    Reason.BELOW_THRESHOLD: Check.REGISTRY,
    Reason.BAD_VAULT: Check.VAULT,
    Reason.NO_SUCH_FILE: Check.SYNTAX,
}


def _checks() -> dict[Reason, Check]:
    checks: dict[Reason, Check] = {}
    current = Check.SYNTAX
    for reason in Reason:
        current = _FIRST_OF_GROUP.get(reason, current)
        checks[reason] = current
    return checks


_CHECKS: Final = _checks()
