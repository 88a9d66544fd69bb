"""One judgement for the VC-API and `amana vc`: a credential or presentation in any form we know.

Pure: no clock, no network, no disk. What is looked at, in this order: form (VC Data Model 2.0),
terms (JSON-LD 1.1), securing mechanism, dates, status; for a presentation also its holder,
challenge and domain, and each credential inside in the same way.

**Which checks are held against a document.** A caller may name `checks`: "proof",
"credentialStatus", "validityPeriod". Whatever it named is an error where it fails. What it did not
name is only a warning: dates that have not come or are over, a status that is not known. Never a
warning are: a form that breaks the data model, a proof that is there and does not verify, and a
status that is known and set. No list means all of them. The public suites ask for "proof" alone
where they show documents of years gone by.

**Status.** A status of ours is looked up in memory. Another's would need a network, which nobody
asked for: it is STATUS_LIST_MISSING, which is an error where status is asked for (Bitstring Status
List, section 3.2, demands STATUS_RETRIEVAL_ERROR). A kind of status that nobody here understands is
a warning at most: there is nothing that could be looked up.

**Presentations without a proof** show who holds them no more than a photocopy does. They are judged
if no challenge and no domain is asked for and "proof" is not among the checks (or the caller said
`presentation`, as the VC-API names one without proof); each credential inside still needs its own.
Where no proof is asked for, an envelope inside is judged by its form, is not opened, and a warning
says so.

**Self-asserted credentials** (section 4.13.4): a credential inside a presentation that has no proof
of its own is vouched for by the presentation alone. So the presentation must be secured, it must
name its holder, and the credential's issuer must be that very holder: else anybody could put
anybody's words into a presentation. Without a mismatch it is verified; with one it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from amana.credential import Credential, StatusEntry, check_credential
from amana.data_model import as_list
from amana.did.key import PREFIX, resolve_any
from amana.digests import check_resources
from amana.enveloped import CREDENTIAL, PRESENTATION, Envelope, enveloped
from amana.errors import AmanaError, InputError, VerificationError
from amana.jwk import VerifyingKey
from amana.presentation import check_presentation
from amana.proofs import data_integrity, vc_jwt, vc_sd_jwt
from amana.reasons import Outcome, Reason
from amana.status import StatusList, judge_entry
from amana.strict_json import Json, JsonObject, as_object
from amana.terms import check_terms
from apps._vc_findings import Asked, Judgement, Notes

__all__ = ["Judge", "check_meaning", "key_of_did_key", "unsecured"]

KeyOf = Callable[[str], VerifyingKey]  # the URL of a verification method -> its key
ListOf = Callable[[str], StatusList | None]  # the URL of a status list -> the list, if it is known


def key_of_did_key(method: str) -> VerifyingKey:
    """The key of a verification method of a did:key: no other kind is known without asking.

    Raises: VerificationError ISSUER_UNKNOWN for another kind of DID or URL, KEY_NOT_OF_ISSUER for a
    fragment that names no key of it; InputError as `did.key.resolve_any` (the signer).
    """
    did, _, fragment = method.partition("#")
    if not did.startswith(PREFIX):
        raise VerificationError(Reason.ISSUER_UNKNOWN, "its keys would have to be asked for")
    if fragment != did[len(PREFIX) :]:
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "a did:key has one key")
    return resolve_any(did)


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Whom to believe and what is known: keys, status lists and the time."""

    now: datetime
    key_of: KeyOf = key_of_did_key
    list_of: ListOf = lambda _url: None

    def credential(self, value: Json, asked: Asked, *, place: str = "") -> Judgement:
        """Judge a credential with a securing mechanism of its own: an envelope, or proofs."""
        notes = Notes(asked, place)
        try:
            envelope = _envelope(value, CREDENTIAL)
            if envelope is not None:
                credential = check_credential(self.open(envelope, CREDENTIAL, asked))
            else:
                credential = check_credential(value)
                self._verify(credential.document, credential.issuer, "assertionMethod")
            check_meaning(credential.document, notes)
        except AmanaError as error:
            notes.hold(error)
        else:
            notes.document = credential.document
            self._dates_and_status(credential, notes)
        return notes.judgement()

    def presentation(self, value: Json, asked: Asked) -> Judgement:
        """Judge a presentation, and every credential inside."""
        notes = Notes(asked)
        try:
            envelope = _envelope(value, PRESENTATION)
            if envelope is not None:
                document = self.open(envelope, PRESENTATION, asked)
                holder, secured = check_presentation(document, envelopes=True).holder, True
            else:
                document = as_object(value, Reason.BAD_PRESENTATION)
                holder = check_presentation(document, envelopes=True).holder
                secured = self._presented(document, holder, asked, notes)
            check_terms(unsecured(document))
        except AmanaError as error:
            notes.hold(error)
            return notes.judgement()
        notes.document = document
        voucher = holder if secured else None
        for index, item in enumerate(as_list(document.get("verifiableCredential"))):
            notes.add(self._shown(item, asked, voucher, f"verifiableCredential[{index}]"))
        return notes.judgement()

    def open(self, envelope: Envelope, kind: str, asked: Asked) -> JsonObject:
        """What an envelope holds, once its signature is verified.

        Raises: InputError or VerificationError, as the mechanism's own module does; InputError
        UNKNOWN_CRYPTOSUITE for a media type that nobody here opens.
        """
        media_type, text = envelope
        if (kind, media_type) == (CREDENTIAL, "application/vc+jwt"):
            return vc_jwt.verify(text, key_of=self._key_for, now=self.now)
        if (kind, media_type) == (CREDENTIAL, "application/vc+sd-jwt"):
            return vc_sd_jwt.verify(text, key_of=self._key_for, binding=None, now=self.now).document
        if (kind, media_type) == (PRESENTATION, "application/vp+jwt"):
            return vc_jwt.verify_presentation(
                text,
                key_of=self._key_for,
                nonce=asked.challenge,
                audience=asked.domain,
                now=self.now,
            )
        if (kind, media_type) == (PRESENTATION, "application/vp+sd-jwt"):
            return vc_sd_jwt.verify_presentation(
                text,
                key_of=self._key_for,
                nonce=asked.challenge,
                audience=asked.domain,
                now=self.now,
            ).document
        raise InputError(Reason.UNKNOWN_CRYPTOSUITE, "an envelope of a kind not opened here")

    def _key_for(self, method: str, _purpose: str) -> VerifyingKey:
        return self.key_of(method)

    def _presented(
        self, document: JsonObject, holder: str | None, asked: Asked, notes: Notes
    ) -> bool:
        """Whether the presentation has a proof of whoever shows it, for this question."""
        if "proof" not in document:
            if asked.proof_needed:
                raise InputError(Reason.PROOF_MISSING, "a presentation that nobody signed")
            notes.warn(Reason.PROOF_MISSING, "a presentation that nobody signed")
            return False
        self._verify(
            document, holder, "authentication", challenge=asked.challenge, domain=asked.domain
        )
        return True

    def _shown(self, item: Json, asked: Asked, voucher: str | None, place: str) -> Judgement:
        """A credential inside a presentation that `voucher` signed, if anybody did."""
        notes = Notes(asked, place)
        try:
            if enveloped(item) is not None:
                if "proof" in asked.checks:
                    return self.credential(item, asked, place=place)
                notes.warn(Reason.PROOF_MISSING, "not opened: no proof was asked for")
                return notes.judgement()
            if "proof" in as_object(item, Reason.BAD_CREDENTIAL):
                return self.credential(item, asked, place=place)
            credential = check_credential(item)
            check_meaning(item, notes)
            if voucher is None:
                raise InputError(Reason.PROOF_MISSING, "no proof, and no holder who vouches for it")
            if credential.issuer != voucher:
                raise VerificationError(Reason.WRONG_HOLDER, "self-asserted by another than holds")
        except AmanaError as error:
            notes.hold(error)
        else:
            self._dates_and_status(credential, notes)
        return notes.judgement()

    def _verify(
        self,
        document: JsonObject,
        controller: str | None,
        purpose: str,
        *,
        challenge: str | None = None,
        domain: str | None = None,
    ) -> None:
        """Every proof must verify, by a method of `controller`, for `purpose`."""

        def key_of(method: str, _purpose: str) -> VerifyingKey:
            if controller is not None and method.partition("#")[0] != controller:
                raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "a method of somebody else")
            return self.key_of(method)

        data_integrity.verify_proofs(
            document,
            key_of=key_of,
            proof_purpose=purpose,
            challenge=challenge,
            domain=domain,
            now=self.now,
        )

    def _dates_and_status(self, credential: Credential, notes: Notes) -> None:
        if credential.valid_from is not None and self.now < credential.valid_from:
            notes.note("validityPeriod", Reason.NOT_YET_VALID, "validFrom has not come")
        if credential.valid_until is not None and self.now >= credential.valid_until:
            notes.note("validityPeriod", Reason.EXPIRED, "validUntil has passed")
        for entry in credential.status:
            self._status(entry, credential.issuer, notes)

    def _status(self, entry: StatusEntry, issuer: str, notes: Notes) -> None:
        if not entry.list_url:
            notes.warn(Reason.STATUS_LIST_MISSING, "a kind of status that is not understood here")
            return
        found = self.list_of(entry.list_url)
        if found is None:
            notes.note(
                "credentialStatus", Reason.STATUS_LIST_MISSING, "somebody else's list: not fetched"
            )
            return
        if found.issuer != issuer:
            notes.problem(Reason.STATUS_LIST_OF_ANOTHER_ISSUER, "a list of another issuer")
            return
        try:
            said = judge_entry(entry, found)
        except VerificationError as error:
            notes.hold(error)
            return
        if said is not None and said.outcome is Outcome.ACCEPTED:
            notes.warn(said, "says its status list")
        elif said is not None:
            notes.problem(said, "says its status list")


def _envelope(value: Json, kind: str) -> Envelope | None:
    """As `enveloped`. Raises: InputError BAD_CREDENTIAL for an envelope of the other kind, too."""
    found = enveloped(value)
    if found is not None and as_list(value["type"]) != [kind]:
        raise InputError(Reason.BAD_CREDENTIAL, f"not an {kind}")
    return found


def unsecured(document: JsonObject) -> JsonObject:
    """A document without its proofs: what a proof is about."""
    return {name: value for name, value in document.items() if name != "proof"}


def check_meaning(document: JsonObject, notes: Notes | None = None) -> None:
    """Check what a conforming credential's terms mean, and the related resources that are here.

    Raises: InputError or VerificationError, as `terms.check_terms` and `digests.check_resources`.
    """
    check_terms(unsecured(document))
    if check_resources(document) and notes is not None:
        notes.warn(Reason.RESOURCE_MISMATCH, "related resources that are not here: not checked")
