"""What the VC-API answers, without any HTTP server: parsed bodies in, replies out.

Requests and responses are those of the VC-API's OpenAPI description: `{credential, options}` gives
`{verifiableCredential}`; `{verifiableCredential, options}` and `{verifiablePresentation, options}`
give `{verified, …}`. Where a credential or presentation is not verified the reply is 400 with
problem details, as the public suites expect it (they accept 400 and 422).

**Issuing.** A missing `issuer`, or an issuer object without `id`, gets this server's DID; another
issuer is refused, since its key is not here. The document must conform before it is signed: no
context is put in where one is missing. A credential that has a proof already keeps it, and ours is
added beside it (a proof set, VC Data Integrity 1.0, section 2.1.1); the older proof is not judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from amana.credential import check_credential
from amana.data_model import as_list, check_unsigned
from amana.dates import format_instant
from amana.did.key import verification_method
from amana.errors import AmanaError, InputError
from amana.keys import Randomness, SecretKey
from amana.proofs import data_integrity, vc_jwt
from amana.reasons import Reason
from amana.status import build_status_list
from amana.strict_json import Json, JsonObject
from apps._vc_findings import Asked, Judgement
from apps._vc_judging import Judge, check_meaning, unsecured
from apps._vc_problems import Problem, problem_details, problem_of
from apps._vc_status import PURPOSES, StatusLists

__all__ = ["DEFAULT", "ISSUING", "Reply", "Service"]

DEFAULT: Final = "eddsa-rdfc-2022"
_SUITES: Final = (DEFAULT, "eddsa-jcs-2022")
_STATUS: Final = "status"
_VC_JWT: Final = "vc-jwt"
ISSUING: Final = (*_SUITES, _STATUS, _VC_JWT)
_STATUS_OF: Final = {Reason.TOO_LARGE: 413, Reason.NO_SUCH_ROW: 404, Reason.WRONG_STATE: 409}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An HTTP status and a JSON body; `problem` if the body is problem details."""

    status: int
    body: JsonObject | None = None
    problem: bool = False


def refusal(problem: Problem, *, status: int | None = None, **more: Json) -> Reply:
    """Problem details as a reply: by default 400, or what the reason has of its own."""
    code = _STATUS_OF.get(problem.reason, 400) if status is None else status
    body = {**problem_details(problem), "status": code, **more}
    return Reply(status=code, body=body, problem=True)


class Service:
    """One issuer and verifier with a key of its own, as long as the process lives."""

    def __init__(self, *, base: str, randomness: Randomness, clock: Callable[[], datetime]) -> None:
        self._key = SecretKey.generate(randomness)
        self._clock = clock
        self.did = self._key.public.did
        self.method = verification_method(self.did)
        self._lists = StatusLists(base=base, issuer=self.did, made=clock(), randomness=randomness)

    def issue(self, body: Json, mechanism: str | None = None) -> Reply:
        """`POST /credentials/issue`: by `mechanism`, or by what the options name, or by default."""
        try:
            credential, options = _request(body, "credential")
            secured = self._secure(credential, options, mechanism or _wanted(options))
        except AmanaError as error:
            return refusal(problem_of(error))
        return Reply(status=201, body={"verifiableCredential": secured})

    def _secure(self, credential: JsonObject, options: JsonObject, mechanism: str) -> JsonObject:
        if as_list(options.get("mandatoryPointers")):
            raise InputError(Reason.BAD_CREDENTIAL, "no mechanism here discloses selectively")
        document = check_unsigned(credential, issuer=self.did)
        check_credential(document)  # what of a status entry a bare form can't say
        check_meaning(document)
        if mechanism == _STATUS:
            document["credentialStatus"] = self._entry(document, options)
            mechanism = DEFAULT
        if mechanism == _VC_JWT:
            token = vc_jwt.issue(document, key=self._key, verification_method=self.method)
            return vc_jwt.wrap(token)
        return self._sign(document, mechanism)

    def _sign(self, document: JsonObject, cryptosuite: str) -> JsonObject:
        options = {
            "created": format_instant(self._clock()),
            "verificationMethod": self.method,
            "proofPurpose": "assertionMethod",
        }
        return data_integrity.add_proof(
            document, key=self._key, cryptosuite=cryptosuite, options=options
        )

    def _entry(self, document: JsonObject, options: JsonObject) -> JsonObject:
        if "credentialStatus" in document:
            raise InputError(Reason.BAD_CREDENTIAL, "this path adds credentialStatus itself")
        name = options.get("credentialId", document.get("id"))
        purpose = options.get("statusPurpose", PURPOSES[0])
        if type(name) not in (str, type(None)) or purpose not in PURPOSES:
            raise InputError(Reason.BAD_CREDENTIAL, "credentialId or statusPurpose")
        return self._lists.allocate(name, purpose).document()

    def verify_credential(self, body: Json) -> Reply:
        """`POST /credentials/verify`."""
        try:
            value, options = _request(body, "verifiableCredential")
            asked = Asked(checks=Asked.named(options.get("checks")))
            judgement = self._judge().credential(value, asked)
        except AmanaError as error:
            return refusal(problem_of(error))
        returned = {"verifiableCredential": value} if options.get("returnCredential") else {}
        return _verdict(judgement, asked, returned)

    def verify_presentation(self, body: Json) -> Reply:
        """`POST /presentations/verify`; `presentation` instead names one without proof."""
        proofless = type(body) is dict and "presentation" in body
        try:
            value, options = _request(
                body, "presentation" if proofless else "verifiablePresentation"
            )
            checks = Asked.named(options.get("checks"))
            challenge, domain = _text(options, "challenge"), _text(options, "domain")
            bound = challenge is not None or domain is not None
            asked = Asked(
                checks=checks,
                challenge=challenge,
                domain=domain,
                proof_needed=bound or ("proof" in checks and not proofless),
            )
            judgement = self._judge().presentation(value, asked)
        except AmanaError as error:
            return refusal(problem_of(error))
        returned = {"verifiablePresentation": value} if options.get("returnPresentation") else {}
        return _verdict(judgement, asked, returned)

    def change_status(self, body: Json) -> Reply:
        """`POST /credentials/status`."""
        try:
            self._lists.change(body)
        except AmanaError as error:
            return refusal(problem_of(error))
        return Reply(status=200, body={})

    def status_list(self, number: int) -> JsonObject | None:
        """`GET /status/N`: the list as it is now, signed; None if there is no such list."""
        if not 1 <= number <= len(PURPOSES):
            return None
        purpose = PURPOSES[number - 1]
        document = build_status_list(
            self._lists.marked(purpose),
            url=self._lists.url(purpose),
            issuer=self.did,
            key=self._key,
            verification_method=self.method,
            valid_from=self._clock(),
            purpose=purpose,
        )
        return self._sign(unsecured(document), DEFAULT)

    def _judge(self) -> Judge:
        return Judge(now=self._clock(), list_of=self._lists.find)


def _request(body: Json, member: str) -> tuple[JsonObject, JsonObject]:
    """The document of a request, and its options.

    Raises: InputError BAD_CREDENTIAL (the caller's fault).
    """
    if type(body) is not dict or type(body.get(member)) is not dict:
        raise InputError(Reason.BAD_CREDENTIAL, f"the body has an object named {member}")
    options = body.get("options")
    if options is None:
        options = {}
    if type(options) is not dict:
        raise InputError(Reason.BAD_CREDENTIAL, "options is an object")
    return body[member], options


def _text(options: JsonObject, name: str) -> str | None:
    value = options.get(name)
    if value is not None and type(value) is not str:
        raise InputError(Reason.BAD_PRESENTATION, f"{name} is a text")
    return value


def _wanted(options: JsonObject) -> str:
    """The mechanism that the options name; suites may name the kind of proof beside it."""
    wanted = options.get("cryptosuite", DEFAULT)
    if wanted not in _SUITES or options.get("type", "DataIntegrityProof") != "DataIntegrityProof":
        raise InputError(Reason.BAD_CREDENTIAL, "no such proof can be made here")
    return str(wanted)


def _verdict(judgement: Judgement, asked: Asked, returned: JsonObject) -> Reply:
    more: JsonObject = {
        "verified": not judgement.problems,
        "checks": sorted(asked.checks),
        "problemDetails": [problem_details(problem) for problem in judgement.problems],
        "warnings": [problem_details(problem) for problem in judgement.warnings],
        **returned,
    }
    if not judgement.problems:
        return Reply(status=200, body=more)
    return refusal(judgement.problems[0], status=400, **more)
