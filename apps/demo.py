"""`amana demo`: the whole story on one registration workbook, written to one folder.

A workbook comes in as offers; people accept or do not; an accredited issuer signs; holders show;
a verifier without a network says whom to believe and why. Then every output is searched for what
had to stay out.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import time
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from amana.cli import OUR_FAULT, Answer, read_file, write_private
from amana.errors import InputError
from amana.jcs import canonical
from amana.qr import text
from amana.reasons import Outcome, Reason
from amana.strict_json import JsonObject
from apps._cast import COST, PASSPHRASE, gather
from apps._folder import empty
from apps._journey import PAPER, REFUSED, SILENT, Household, Journey, Way, travel
from apps._report import write_report
from apps._scenes import Counter, Scene, play
from apps._search import Found, search
from issuer.intake import read_registrations
from issuer.minimise import dropped_values
from issuer.purposes import Level, Purpose, Purposes, default_purposes
from verifier.book import ChallengeBook
from verifier.policy import Tier
from verifier.words import HEADLINES, say
from wallet_app import vault
from wallet_app.state import write_state

__all__ = ["add_commands", "run"]

_CARDS: Final = 12


def add_commands(role: argparse.ArgumentParser) -> None:
    """`amana demo` is one command of its own."""
    role.add_argument("--json", action="store_true", help="print one JSON object and no prose")
    role.add_argument(
        "--registrations", type=Path, metavar="FILE", help="a workbook (default: made-up people)"
    )
    role.add_argument(
        "--out", type=Path, metavar="DIR", default=Path("out"), help="where all of it is written"
    )
    role.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Answer:
    if options.registrations is None:
        name = "registrations.xlsx"
        data = files("apps").joinpath("data", name).read_bytes()
    else:
        name = options.registrations.name
        data = read_file(options.registrations)
        if options.registrations.resolve().is_relative_to(options.out.resolve()):
            # A demo empties its folder first, and this may be the only copy of somebody's file.
            raise InputError(
                Reason.WOULD_OVERWRITE, "the workbook lies in the folder that is emptied", file=name
            )
    return run(data, name=name, out=options.out, show_progress=sys.stderr.isatty())


def run(data: bytes, *, name: str, out: Path, show_progress: bool = False) -> Answer:
    """Play the demo on the bytes of a workbook into the folder `out`, which it empties first.

    Raises: InputError for a workbook that is none, or an `out` that is not a demo's.
    """
    started = time.monotonic()
    registrations = read_registrations(data, name=name)
    empty(out)
    now = datetime.now(UTC).replace(microsecond=0)
    cast = gather(out, now=now)
    own_words = _own_words(out)
    journey = travel(
        registrations,
        cast=cast,
        out=out,
        now=now,
        progress=_bar if show_progress else None,
    )
    counter = Counter(
        out=out,
        cast=cast,
        snapshot=journey.snapshot,
        now=now,
        book=ChallengeBook(clock=time.monotonic),
    )
    scenes = _scenes(counter, journey)
    everybody = _everybody(counter, journey)
    _write_wallet(journey, out)
    _draw_cards(counter, journey)
    counts = {outcome: everybody.get(outcome, 0) for outcome in Outcome}
    for scene in scenes:
        counts[scene.verdict.outcome] += 1
    summary: JsonObject = {
        "households": len(journey.households),
        "individuals": registrations.individuals,
        "offers": sum(len(household.drafts) for household in journey.households),
        "refused": sum(
            len(household.drafts)
            for household in journey.households
            if household.way in (REFUSED, SILENT)
        ),
        "credentials": journey.copies,
        "accepted": counts[Outcome.ACCEPTED],
        "rejected": counts[Outcome.REJECTED],
        "undecided": counts[Outcome.UNDECIDED],
        "dropped_fields": journey.dropped.fields,
        "dropped_values": journey.dropped.values,
        "bad_rows": len(registrations.errors),
    }
    write_report(out, journey=journey, scenes=scenes, everybody=everybody, summary=summary)
    dropped = {value.casefold() for value in dropped_values(registrations)}
    found = search(out, {value for value in dropped if value not in own_words})
    summary |= {
        "searched_values": found.values,
        "searched_files": found.files,
        "searched_codes": found.codes,
        "leaking_files": len(found.leaking),
        "seconds": round(time.monotonic() - started, 2),
    }
    return Answer(
        data=summary,
        text=_told(summary, scenes, found, out),
        exit=OUR_FAULT if found.leaking else 0,
    )


def _own_words(out: Path) -> str:
    """What the demo says whatever the workbook holds: all that was written before it was used.

    A dropped value that stands in these words (`member`, say) can't be told from them later.
    """
    written = [
        path.read_bytes().decode("utf-8", "ignore") for path in out.rglob("*") if path.is_file()
    ]
    names = [path.relative_to(out).as_posix() for path in out.rglob("*")]
    template = files("apps").joinpath("data", "report.html").read_text("utf-8")
    said = [say(reason) for reason in Reason]
    own = [*written, *names, template, *said, default_purposes().decode()]
    return "\n".join(own).casefold()


def _scenes(counter: Counter, journey: Journey) -> list[Scene]:
    """The scenes that these registrations have people for; a tiny workbook has fewer."""
    purpose = _household_purpose(journey.purposes)
    happy = next(
        (
            one
            for one in journey.households
            if one.wallet is not None and one is not journey.revoked
        ),
        None,
    )
    others = [other.id for other in journey.purposes if other.id != purpose.id]
    return play(
        counter,
        happy=happy,
        revoked=journey.revoked,
        card=_card(journey, PAPER, purpose.id),
        stand_in=_card(journey, REFUSED, purpose.id),
        act=purpose.id,
        claims=purpose.claims if happy is None else _claims(happy, purpose),
        other_act=others[0] if others else None,
    )


def _claims(household: Household, purpose: Purpose) -> tuple[str, ...]:
    """Of the purpose's claims those that its file had: nobody is asked for what nobody stated."""
    return next(tuple(draft.claims) for draft in household.drafts if draft.purpose_id == purpose.id)


def _everybody(counter: Counter, journey: Journey) -> dict[Outcome, int]:
    """Everybody comes once for each thing that is due; nobody's copy is used twice."""
    counts: dict[Outcome, int] = {}
    for household in journey.households:
        if household is journey.revoked:
            continue
        if household.wallet is None:
            verdicts = [
                counter.judge(canonical(card), tier=Tier.REGISTERED)
                for card in household.credentials
            ]
        else:
            verdicts = [
                counter.visit(household, draft.purpose_id, tuple(draft.claims))
                for draft in household.drafts
                if household.holds(draft.purpose_id)
            ]
        for verdict in verdicts:
            counts[verdict.outcome] = counts.get(verdict.outcome, 0) + 1
    return counts


def _write_wallet(journey: Journey, out: Path) -> None:
    """One wallet as it lies on a phone, the fullest: a vault in which nothing can be read."""
    others = [one for one in journey.households if one is not journey.revoked]
    wallets = [one.wallet for one in others if one.wallet is not None]
    wallet = max(wallets, key=lambda state: len(state.proofs), default=None)
    if wallet is not None:
        container = vault.create(PASSPHRASE, write_state(wallet), randomness=os.urandom, cost=COST)
        write_private(out / "wallet" / "phone.vault", container)


def _draw_cards(counter: Counter, journey: Journey) -> int:
    """Some paper cards as pictures; returns how many."""
    paper = [
        card
        for household in journey.households
        if household.wallet is None
        for card in household.credentials
    ][:_CARDS]
    for number, card in enumerate(paper, start=1):
        counter.draw(f"cards/card-{number:02d}.png", text.Kind.CREDENTIAL, card)
    return len(paper)


def _household_purpose(purposes: Purposes) -> Purpose:
    return next(
        (purpose for purpose in purposes if purpose.level is Level.HOUSEHOLD),
        next(iter(purposes)),
    )


def _card(journey: Journey, way: Way, purpose: str) -> JsonObject | None:
    """The first paper credential for `purpose` of somebody who went this way."""
    return next(
        (
            card
            for household in journey.by_way(way)
            for card in household.credentials
            if card["credentialSubject"]["purpose"] == purpose
        ),
        None,
    )


def _bar(done: int, of: int) -> None:
    width = 30
    filled = width * done // max(of, 1)
    end = "\n" if done == of else ""
    print(f"\rissuing [{'#' * filled:{width}}] {done}/{of}", end=end, file=sys.stderr, flush=True)


def _told(summary: JsonObject, scenes: list[Scene], found: Found, out: Path) -> str:
    """The story in lines, the next five commands, and the summary as the last line."""
    me = f"{shlex.quote(str(_shown(Path(sys.executable))))} -m amana"
    folder = shlex.quote(str(out))
    registry = (
        f"--registry {folder}/consortium/published --root {folder}/consortium/trust-anchor.json"
        # The station's own memory of it, so that removing the folder removes everything.
        f" --cache {folder}/station/registry"
    )
    # Very few people, and none of them has paper: there is always the stranger's card.
    drawn = "cards/card-01.png" if (out / "cards").is_dir() else "scenes/stranger.png"
    first_card = f"{folder}/{drawn}"
    width = max((len(scene.title) for scene in scenes), default=0)
    outcome = f"FOUND in {', '.join(found.leaking)}" if found.leaking else "none was found"
    taken = (
        f"{summary['households']} households, {summary['individuals']} people: "
        f"{summary['offers']} offers made, {summary['refused']} not taken up."
    )
    searched = (
        f"{summary['dropped_values']} values in {summary['dropped_fields']} columns were dropped; "
        f"{found.values} different ones of six or more characters were searched for in "
        f"{found.files} files and {found.codes} codes: {outcome}."
    )
    station = (
        f"AMANA_PASSPHRASE=demonstration {me} verifier init --station {folder}/station-2 --demo"
    )
    lines = [
        taken,
        searched,
        "",
        *(f"  {scene.title:{width}}  {HEADLINES[scene.verdict.outcome]}" for scene in scenes),
        "",
        "What you may want next (the keys of this demo protect nobody):",
        f"  open the report     xdg-open {folder}/report.html",
        f"  show a card         xdg-open {first_card}",
        f"  check it            {me} verifier verify {first_card} {registry} --tier registered",
        f"  add a station       {station}",
        f"  remove everything   rm -r {folder}",
        json.dumps(summary),
    ]
    return "\n".join(lines)


def _shown(path: Path) -> Path:
    """A path as short as it can be typed from here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
