"""`amana verifier …`: ask for a proof, and judge the answer, with no network."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from amana.challenge import Challenge, build_challenge, read_challenge
from amana.cli import (
    EXIT_BY_OUTCOME,
    Answer,
    command,
    group,
    passphrase,
    read_file,
    write_file,
)
from amana.dates import parse_instant
from amana.errors import InputError
from amana.jcs import canonical
from amana.purpose import KIND
from amana.qr import text
from amana.qr.images import Correction, draw, read
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry.accreditation import Accreditation, accreditation
from trust_registry.options import add_registry_options, read_snapshot
from trust_registry.snapshot import Snapshot
from verifier._credential import Ground
from verifier.book import LIFE_SECONDS
from verifier.policy import Policy, Tier
from verifier.station import Station
from verifier.verdict import ProofShown, Verdict, conclude
from verifier.verify import verify
from verifier.words import HEADLINES, next_step, say

__all__ = ["add_commands"]

_PICTURES: Final = (b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
_WARNED: Final = "Wallets will tell people that you are not accredited to ask this"
_TIERS: Final = (Tier.REGISTERED.value, Tier.CHECKED.value)


def add_commands(role: argparse.ArgumentParser) -> None:
    """Add the verifier's commands to `amana verifier`."""
    commands = group(role)
    parser = command(
        commands,
        "init",
        _init,
        "make this station's key, or keep the certificate that its organisation signed",
        needs_passphrase=True,
    )
    _station(parser)
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="keep this certificate")
    parser.add_argument("--demo", action="store_true", help="mark the key as a demonstration's")

    parser = command(
        commands, "challenge", _challenge, "show a question as a QR code", needs_passphrase=True
    )
    _station(parser)
    parser.add_argument("--act", required=True, help="the service, for example food-assistance")
    parser.add_argument("--purpose", help="what the proof must be for (the act, if not given)")
    parser.add_argument(
        "--claim", action="append", default=[], metavar="NAME", help="ask for a claim (repeatable)"
    )
    parser.add_argument("--tier", choices=_TIERS, default=Tier.CHECKED.value)
    parser.add_argument(
        "--keep", default="P0D", metavar="DURATION", help="how long it is kept (P0D: not at all)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="a .png, .txt or .json file"
    )
    add_registry_options(parser)

    parser = command(commands, "verify", _verify, "judge what a person shows")
    parser.add_argument("shown", type=Path, help="a picture, a QR text or a JSON file")
    add_registry_options(parser)
    parser.add_argument("--station", type=Path, metavar="DIR", help="whose question is answered")
    parser.add_argument(
        "--challenge", type=Path, metavar="FILE", help="the question (else the last one asked)"
    )
    parser.add_argument(
        "--tier", choices=_TIERS, help="what the service asks (default: what the question says)"
    )
    parser.add_argument("--purpose", help="what the proof must be for, if nothing was asked")
    parser.add_argument("--now", metavar="INSTANT", help="judge as of this time (default: now)")


def _station(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--station", type=Path, required=True, metavar="DIR", help="its folder")


def _init(options: argparse.Namespace) -> Answer:
    station = Station(folder=options.station)
    if options.certificate is not None:
        station.put_certificate(read_file(options.certificate))
        return Answer(data={"station": station.public().did}, text="The certificate is kept.")
    public = station.create(passphrase(options, confirm=True), demo=options.demo)
    return Answer(
        data={"station": public.did},
        text=f"Station key made. Let your organisation certify it:\n{public.did}",
    )


def _challenge(options: argparse.Namespace) -> Answer:
    station = Station(folder=options.station)
    document = build_challenge(
        station.certificate(),
        key=station.open(passphrase(options)),
        act=options.act,
        purpose=options.purpose or options.act,
        claims=options.claim,
        tier=options.tier,
        retention=options.keep,
        expires=datetime.now(UTC) + timedelta(seconds=LIFE_SECONDS),
        randomness=os.urandom,
    )
    challenge = read_challenge(document)
    now = datetime.now(UTC)
    seen = seen_by_wallets(challenge, snapshot=read_snapshot(options, now=now), now=now)
    label = write_code(options.out, text.Kind.CHALLENGE, document)
    station.remember(challenge)
    return Answer(
        data={
            "challenge": challenge.digest,
            "file": str(options.out),
            "version": label,
            "accreditation": None if seen is None else seen.value,
        },
        text=f"Show {options.out}; it may be answered once, within three minutes."
        + ("" if seen in (None, Accreditation.ACCREDITED) else f"\n{_WARNED}: {seen}."),
    )


def seen_by_wallets(
    challenge: Challenge, *, snapshot: Snapshot | None, now: datetime
) -> Accreditation | None:
    """What wallets will tell people of this station's organisation; None without a registry.

    Not checked: who signed the station's certificate, and whether the station was reported stolen.
    """
    if snapshot is None:
        return None
    return accreditation(
        snapshot.entry(challenge.domain),
        "ask",
        f"{KIND}:{challenge.purpose}",
        at=max(now, snapshot.earliest),
        tier=challenge.tier,
    )


def _verify(options: argparse.Namespace) -> Answer:
    now = parse_instant(options.now) if options.now else datetime.now(UTC)
    snapshot = read_snapshot(options, now=now)
    try:
        shown = read_shown(read_file(options.shown))
    except InputError as error:
        if error.reason in (Reason.NO_SUCH_FILE, Reason.UNREADABLE_FILE):
            raise
        # What a person shows and nobody can read is a verdict, not a misuse of this command.
        return answer_for(_unreadable(error, snapshot, now))
    challenge = None
    if options.station is not None:
        asked = None
        if options.challenge is not None:
            asked = _read_challenge_file(options.challenge)
        challenge = Station(folder=options.station).take(asked)
    tier = Tier.CHECKED
    if options.tier is not None:
        tier = Tier(options.tier)
    elif challenge is not None:
        tier = Tier(challenge.challenge.tier)
    policy = Policy(tier=tier, purpose=options.purpose)
    return answer_for(verify(shown, snapshot=snapshot, policy=policy, challenge=challenge, now=now))


def answer_for(verdict: Verdict) -> Answer:
    """A verdict as a command's answer: words for staff, JSON for programs, and its exit status."""
    lines = [HEADLINES[verdict.outcome]]
    lines += [f"  {say(finding.reason)}" for finding in verdict.findings]
    lines.append(f"  {next_step(verdict)}")
    relied = verdict.relied_on
    if relied.registry_age is not None:
        lines.append(f"  The registry is {relied.registry_age.days} days old.")
    lines += [f"  {name}: {_plain(value)}" for name, value in verdict.shown.items()]
    data: JsonObject = {
        **verdict.document(),
        "headline": HEADLINES[verdict.outcome],
        "next": next_step(verdict),
        "shown": dict(verdict.shown),
    }
    return Answer(data=data, text="\n".join(lines), exit=EXIT_BY_OUTCOME[verdict.outcome])


def _plain(value: Json) -> str:
    """A claim as text for a terminal: what an issuer signed must not steer the screen.

    Joiners are kept, since names in several scripts are not written without them.
    """
    joiners = "\u200c\u200d"
    return "".join(c if c.isprintable() or c in joiners else "\ufffd" for c in str(value))


def read_shown(data: bytes) -> bytes:
    """What `verify` takes, from the bytes of a picture, a text file or a JSON file.

    Raises: InputError BAD_PICTURE, NO_CODE_FOUND… (what was shown). Several codes in a picture:
    ours wins; of several of ours, the presentation.
    """
    if not data.startswith(_PICTURES):
        # An editor's line end is no part of a QR text; a space at its end is.
        return data.rstrip(b"\r\n") if data.startswith(b"AV") else data
    found = read(data)
    prefixes = [kind.value for kind in (text.Kind.PRESENTATION, text.Kind.CREDENTIAL)]
    for prefix in prefixes:
        for candidate in found:
            if candidate.startswith(prefix):
                return candidate.encode()
    text.decode(found[0])  # says by name whose code it is
    raise InputError(Reason.BAD_QR_TEXT, "a question, where an answer is needed")


def write_code(path: Path, kind: text.Kind, document: JsonObject) -> str:
    """Write a document as `.png`, `.txt` or `.json`; returns the QR version, for example 16-M.

    Raises: InputError UNKNOWN_KIND for another suffix, TOO_LARGE if no code holds it.
    """
    encoded = text.encode(kind, document)
    drawn = draw(encoded, correction=Correction.M)
    if path.suffix == ".png":
        write_file(path, drawn.png)
    elif path.suffix == ".txt":
        write_file(path, encoded.encode())
    elif path.suffix == ".json":
        write_file(path, canonical(document))
    else:
        raise InputError(Reason.UNKNOWN_KIND, "write to a .png, .txt or .json file", file=str(path))
    return drawn.label


def _read_challenge_file(path: Path) -> JsonObject:
    data = read_file(path)
    if data.startswith(_PICTURES):
        data = read(data)[0].encode()
    if data.startswith(b"AV"):
        kind, document = text.decode(data.rstrip(b"\r\n").decode("ascii", "replace"))
        if kind is not text.Kind.CHALLENGE:
            raise InputError(Reason.BAD_CHALLENGE, "not a question", file=str(path))
        return document
    return as_object(loads(data), Reason.BAD_CHALLENGE)


def _unreadable(error: InputError, snapshot: Snapshot | None, now: datetime) -> Verdict:
    ground = Ground.of(snapshot, policy=Policy(), now=now)
    return conclude([error.reason], ground.relied_on(ProofShown.NONE))
