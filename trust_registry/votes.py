"""Votes of the members: credentials that each signs with the did:key of their own member key.

A vote names its matter by a digest over everything that lay before the members: the application,
the dossier and the reviews. Another dossier, a review that came later, or an earlier application
is another matter, and the vote does not count for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import schemas
from amana.dates import format_instant
from amana.did import key as did_key
from amana.errors import AmanaError, InputError, RegistryError, VerificationError
from amana.keys import PublicKey, Signer
from amana.limits import LIMITS, Limits
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry._vetting_reading import a_did, digest, instant, malformed, members, prose
from trust_registry.dossier import sha256

__all__ = ["Choice", "Tally", "Vote", "cast_vote", "count_votes", "read_vote"]

KIND: Final = "RegistryVote"
_CONTEXTS: Final = (schemas.VC_CONTEXT, schemas.REGISTRY_CONTEXT)
_TYPES: Final = ("VerifiableCredential", KIND)


class Choice(StrEnum):
    """What a vote is for. Each proposal has its own yes; `REFUSE` is the no to all of them."""

    ACCREDIT = "accredit"
    SUSPEND = "suspend"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"
    END = "end"
    UPHOLD = "uphold"  # an appeal
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True, slots=True)
class Vote:
    """A vote whose signature is good. Not checked yet: whether its voter may vote."""

    voter: PublicKey
    subject: str
    matter: str
    dossier: str
    choice: Choice
    reason: str
    cast: datetime
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Who was for it and who against, by member name, and the digests of the votes counted."""

    in_favour: tuple[str, ...]
    against: tuple[str, ...]
    votes: tuple[str, ...]


def cast_vote(
    choice: Choice,
    *,
    subject: str,
    matter: str,
    dossier: str,
    reason: str,
    key: Signer,
    now: datetime,
) -> JsonObject:
    """A vote on what is to happen with the organisation `subject`, signed by one member's key.

    Raises: InputError BAD_VETTING, BAD_DID or BAD_KEY (the caller's fault).
    Not checked: that the key is a member's; whoever counts does that.
    """
    voter = key.public.did
    document: JsonObject = {
        "@context": list(_CONTEXTS),
        "type": list(_TYPES),
        "issuer": voter,
        "validFrom": format_instant(now),
        "credentialSubject": {
            "id": subject,
            "matter": matter,
            "dossier": dossier,
            "decision": choice.value,
            "reason": reason,
        },
    }
    _subject(document["credentialSubject"], LIMITS)
    return eddsa_jcs.sign(document, key=key, verification_method=did_key.verification_method(voter))


def read_vote(data: bytes, *, limits: Limits = LIMITS) -> Vote:
    """Parse one vote and check its signature under the did:key that it names as its issuer.

    Raises: InputError BAD_VETTING or a syntax reason (its author); VerificationError BAD_SIGNATURE
    or UNKNOWN_CRYPTOSUITE. Not checked: that the voter is a member.
    """
    document = as_object(loads(data, limits=limits), Reason.BAD_VETTING)
    members(
        document,
        "",
        required=("@context", "type", "issuer", "validFrom", "credentialSubject", "proof"),
    )
    if document["@context"] != list(_CONTEXTS) or document["type"] != list(_TYPES):
        raise malformed(f"not a {KIND}")
    issuer = document["issuer"]
    if type(issuer) is not str:
        raise malformed("issuer is a did:key")
    voter = did_key.resolve(issuer)
    cast = instant(document["validFrom"], "validFrom")
    subject, choice = _subject(document["credentialSubject"], limits)
    proof = eddsa_jcs.read_proof(document["proof"])
    if (
        proof.verification_method != did_key.verification_method(issuer)
        or proof.proof_purpose != "assertionMethod"
    ):
        raise VerificationError(Reason.BAD_SIGNATURE, "signed by another key than the voter's")
    eddsa_jcs.verify(document, proof, key=voter)
    return Vote(
        voter=voter,
        subject=subject["id"],
        matter=subject["matter"],
        dossier=subject["dossier"],
        choice=choice,
        reason=subject["reason"],
        cast=cast,
        sha256=sha256(document),
    )


def _subject(value: Json, limits: Limits) -> tuple[JsonObject, Choice]:
    subject = members(value, "", required=("id", "matter", "dossier", "decision", "reason"))
    a_did(subject["id"], "id")
    digest(subject["matter"], "matter")
    digest(subject["dossier"], "dossier")
    prose(subject["reason"], "reason", limits=limits)
    try:
        return subject, Choice(subject["decision"])
    except ValueError:
        raise malformed("decision is one of those that members vote on") from None


def count_votes(
    votes: Iterable[tuple[str, bytes]],
    *,
    proposal: Choice,
    subject: str,
    matter: str,
    dossier: str,
    voters: Mapping[str, PublicKey],
    barred: Mapping[str, str],
) -> Tally:
    """Count the files `votes` (name, bytes) for one matter; a member's last vote is the one.

    `voters` are the members by name; `barred` those who may not vote here, with the rule. Any vote
    that should not lie there stops the count: a clerk has to take it away, and see why.

    Raises: RegistryError BAD_VETTING, BAD_SIGNATURE, VOTER_NOT_A_MEMBER, CONFLICT_OF_INTEREST or
    VOTE_OF_ANOTHER_MATTER, naming the file, the role and the rule (whoever put it there).
    """
    names = {public: name for name, public in voters.items()}
    last: dict[str, Vote] = {}
    for file, data in votes:
        vote = _read(file, data)
        name = names.get(vote.voter)
        if name is None:
            raise _refused(Reason.VOTER_NOT_A_MEMBER, file, "member", "only members vote")
        if name in barred:
            raise _refused(Reason.CONFLICT_OF_INTEREST, file, name, barred[name])
        if vote.dossier != dossier:
            rule = "a vote holds for the dossier that it names"
            raise _refused(Reason.VOTE_OF_ANOTHER_MATTER, file, name, rule)
        if vote.subject != subject or vote.matter != matter:
            rule = "a vote holds for one organisation, application and set of reviews"
            raise _refused(Reason.VOTE_OF_ANOTHER_MATTER, file, name, rule)
        if vote.choice not in (proposal, Choice.REFUSE):
            rule = f"the question is whether to {proposal.value}"
            raise _refused(Reason.VOTE_OF_ANOTHER_MATTER, file, name, rule)
        before = last.get(name)
        # Of two cast at once, the no counts: a yes has to be beyond doubt.
        if before is None or _order(vote) > _order(before):
            last[name] = vote
    return Tally(
        in_favour=tuple(sorted(n for n, vote in last.items() if vote.choice is proposal)),
        against=tuple(sorted(n for n, vote in last.items() if vote.choice is Choice.REFUSE)),
        votes=tuple(sorted(vote.sha256 for vote in last.values())),
    )


def _order(vote: Vote) -> tuple[datetime, bool, str]:
    return vote.cast, vote.choice is Choice.REFUSE, vote.sha256


def _read(file: str, data: bytes) -> Vote:
    try:
        return read_vote(data)
    except (InputError, VerificationError) as error:
        raise _of_file(error, file) from None


def _of_file(error: AmanaError, file: str) -> RegistryError:
    return RegistryError(error.reason, error.detail, file=file, role="member")


def _refused(reason: Reason, file: str, role: str, rule: str) -> RegistryError:
    return RegistryError(reason, rule, file=file, role=role)
