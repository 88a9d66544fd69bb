"""did:webvh 1.0: a DID whose whole history can be checked, from the bytes of its log.

Nothing here fetches anything, and a log that verifies is not yet to be trusted: anybody can make
one. It says that whoever controls the DID today is whoever made it, and that its history is one.
Section titles are those of the specification, which numbers none of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from amana.dates import format_instant, parse_instant
from amana.did._webvh_rules import (
    Parameters,
    broken,
    check_proofs,
    entry_hash,
    next_parameters,
    scid_of,
    without_scid,
)
from amana.did.document import DidDocument, parse_document
from amana.did.web import folder_url
from amana.errors import AmanaError, InputError, VerificationError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads

__all__ = ["PREFIX", "Log", "Version", "log_url", "read_did", "verify_log"]

PREFIX: Final = "did:webvh:"
# Base58 of 34 bytes that begin with those of a SHA-256 multihash: always 46 characters.
_HASH: Final = r"Qm[1-9A-HJ-NP-Za-km-z]{44}"
_DID: Final = re.compile(rf"did:webvh:(?P<scid>{_HASH}):(?P<location>[^:.]+\.[^:]+(?::.*)?)")
_VERSION_ID: Final = re.compile(rf"(?P<number>[1-9][0-9]{{0,8}})-{_HASH}")
_MEMBERS: Final = frozenset({"versionId", "versionTime", "parameters", "state", "proof"})
_SKEW: Final = timedelta(minutes=5)  # clocks differ by as much


@dataclass(frozen=True, kw_only=True)
class Version:
    """One verified entry: the DID's document and parameters from `time` on."""

    number: int
    version_id: str
    time: datetime
    parameters: Parameters
    state: JsonObject = field(repr=False)

    @property
    def did(self) -> str:
        """The DID's name in this version: a portable DID may have had another one before."""
        did: str = self.state["id"]
        return did

    def document(self) -> DidDocument:
        """The keys of this version. Raises: as `parse_document` (the DID's controller)."""
        return parse_document(self.state, did=self.did)


@dataclass(frozen=True, kw_only=True)
class Log:
    """A verified log: all versions of a DID, oldest first."""

    did: str  # as it was asked for
    scid: str
    versions: tuple[Version, ...] = field(repr=False)

    @property
    def newest(self) -> Version:
        """The version that counts now."""
        return self.versions[-1]

    @property
    def deactivated(self) -> bool:
        """Whether its controller ended this DID for good ("Deactivate")."""
        return self.newest.parameters.deactivated

    def version(
        self,
        *,
        version_id: str | None = None,
        version_time: datetime | None = None,
        version_number: int | None = None,
    ) -> Version:
        """The version that all given queries ask for ("Reading did:webvh DID URLs").

        Raises: VerificationError DID_NOT_FOUND where this log has no such version.
        """
        found = [
            version
            for version in self.versions
            if version_id in (None, version.version_id)
            and version_number in (None, version.number)
            and (version_time is None or version.time <= version_time)
        ]
        if not found:
            raise VerificationError(Reason.DID_NOT_FOUND, "the log has no such version")
        return found[-1]

    def metadata(self, version: Version) -> JsonObject:
        """The document metadata that "Read (Resolve)" asks for."""
        active = self.newest.parameters
        return {
            "versionId": version.version_id,
            "versionTime": format_instant(version.time),
            "created": format_instant(self.versions[0].time),
            "updated": format_instant(self.newest.time),
            "scid": self.scid,
            "portable": active.portable,
            "deactivated": active.deactivated,
            "ttl": str(active.ttl),
            "witness": {},  # a log with witnesses is not verified here
            "watchers": list(active.watchers),
        }


def read_did(did: str) -> tuple[str, str]:
    """The SCID and the https folder of a did:webvh ("Method-Specific Identifier").

    Raises: InputError BAD_DID (the sender's fault).
    """
    match = _DID.fullmatch(did) if len(did) <= LIMITS.did_chars else None
    if match is None:
        raise InputError(Reason.BAD_DID, "not a did:webvh")
    return match["scid"], folder_url(match["location"])


def log_url(did: str) -> str:
    """Where the log would lie ("The DID to HTTPS Transformation"). Raises: InputError BAD_DID."""
    return f"{read_did(did)[1]}/did.jsonl"


def verify_log(
    data: bytes,
    *,
    did: str,
    now: datetime,
    known: Log | str | None = None,
    limits: Limits = LIMITS,
) -> Log:
    """Check a whole log, `did.jsonl` ("Read (Resolve)"), for `did`.

    `known` is an older log that was verified, or the versionId of its last entry: the new one must
    extend it. An entry is refused with its number in `where["version"]`, and no part of a bad log
    is given out.

    Raises: InputError BAD_DID_LOG, EMPTY or TOO_LARGE for a log that is not well formed, BAD_DID,
    and what `strict_json.loads`, `check_proofs` and dates raise; VerificationError BAD_DID_LOG or
    BAD_SIGNATURE where a rule is broken (the log's author, or whoever changed it), DID_LOG_FORKED
    where it does not extend what was known; DID_METHOD_UNKNOWN, DID_WITNESS_UNCHECKED (a log whose
    entries need the approval of witnesses) or NOT_YET_VALID where that is not known here.
    Not checked: whether the documents in it are good (`Version.document`), witnesses' proofs.
    """
    scid, _ = read_did(did)
    versions: list[Version] = []
    for number, line in enumerate(_lines(data, limits), 1):
        try:
            entry = _entry(loads(line, limits=limits))
            if versions:
                version, authorised = _next(entry, versions[-1], limits)
            else:
                version, authorised = _first(entry, scid, limits)
            check_proofs(entry, authorised=authorised, now=now, limits=limits)
        except AmanaError as error:
            raise type(error)(error.reason, error.detail, version=number) from None
        versions.append(version)
    log = Log(did=did, scid=scid, versions=tuple(versions))
    if did not in {version.did for version in versions}:
        raise broken("no version of the document has this DID")
    if known is not None:
        _check_extends(log, known)
    if any(version.parameters.witness is not None for version in versions):
        raise VerificationError(Reason.DID_WITNESS_UNCHECKED, "witnesses' proofs are not read here")
    if log.newest.time > now + _SKEW:
        raise VerificationError(Reason.NOT_YET_VALID, "a log from the future", version=number)
    return log


def _lines(data: bytes, limits: Limits) -> list[bytes]:
    """One entry a line (JSON Lines); the last one may lack its line feed."""
    if not data:
        raise InputError(Reason.EMPTY, "no log")
    if len(data) > limits.did_log_bytes:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.did_log_bytes} bytes of log")
    lines = data.removesuffix(b"\n").split(b"\n")
    if len(lines) > limits.did_log_entries:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.did_log_entries} entries")
    return lines


def _entry(value: Json) -> JsonObject:
    """Exactly the members that "The DID Log File" names."""
    entry = as_object(value, Reason.BAD_DID_LOG)
    if set(entry) != _MEMBERS or type(entry["versionId"]) is not str:
        raise InputError(Reason.BAD_DID_LOG, "an entry of another form")
    return entry


def _first(entry: JsonObject, scid: str, limits: Limits) -> tuple[Version, tuple[str, ...]]:
    """The first version, and the keys that may sign it: its own."""
    parameters = next_parameters(None, entry["parameters"], limits=limits)
    if parameters.scid != scid:
        raise broken("the log of another SCID")
    if scid_of(without_scid(entry, scid)) != scid:
        raise broken("the first entry does not have this SCID")
    version = _version(entry, number=1, predecessor=scid, parameters=parameters)
    return version, parameters.update_keys


def _next(entry: JsonObject, prior: Version, limits: Limits) -> tuple[Version, tuple[str, ...]]:
    """A later version, and the keys that may sign it ("Authorized Keys")."""
    before = prior.parameters
    if before.deactivated:
        raise broken("an entry after the DID was deactivated")
    version = _version(
        entry,
        number=prior.number + 1,
        predecessor=prior.version_id,
        parameters=next_parameters(before, entry["parameters"], limits=limits),
    )
    if version.time <= prior.time:
        raise broken("versionTime is not later than that of the entry before")
    if version.did != prior.did:
        # "DID Portability"
        if not version.parameters.portable:
            raise broken("the DID was renamed, and is not portable")
        if prior.did not in version.document().also_known_as:
            raise broken("a renamed DID names the one before in alsoKnownAs")
    # Under pre-rotation the new keys sign, since the entry before committed to them.
    signing = version.parameters if before.next_key_hashes else before
    return version, signing.update_keys


def _version(
    entry: JsonObject, *, number: int, predecessor: str, parameters: Parameters
) -> Version:
    version_id = entry["versionId"]
    match = _VERSION_ID.fullmatch(version_id)
    if match is None:
        raise InputError(Reason.BAD_DID_LOG, "versionId is a number, a dash and a hash")
    if int(match["number"]) != number:
        raise broken(f"version {match['number']} where version {number} belongs")
    if version_id != f"{number}-{entry_hash(entry, predecessor=predecessor)}":
        raise broken("the hash in versionId does not fit the entry and the one before")
    state = as_object(entry["state"], Reason.BAD_DID_LOG)
    did = state.get("id")
    if type(did) is not str or read_did(did)[0] != parameters.scid:
        raise broken("the document's id has another SCID")
    return Version(
        number=number,
        version_id=version_id,
        time=_time(entry["versionTime"]),
        parameters=parameters,
        state=state,
    )


def _time(value: Json) -> datetime:
    if type(value) is not str or not value.endswith(("Z", "+00:00")):
        raise InputError(Reason.BAD_DATE, "versionTime is a date and time in UTC")
    return parse_instant(value)


def _check_extends(log: Log, known: Log | str) -> None:
    """Raises: VerificationError DID_LOG_FORKED: its controller or its host shows two histories."""
    last = known if isinstance(known, str) else known.newest.version_id
    match = _VERSION_ID.fullmatch(last)
    if match is None:
        raise InputError(Reason.BAD_DID_LOG, "what is known is no versionId")
    number = int(match["number"])
    if number > len(log.versions):
        raise VerificationError(
            Reason.DID_LOG_FORKED, "entries that were known are missing", version=number
        )
    if log.versions[number - 1].version_id != last:
        raise VerificationError(
            Reason.DID_LOG_FORKED, "the history that was known was rewritten", version=number
        )
