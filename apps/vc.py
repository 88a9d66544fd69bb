"""`amana vc issue|verify`: one credential or presentation, for suites that drive a command.

The files are those of W3C's suite for Securing Verifiable Credentials using JOSE and COSE: a
document or a token comes in, a verification method with its JWK says with which key, and one JSON
object goes out: `{"result": "success" | "failure" | "indeterminate", "data": "…"}`. What is
merely unknown to us (a kind of key or signature that we don't judge) is `indeterminate`.

Of a presentation its own signature and form are judged, and that each credential inside stands in
an envelope. There is one key, so what others signed inside is not opened.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from amana.cli import EXIT_BY_OUTCOME, Answer, command, group, read_file, write_private
from amana.credential import check_credential
from amana.data_model import as_list
from amana.enveloped import CREDENTIAL, PRESENTATION
from amana.errors import AmanaError, InputError
from amana.limits import LIMITS
from amana.presentation import check_presentation
from amana.proofs import vc_jwt, vc_sd_jwt
from amana.reasons import Outcome, Reason
from amana.strict_json import JsonObject, as_object, loads
from apps._vc_findings import Asked
from apps._vc_judging import Judge, check_meaning
from apps._vc_keys import KeyFile, read_key_file
from schemas import VC_CONTEXT

__all__ = ["add_commands", "disclosure_path"]

# The suite writes "sdjwt"; both names mean the same.
_FEATURES: Final = {
    "credential_jose": (CREDENTIAL, "vc+jwt"),
    "credential_sd_jwt": (CREDENTIAL, "vc+sd-jwt"),
    "credential_sdjwt": (CREDENTIAL, "vc+sd-jwt"),
    "presentation_jose": (PRESENTATION, "vp+jwt"),
    "presentation_sd_jwt": (PRESENTATION, "vp+sd-jwt"),
    "presentation_sdjwt": (PRESENTATION, "vp+sd-jwt"),
}
_RESULTS: Final = {
    Outcome.ACCEPTED: "success",
    Outcome.REJECTED: "failure",
    Outcome.UNDECIDED: "indeterminate",
}
_STEP: Final = re.compile(r"(?P<name>[^.\[\]]+)(?P<places>(?:\[[0-9]{1,6}\])*)")
_ALWAYS_SHOWN: Final = frozenset({"id", "type"})

Path_ = tuple[str | int | None, ...]


def add_commands(role: argparse.ArgumentParser) -> None:
    """Add `issue` and `verify` to `amana vc`."""
    commands = group(role)
    parser = command(commands, "issue", _issue, "sign a credential or a presentation")
    _add_files(parser)
    parser.add_argument(
        "--disclose",
        action="append",
        metavar="PATH",
        help="a claim that can be hidden (credentialSubject.phone[0]; repeatable; else each of"
        " the subject's)",
    )
    parser = command(commands, "verify", _verify, "judge a signed credential or presentation")
    _add_files(parser)


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--input", type=Path, required=True, metavar="FILE")
    parser.add_argument(
        "--key", type=Path, required=True, metavar="FILE", help="a verification method with a JWK"
    )
    parser.add_argument("--feature", choices=sorted(_FEATURES), required=True)
    parser.add_argument("--output", type=Path, required=True, metavar="FILE")


def _issue(options: argparse.Namespace) -> Answer:
    data, key_data = _read(options)
    kind, media = _FEATURES[options.feature]
    try:
        key = read_key_file(key_data)
        document = as_object(loads(data), _REASON[kind])
        token = _signed(document, key, kind, media, options.disclose)
    except AmanaError as error:
        return _write(options, error.reason.outcome, error.reason.value)
    return _write(options, Outcome.ACCEPTED, token)


_REASON: Final = {CREDENTIAL: Reason.BAD_CREDENTIAL, PRESENTATION: Reason.BAD_PRESENTATION}


def _signed(
    document: JsonObject, key: KeyFile, kind: str, media: str, disclose: list[str] | None
) -> str:
    if key.secret is None:
        raise InputError(Reason.BAD_KEY, "a file without a secret key")
    if kind == CREDENTIAL:
        signer = check_credential(document).issuer
        check_meaning(document)
    else:
        signer = check_presentation(document, envelopes=True).holder or key.controller
    method = key.method_of(signer)
    if media == "vc+jwt":
        return vc_jwt.issue(document, key=key.secret, verification_method=method)
    if media == "vp+jwt":
        return vc_jwt.present(document, key=key.secret, verification_method=method)
    if media == "vp+sd-jwt":
        return vc_sd_jwt.present(
            document,
            key=key.secret,
            verification_method=method,
            disclosable=[disclosure_path(path) for path in disclose or ()],
            randomness=os.urandom,
        )
    paths = _every_claim(document) if disclose is None else map(disclosure_path, disclose)
    return vc_sd_jwt.issue(
        document,
        key=key.secret,
        verification_method=method,
        disclosable=list(paths),
        randomness=os.urandom,
    )


def disclosure_path(text: str) -> Path_:
    """`credentialSubject.phone[0].number` as a place in a document.

    Raises: InputError BAD_DISCLOSURE (the caller's fault).
    """
    path: list[str | int | None] = []
    for step in text.split("."):
        match = _STEP.fullmatch(step)
        if match is None:
            raise InputError(Reason.BAD_DISCLOSURE, "a path is names, dots and [numbers]")
        path.append(match["name"])
        path += [int(number) for number in re.findall("[0-9]+", match["places"])]
    return tuple(path)


def _every_claim(document: JsonObject) -> list[Path_]:
    """What a holder may want to hide if nobody says: each claim about each subject."""
    subjects = document["credentialSubject"]
    several = type(subjects) is list
    return [
        ("credentialSubject", *((number,) if several else ()), name)
        for number, subject in enumerate(as_list(subjects))
        for name in subject
        if name not in _ALWAYS_SHOWN
    ]


def _verify(options: argparse.Namespace) -> Answer:
    data, key_data = _read(options)
    kind, media = _FEATURES[options.feature]
    try:
        key = read_key_file(key_data)
        judge = Judge(now=datetime.now(UTC), key_of=key.key_of)
        envelope = {
            "@context": VC_CONTEXT,
            "id": f"data:application/{media},{_text(data)}",
            "type": kind,
        }
        judgement = (
            judge.credential(envelope, Asked())
            if kind == CREDENTIAL
            else judge.presentation(envelope, Asked(checks=frozenset()))
        )
    except AmanaError as error:
        return _write(options, error.reason.outcome, error.reason.value)
    if judgement.problems:
        reasons = " ".join(problem.reason.value for problem in judgement.problems)
        return _write(options, judgement.outcome, reasons)
    return _write(options, Outcome.ACCEPTED, json.dumps(judgement.document))


def _text(data: bytes) -> str:
    """A token as a file holds it, perhaps with white space around it."""
    try:
        return data.strip().decode("ascii")
    except UnicodeDecodeError:
        raise InputError(Reason.BAD_JWT, "a token is ASCII") from None


def _read(options: argparse.Namespace) -> tuple[bytes, bytes]:
    data = read_file(options.input, limit=LIMITS.json_bytes)
    return data, read_file(options.key, limit=LIMITS.key_file_bytes)


def _write(options: argparse.Namespace, outcome: Outcome, data: str) -> Answer:
    """The result as a file, which may be about a person: only its owner reads it."""
    found = {"result": _RESULTS[outcome], "data": data}
    write_private(options.output, json.dumps(found).encode("ascii"), overwrite=True)
    shown = {"result": found["result"], "output": str(options.output)}
    return Answer(data=shown, text=found["result"], exit=EXIT_BY_OUTCOME[outcome])
