"""`amana issuer intake`: a file of registrations becomes offers; a report says what stayed out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from amana.cli import Answer, read_file, write_private
from amana.keys import Randomness
from amana.limits import LIMITS
from amana.strict_json import Json, JsonObject
from issuer._dropped import DroppedReport, total
from issuer.intake import Registrations, load_mapping, read_registrations
from issuer.minimise import Note, OfferDraft, minimise
from issuer.offer import record_offers
from issuer.office import Office

__all__ = ["take_in"]

_SHOWN: Final = 20  # errors in the text; `--json` and `--report` have them all


def take_in(
    office: Office,
    path: Path,
    *,
    mapping: Path | None,
    report: Path | None,
    today: date,
    randomness: Randomness,
) -> Answer:
    """Read `path`, offer what the office's purposes allow, and say what became of the rest.

    Raises: InputError (whoever made the file); rows that are at fault are reported instead.
    """
    registrations = read_registrations(
        read_file(path, limit=LIMITS.registration_file_bytes),
        name=path.name,
        mapping=None if mapping is None else load_mapping(read_file(mapping)),
    )
    dropped: list[DroppedReport] = []
    notes: list[Note] = []

    def drafts() -> Iterator[OfferDraft]:
        for household in registrations.households:
            minimised = minimise(household, purposes=office.purposes, today=today)
            dropped.append(minimised.dropped)
            notes.extend(minimised.notes)
            yield from minimised.drafts

    recorded = record_offers(
        office.register,
        drafts(),
        source=registrations.digest,
        purposes=office.purposes,
        today=today,
        randomness=randomness,
    )
    found = _report(registrations, total(dropped), notes)
    found |= {"offers": len(recorded.row_ids), "new_offers": recorded.new}
    if report is not None:
        written = json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"
        write_private(report, written, overwrite=True)
    return Answer(data=found | {"rows": list(recorded.row_ids)}, text=_text(found))


def _report(registrations: Registrations, dropped: DroppedReport, notes: list[Note]) -> JsonObject:
    """Counts, places and reasons. No value of the file, and no row id, stands in it."""
    kinds = Counter(note.kind.value for note in notes)
    return {
        "households": len(registrations.households),
        "individuals": registrations.individuals,
        "errors": [
            {
                "file": error.file,
                "sheet": error.sheet,
                "row": error.row,
                "column": error.column,
                "reason": error.reason.value,
                "detail": error.detail,
                "row_left_out": error.row_left_out,
            }
            for error in registrations.errors
        ],
        "unknown_columns": [list(column) for column in registrations.unknown_columns],
        "dropped_fields": dropped.fields,
        "dropped_values": dropped.values,
        "dropped": dropped.rows(),
        "notes": dict(sorted(kinds.items())),
    }


def _text(found: JsonObject) -> str:
    lines = [
        f"{found['households']} households, {found['individuals']} people",
        f"{found['offers']} offers, {found['new_offers']} of them new. Nobody has accepted yet.",
        f"{found['dropped_values']} values in {found['dropped_fields']} columns stayed out:",
    ]
    by_reason: Counter[str] = Counter()
    for row in found["dropped"]:
        by_reason[row["reason"]] += row["values"]
    lines += [f"  {reason}: {count}" for reason, count in by_reason.most_common()]
    lines += [f"note: {kind}: {count}" for kind, count in found["notes"].items()]
    errors: list[Json] = found["errors"]
    lines += [
        f"{error['sheet']}, row {error['row']}, column {error['column']}: {error['reason']}"
        f" ({error['detail']})" + ("; the row was left out" if error["row_left_out"] else "")
        for error in errors[:_SHOWN]
    ]
    if len(errors) > _SHOWN:
        lines.append(f"… and {len(errors) - _SHOWN} more (--json or --report has them all)")
    return "\n".join(lines)
