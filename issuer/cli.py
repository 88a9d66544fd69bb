"""`amana issuer …`: the thin shell over the register.

It alone reads the clock and the system's randomness for this room.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from amana.challenge import build_station_certificate
from amana.cli import Answer, command, group, passphrase, read_file, write_file
from amana.did import key as did_key
from amana.errors import InputError
from amana.jcs import canonical
from amana.reasons import Reason
from amana.schema import check_schema
from amana.strict_json import JsonObject
from issuer._intake_command import take_in
from issuer.cards import draw_cards
from issuer.issue import issue
from issuer.issued import build_list, keep_issued
from issuer.offer import Acceptance, Consent, accept_many, read_holder_keys, refuse
from issuer.office import Office, create_office, open_office
from issuer.register import RegisterRow, State, expire
from issuer.revoke import Cause, build_status_lists, replace_lost, revoke

__all__ = ["add_commands"]

_BAR: Final = 30


def add_commands(role: argparse.ArgumentParser) -> None:
    """The commands of `amana issuer`."""
    commands = group(role)

    def add(name: str, run: object, help_text: str) -> argparse.ArgumentParser:
        parser = command(commands, name, run, help_text, needs_passphrase=True)  # type: ignore[arg-type]
        parser.add_argument("--dir", type=Path, required=True, help="the issuer's folder")
        return parser

    parser = add("init", _init, "make an issuer's folder: register, keys, purposes")
    parser.add_argument("--did", required=True, help="who issues, such as did:web:aid.example")
    parser.add_argument("--demo", action="store_true", help="for trying out; its keys are marked")
    parser.add_argument("--purposes", type=Path, metavar="FILE", help="what may be asked, and why")
    parser.add_argument("--status-base", metavar="URL", help="where status lists are published")
    parser.add_argument(
        "--database", metavar="URL", help="instead of a SQLite file; no password in it"
    )

    parser = add("intake", _intake, "take registrations in as offers; nothing is accepted by it")
    parser.add_argument("file", type=Path, metavar="FILE", help="a workbook, or a CSV file")
    parser.add_argument("--purposes", type=Path, metavar="FILE", help="use and keep these purposes")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="what a CSV's columns mean")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report there too")

    parser = add("accept", _accept, "record that people accepted what they were offered")
    _add_rows(parser)
    parser.add_argument("--all", action="store_true", help="every open offer; a demo's only")
    parser.add_argument("--consent", choices=[kind.value for kind in Consent], required=True)
    parser.add_argument("--notice", metavar="VERSION", help="told to the person, if another")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--holder-keys", type=Path, metavar="FILE", help="written by the wallet")
    way.add_argument("--paper", action="store_true", help="a card, with no claim on it")

    parser = add("refuse", _refuse, "take no consent: erase the claims, keep the entitlement")
    _add_rows(parser)
    parser.add_argument("--unanswered", action="store_true", help="every offer still open")

    parser = add("issue", _issue, "issue what is due; start it again if it was cut short")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON lines")

    parser = command(commands, "cards", _cards, "draw the paper cards among what was issued")
    parser.add_argument("issued", type=Path, metavar="FILE", help="JSON lines, as `issue` wrote")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="for pictures")

    parser = add("revoke", _revoke, "revoke a row's copies; two officers and a reason")
    parser.add_argument("row", metavar="ROW")
    parser.add_argument("--reason", default="", metavar="TEXT", help="kept sealed, for appeals")
    parser.add_argument("--cause", choices=[kind.value for kind in Cause], default="other")
    parser.add_argument("--officer", action="append", default=[], metavar="ID", help="twice")
    parser.add_argument("--copy", action="append", metavar="LIST:INDEX", help="only this copy")
    parser.add_argument("--replace", action="store_true", help="lost: a nameless one is due")

    parser = add("status", _status, "write the signed status lists")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")

    parser = add("issued-list", _issued_list, "write the signed list of all that the key issued")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="for the registry")

    parser = add("certify", _certify, "let a station ask in your name, for 90 days at most")
    parser.add_argument("--station", required=True, metavar="DID", help="its did:key")
    parser.add_argument("--act", action="append", required=True, help="a service (repeatable)")
    parser.add_argument("--purpose", action="append", help="what for (repeatable; else the acts)")
    parser.add_argument("--days", type=int, default=90, choices=range(1, 91), metavar="1..90")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the certificate")

    parser = add("show", _show, "counts by state and purpose; with ROW, all about that one")
    parser.add_argument("row", nargs="?", metavar="ROW")

    add("expire", _expire, "erase rows whose retention month has come; counts stay")


def today() -> date:
    """The day, in UTC; nothing finer is ever recorded."""
    return datetime.now(UTC).date()


def _add_rows(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rows", nargs="*", metavar="ROW", help="row ids")


def _open(options: argparse.Namespace) -> Office:
    return open_office(options.dir, passphrase=passphrase(options))


def _init(options: argparse.Namespace) -> Answer:
    with create_office(
        options.dir,
        did=options.did,
        passphrase=passphrase(options, confirm=True),
        randomness=os.urandom,
        demo=options.demo,
        status_base_url=options.status_base,
        purposes=None if options.purposes is None else read_file(options.purposes),
        database=options.database,
    ) as office:
        data: JsonObject = {
            "id": office.did,
            "verificationMethod": office.verification_method,
            "statusBase": office.status_base_url,
            "demo": office.demo,
            "purposes": [purpose.id for purpose in office.purposes],
        }
    return Answer(data=data, text=f"{office.did} can take registrations in {options.dir}")


def _intake(options: argparse.Namespace) -> Answer:
    with _open(options) as office:
        if options.purposes is not None:
            office = office.take_purposes(read_file(options.purposes))
        return take_in(
            office,
            options.file,
            mapping=options.mapping,
            report=options.report,
            today=today(),
            randomness=os.urandom,
        )


def _accept(options: argparse.Namespace) -> Answer:
    with _open(options) as office:
        register = office.register
        row_ids = list(options.rows)
        if options.all:
            if not register.demo:
                raise InputError(Reason.CONSENT_MISSING, "people answer one by one, not --all")
            row_ids += register.row_ids(state=State.OFFERED)
        keys = () if options.paper else read_holder_keys(read_file(options.holder_keys))
        acceptances, used = [], 0
        for row_id in row_ids:
            row = register.row(row_id)
            wanted = used + row.copies_offered
            acceptances.append(
                Acceptance(
                    row_id=row.id,
                    notice_version=options.notice or row.notice_version,
                    consent=Consent(options.consent),
                    holder_keys=None if options.paper else keys[used:wanted],
                )
            )
            used = wanted
        accept_many(register, acceptances, today=today(), randomness=os.urandom)
    return Answer(data={"accepted": len(acceptances)}, text=f"{len(acceptances)} accepted")


def _refuse(options: argparse.Namespace) -> Answer:
    with _open(options) as office:
        row_ids = list(options.rows)
        if options.unanswered:
            row_ids += office.register.row_ids(state=State.OFFERED)
        changed = refuse(office.register, row_ids, today=today(), randomness=os.urandom)
    text = f"{changed} without consent: claims erased, a nameless stand-in is due to each"
    return Answer(data={"nameless": changed}, text=text)


def _issue(options: argparse.Namespace) -> Answer:
    secret = passphrase(options)
    with open_office(options.dir, passphrase=secret) as office:
        issued = issue(
            office.register,
            signer=office.signer(secret),
            issuer_did=office.did,
            verification_method=office.verification_method,
            status_base_url=office.status_base_url,
            purposes=office.purposes,
            today=today(),
            randomness=os.urandom,
            out=options.out,
            progress=_bar if sys.stderr.isatty() else None,
        )
    data: JsonObject = {
        "rows": issued.rows,
        "copies": issued.copies,
        "resumed": issued.resumed,
        "skipped": [{"row": row, "reason": reason.value} for row, reason in issued.skipped],
        "out": None if issued.out is None else str(issued.out),
    }
    lines = [f"{issued.copies} copies for {issued.rows} rows in {issued.out}"]
    if issued.out is None:
        lines = ["nothing was issued"]
    if issued.resumed:
        lines.append(f"{issued.resumed} of the rows were committed by a run that was cut short")
    lines += [f"{row}: not issued: {reason.value}" for row, reason in issued.skipped]
    return Answer(data=data, text="\n".join(lines))


def _cards(options: argparse.Namespace) -> Answer:
    drawn = dict(draw_cards(read_file(options.issued)))
    for reference, card in drawn.items():
        write_file(options.out / f"{reference}.png", card.png)
    return Answer(
        data={"cards": len(drawn), "folder": str(options.out), "references": sorted(drawn)},
        text=f"{len(drawn)} cards drawn in {options.out}, each named by its reference",
    )


def _revoke(options: argparse.Namespace) -> Answer:
    with _open(options) as office:
        if options.replace:
            new_row = replace_lost(
                office.register,
                options.row,
                reason=options.reason,
                officers=options.officer,
                today=today(),
                randomness=os.urandom,
            )
            return Answer(
                data={"new_row": new_row}, text=f"revoked; a nameless stand-in is due: {new_row}"
            )
        count = revoke(
            office.register,
            options.row,
            cause=Cause(options.cause),
            reason=options.reason,
            officers=options.officer,
            today=today(),
            randomness=os.urandom,
            only=None if options.copy is None else [_copy(text) for text in options.copy],
        )
    text = f"{count} copies revoked. Publish the status lists (amana issuer status)."
    return Answer(data={"revoked": count}, text=text)


def _copy(text: str) -> tuple[int, int]:
    number, _, index = text.partition(":")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (number, index)):
        raise InputError(Reason.WRONG_STATE, "a copy is named LIST:INDEX")
    return int(number), int(index)


def _status(options: argparse.Namespace) -> Answer:
    secret = passphrase(options)
    with open_office(options.dir, passphrase=secret) as office:
        lists = build_status_lists(
            office.register,
            signer=office.signer(secret),
            issuer_did=office.did,
            verification_method=office.verification_method,
            status_base_url=office.status_base_url,
            today=today(),
        )
    for number, document in lists.items():
        write_file(options.out / f"{number}.json", canonical(document))
    return Answer(data={"lists": list(lists)}, text=f"{len(lists)} status lists in {options.out}")


def _issued_list(options: argparse.Namespace) -> Answer:
    secret = passphrase(options)
    with open_office(options.dir, passphrase=secret) as office:
        document = build_list(
            office.register,
            signer=office.signer(secret),
            issuer_did=office.did,
            verification_method=office.verification_method,
            today=today(),
        )
    write_file(options.out, canonical(document))
    return Answer(
        data={"file": str(options.out), "verification_method": document["verificationMethod"]},
        text=f"{options.out}: hand it to the consortium, as often as you issue.",
    )


def _certify(options: argparse.Namespace) -> Answer:
    station = did_key.resolve(options.station)
    with _open(options) as office:
        certificate = build_station_certificate(
            station=station,
            organisation=office.did,
            key=office.signer(passphrase(options)),
            key_id=office.verification_method,
            acts=options.act,
            purposes=options.purpose,
            valid_from=datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
            days=options.days,
            randomness=os.urandom,
        )
        # A station whose acts are misspelt would be told so only at the counter.
        check_schema("StationCertificate", certificate)
        keep_issued(office.register, office.verification_method, [canonical(certificate)])
    write_file(options.out, canonical(certificate))
    return Answer(
        data={"station": options.station, "file": str(options.out), "acts": options.act},
        text=f"{options.out} lets the station ask for {', '.join(options.act)}.",
    )


def _show(options: argparse.Namespace) -> Answer:
    with _open(options) as office:
        if options.row is not None:
            return _show_row(office.register.row(options.row))
        counts = office.register.counts()
    lines = [
        f"{row['purpose']}: {row['rows']} {row['state']}" + (", nameless" * row["nameless"])
        for row in counts
    ]
    return Answer(data={"counts": counts}, text="\n".join(lines) or "the register is empty")


def _show_row(row: RegisterRow) -> Answer:
    """Everything that is held about one row: also what its person may ask to see (C60)."""
    data: JsonObject = {
        "row": row.id,
        "purpose": row.purpose_id,
        "legalBasis": row.legal_basis,
        "noticeVersion": row.notice_version,
        "goneFrom": row.retention,
        "state": row.state.value,
        "nameless": row.nameless,
        **row.content,
        "issued": [
            {"list": copy.status_list, "index": copy.index, "revoked": copy.revoked}
            for copy in row.copies
        ],
    }
    return Answer(data=data, text="\n".join(f"{name}: {value}" for name, value in data.items()))


def _expire(options: argparse.Namespace) -> Answer:
    with _open(options) as office:
        erased = expire(office.register, today=today())
    return Answer(data={"expired": erased}, text=f"{erased} rows erased; counts stay")


def _bar(done: int, total: int) -> None:
    filled = _BAR * done // total
    end = "\n" if done == total else ""
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (_BAR - filled)}] {done}/{total}{end}")
    sys.stderr.flush()
