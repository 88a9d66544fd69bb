"""`amana wallet`: hold proofs and show only what was asked. Files, clock and words; no rules.

The passphrase of these commands is the wallet's PIN.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amana.challenge import Challenge, read_challenge
from amana.cli import Answer, command, group, passphrase, read_file, write_private
from amana.errors import AmanaError, InputError
from amana.jcs import canonical
from amana.limits import LIMITS
from amana.qr.text import Kind, encode
from amana.reasons import Reason
from amana.strict_json import JsonObject
from trust_registry.options import add_registry_options, read_snapshot
from wallet_app import actions
from wallet_app._words import LOST_FOR_EVER, NOT_THIS, asking, claims, told
from wallet_app.disk import add_profile, create_wallet, open_wallet
from wallet_app.incoming import challenge_in, credentials_in
from wallet_app.trust import Asker, look

if TYPE_CHECKING:
    pass

__all__ = ["add_commands"]

_BAD_INPUT: Final = 65
_SUFFIXES: Final = (".png", ".txt", ".json")


def add_commands(role: argparse.ArgumentParser) -> None:
    """Add the commands of `amana wallet` to its parser."""
    commands = group(role)
    parser = command(commands, "init", _init, "make a new, empty wallet", needs_passphrase=True)
    _vault(parser)

    parser = command(
        commands, "keys", _keys, "make fresh keys to give to an issuer", needs_passphrase=True
    )
    _vault(parser)
    parser.add_argument("--count", type=int, default=1, metavar="N", help="how many (default 1)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write")

    parser = command(
        commands, "receive", _receive, "check proofs and keep them", needs_passphrase=True
    )
    _vault(parser)
    add_registry_options(parser)
    parser.add_argument(
        "credentials", type=Path, metavar="FILE", help="JSON, JSON lines, QR text or a picture"
    )

    parser = command(
        commands,
        "list",
        _list,
        "say which proofs are held; no claim's value",
        needs_passphrase=True,
    )
    _vault(parser)
    add_registry_options(parser)

    parser = command(commands, "look", _look, "say who asks for what; shows nothing")
    add_registry_options(parser)
    parser.add_argument(
        "challenge", type=Path, metavar="FILE", help="JSON, QR text or a picture of the challenge"
    )

    parser = command(
        commands, "present", _present, "answer a challenge, once", needs_passphrase=True
    )
    _vault(parser)
    add_registry_options(parser)
    parser.add_argument(
        "--challenge", type=Path, required=True, metavar="FILE", help="JSON, QR text or a picture"
    )
    parser.add_argument(
        "--out", type=_answer_file, required=True, metavar="FILE", help="ends in .png .txt or .json"
    )
    parser.add_argument(
        "--even-if-unknown",
        action="store_true",
        help="answer although the registry does not vouch for who asks",
    )
    parser.add_argument(
        "--even-if-missing",
        action="store_true",
        help="answer although some of what is asked is not held",
    )

    parser = command(
        commands,
        "second-profile",
        _second_profile,
        "add a profile that nobody sees from the first; the passphrase is a PIN to keep",
        needs_passphrase=True,
    )
    _vault(parser)
    parser.add_argument(
        "--new-passphrase-file",
        type=Path,
        required=True,
        metavar="FILE",
        help="holds the PIN of the new profile",
    )
    parser.add_argument(
        "--keep-passphrase-file",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="holds one more PIN to keep; a profile whose PIN is not told may be overwritten",
    )


def _vault(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--vault", type=Path, required=True, metavar="FILE", help="the wallet")


def _answer_file(text: str) -> Path:
    path = Path(text)
    if path.suffix not in _SUFFIXES:
        raise argparse.ArgumentTypeError(f"ends in one of {' '.join(_SUFFIXES)}")
    return path


def _init(options: argparse.Namespace) -> Answer:
    create_wallet(options.vault, passphrase(options, confirm=True))
    return Answer(
        data={"vault": str(options.vault), "cannot_be_recovered": list(LOST_FOR_EVER)},
        text="\n".join(["A new wallet is ready.", *LOST_FOR_EVER]),
    )


def _keys(options: argparse.Namespace) -> Answer:
    if options.out.exists():
        raise InputError(Reason.WOULD_OVERWRITE, "it is there already", file=str(options.out))
    with open_wallet(options.vault, passphrase(options)) as wallet:
        state, holders = actions.request_keys(wallet.state, options.count)
        # Saved first: a key that was given out must never be given out again.
        wallet.save(state)
    document: JsonObject = {"amana": "holder-keys", "version": 1, "holders": list(holders)}
    write_private(options.out, canonical(document) + b"\n")
    return Answer(
        data={"out": str(options.out), "count": len(holders)},
        text=f"{len(holders)} fresh keys are in {options.out}. "
        "Give them to one issuer only: together they tell that they belong to one person.",
    )


def _receive(options: argparse.Namespace) -> Answer:
    found = credentials_in(read_file(options.credentials, limit=LIMITS.wallet_file_bytes))
    now = _now()
    snapshot = read_snapshot(options, now=now)
    with open_wallet(options.vault, passphrase(options)) as wallet:
        received = actions.receive_all(wallet.state, found, snapshot=snapshot, now=now)
        if received.kept:
            wallet.save(received.state)
    refused = [_refused(place, error) for place, error in received.refused]
    lines = [f"{received.kept} kept, {received.known} held already, {len(refused)} refused."]
    lines += [f"Number {item['number']} was refused: {item['reason']}." for item in refused]
    return Answer(
        data={"kept": received.kept, "known": received.known, "refused": refused},
        text="\n".join(lines),
        exit=_BAD_INPUT if refused else 0,
    )


def _refused(place: int, error: AmanaError) -> JsonObject:
    return {"number": place + 1, "reason": error.reason.value, "detail": error.detail}


def _list(options: argparse.Namespace) -> Answer:
    snapshot = read_snapshot(options, now=_now())
    with open_wallet(options.vault, passphrase(options)) as wallet:
        summaries = actions.list_proofs(wallet.state, snapshot=snapshot)
    return Answer(
        data={"proofs": [_listed(item) for item in summaries], "notice": NOT_THIS},
        text="\n".join([*(told(item) for item in summaries), NOT_THIS])
        if summaries
        else "No proof is held here.",
    )


def _listed(item: actions.Summary) -> JsonObject:
    return {
        "kind": item.kind,
        "purpose": item.purpose,
        "issuer": item.issuer,
        "issuer_name": item.issuer_name,
        "issuer_standing": item.issuer_standing,
        "until": item.until,
        "copies": item.copies,
        "claims": list(item.claims),
    }


def _look(options: argparse.Namespace) -> Answer:
    now = _now()
    challenge = _challenge(options.challenge)
    asker = look(challenge, snapshot=read_snapshot(options, now=now), now=now)
    return Answer(data=_asked(challenge, asker), text=asking(challenge, asker))


def _present(options: argparse.Namespace) -> Answer:
    if options.out.resolve() == options.vault.resolve():
        raise InputError(Reason.WOULD_OVERWRITE, "the wallet itself", file=str(options.out))
    now = _now()
    challenge = _challenge(options.challenge)
    snapshot = read_snapshot(options, now=now)
    with open_wallet(options.vault, passphrase(options)) as wallet:
        answered = actions.answer(
            wallet.state,
            challenge,
            snapshot=snapshot,
            now=now,
            allow_unknown=options.even_if_unknown,
            allow_missing=options.even_if_missing,
        )
        shown = _drawn(answered.presentation, options.out.suffix)
        # The copy is used up on the disk before anybody can see it.
        wallet.save(answered.state)
        write_private(options.out, shown, overwrite=True)
    asker = look(challenge, snapshot=snapshot, now=now)
    warnings = [warning.value for warning in answered.warnings]
    lines = [
        asking(challenge, asker),
        f"Your answer is in {options.out}. It says: {claims(answered.claims)}.",
    ]
    lines += [f"By this device's clock: {warning}." for warning in warnings]
    return Answer(
        data={
            **_asked(challenge, asker),
            "out": str(options.out),
            "shown": list(answered.claims),
            "warnings": warnings,
        },
        text="\n".join(lines),
    )


def _second_profile(options: argparse.Namespace) -> Answer:
    files = [options.new_passphrase_file, *options.keep_passphrase_file]
    new, *others = [read_file(file, limit=4096).rstrip(b"\r\n") for file in files]
    add_profile(options.vault, new, keep=[passphrase(options), *others])
    return Answer(
        data={"vault": str(options.vault)},
        text="A second profile is ready. It opens with its own PIN and sees nothing of the first.",
    )


def _challenge(path: Path) -> Challenge:
    return read_challenge(challenge_in(read_file(path, limit=LIMITS.wallet_file_bytes)))


def _asked(challenge: Challenge, asker: Asker) -> JsonObject:
    return {
        "organisation": asker.organisation,
        "name": asker.name,
        "known": asker.known,
        "vouched": asker.vouched.value,
        "accreditation": asker.accreditation.value,
        "places": list(asker.places),
        "trouble": None if asker.trouble is None else asker.trouble.value,
        "act": challenge.act,
        "purpose": challenge.purpose,
        "claims": list(challenge.claims),
        "tier": challenge.tier,
        "retention": challenge.retention,
        "warnings": [warning.value for warning in asker.warnings],
    }


def _drawn(presentation: JsonObject, suffix: str) -> bytes:
    if suffix == ".json":
        return canonical(presentation) + b"\n"
    text = encode(Kind.PRESENTATION, presentation)
    if suffix == ".txt":
        return text.encode("ascii") + b"\n"
    from amana.qr.images import Correction, draw

    try:
        return draw(text).png
    except InputError:
        return draw(text, correction=Correction.M).png


def _now() -> datetime:
    return datetime.now(UTC)
