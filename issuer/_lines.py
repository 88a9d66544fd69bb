"""Signed copies as lines of JSON, in RFC 8785 form, without walking each document again.

The copies of one run differ in subject, status index and signature only. The plain path (build,
sign, canonicalise) makes one sample; what lies around its three holes is the same for all others.
So the two paths can't drift apart, and a test compares them byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Final

from amana.credential import StatusEntry, build_credential
from amana.errors import InputError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.multibase import encode_base58
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.strict_json import Json

__all__ = ["CopySigner"]

KIND: Final = "PurposeCredential"
_HOLDER: Final = re.compile(r"did:key:z[1-9A-HJ-NP-Za-km-z]{40,70}")
_INDEX_HOLE: Final = "<index>"
_SUBJECT_HOLE: Final = "<subject>"
_PROOF_HOLE: Final = "<proof>"


@dataclass(frozen=True, slots=True)
class _Frame:
    """The bytes around the holes, and the hash of the proof's options (eddsa-jcs-2022, 3.3.5)."""

    options_hash: bytes
    before_index: bytes
    before_subject: bytes
    before_proof: bytes
    after_proof: bytes
    unsigned_end: bytes  # what follows the subject in the document that is hashed


@dataclass(frozen=True, kw_only=True)
class CopySigner:
    """Signs copies for one issuer, valid from one month."""

    signer: SecretKey
    issuer_did: str
    verification_method: str
    valid_from: date
    _frames: dict[tuple[str, date], _Frame] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def sign(
        self,
        subject: Mapping[str, Json],
        places: Iterable[tuple[str, str, int]],
        *,
        valid_until: date,
    ) -> list[bytes]:
        """One signed PurposeCredential for each place: (holder's did:key, list URL, index).

        `subject` is what all copies say, without its `id`. The bytes are the RFC 8785 form of what
        `build_credential` and `eddsa_jcs.sign` give, without a line's end.

        Raises: InputError BAD_DID for a holder that is no did:key, BAD_CREDENTIAL for an issuer or
        URL that holds a hole's mark, or what canonicalisation raises (the caller's fault).
        Not checked: the schema.
        """
        head, tail = _around_id(subject)
        lines = []
        for holder, list_url, index in places:
            if _HOLDER.fullmatch(holder) is None:
                raise InputError(Reason.BAD_DID, "a holder is a did:key")
            frame = self._frames.get((list_url, valid_until))
            if frame is None:
                frame = self._frame(list_url, valid_until)
            written = b"".join(
                (
                    frame.before_index,
                    b"%d" % index,
                    frame.before_subject,
                    head,
                    holder.encode("ascii"),
                    tail,
                )
            )
            digest = sha256(written + frame.unsigned_end).digest()
            proof = encode_base58(self.signer.sign(frame.options_hash + digest))
            lines.append(
                b"".join((written, frame.before_proof, proof.encode("ascii"), frame.after_proof))
            )
        return lines

    def _frame(self, list_url: str, valid_until: date) -> _Frame:
        sample = build_credential(
            KIND,
            issuer=self.issuer_did,
            subject={},
            valid_from=self.valid_from,
            valid_until=valid_until,
            status=StatusEntry(list_url=list_url, index=0),
        )
        sample["credentialStatus"]["statusListIndex"] = _INDEX_HOLE
        sample["credentialSubject"] = _SUBJECT_HOLE
        signed = eddsa_jcs.sign(
            sample, key=self.signer, verification_method=self.verification_method
        )
        options = {k: v for k, v in signed["proof"].items() if k != "proofValue"}
        signed["proof"] = {**options, "proofValue": _PROOF_HOLE}
        before_index, rest = _split(canonical(signed), f"{_INDEX_HOLE}")
        before_subject, rest = _split(rest, f'"{_SUBJECT_HOLE}"')
        before_proof, after_proof = _split(rest, _PROOF_HOLE)
        frame = _Frame(
            options_hash=sha256(canonical(options)).digest(),
            before_index=before_index,
            before_subject=before_subject,
            before_proof=before_proof,
            after_proof=after_proof,
            unsigned_end=_split(canonical(sample), f'"{_SUBJECT_HOLE}"')[1],
        )
        self._frames[list_url, valid_until] = frame
        return frame


def _split(written: bytes, hole: str) -> tuple[bytes, bytes]:
    parts = written.split(hole.encode("ascii"))
    if len(parts) != 2:
        raise InputError(Reason.BAD_CREDENTIAL, "an issuer or URL that is none")
    return parts[0], parts[1]


def _around_id(subject: Mapping[str, Json]) -> tuple[bytes, bytes]:
    """The canonical subject before and after the value of its `id`.

    Names sort by UTF-16 units (RFC 8785, section 3.2.3); against `id`, which is ASCII, code points
    give the same order.
    """
    before = canonical({name: value for name, value in subject.items() if name < "id"})[1:-1]
    after = canonical({name: value for name, value in subject.items() if name > "id"})[1:-1]
    head = b"{" + before + (b"," if before else b"") + b'"id":"'
    tail = b'"' + (b"," if after else b"") + after + b"}"
    return head, tail
