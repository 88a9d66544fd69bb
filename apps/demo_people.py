"""The people of the demo: a registration workbook of nobody, in the HOPE template.

`python -m apps.demo_people FILE` writes it; the one in `apps/data` was written so. Every name is
made of invented syllables, every number begins with 000 or 999, and the place lies in the ocean. A
few rows are wrong on purpose, so that the demo shows what intake says about them.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Final

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from issuer import _hope

__all__ = ["build_workbook", "main"]

_SEED: Final = 20261101
_WRITTEN: Final = datetime(2026, 11, 1)  # noqa: DTZ001 - a workbook's properties have no zone
_SYLLABLES: Final = ("zav", "mip", "tolu", "brek", "wona", "sifu", "qal", "dree", "hok", "yumi")
# Ages on 1 November 2026, household by household: 12 households, 40 people.
_HOUSEHOLDS: Final[Sequence[Sequence[int]]] = (
    (34, 33, 6, 2),
    (17,),
    (35,),
    (23, 22, 51, 4),
    (67, 64),
    (41, 38, 15, 13, 9, 3),
    (29, 1),
    (16, 12, 8),
    (72, 44, 43, 19, 10),
    (26, 25),
    (52, 20, 18, 14, 11, 7, 0),
    (31, 30, 5),
)
_Cell = str | int | bool | date | None


def build_workbook() -> bytes:
    """The workbook, the same bytes at every run with one version of openpyxl and zlib."""
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.lastModifiedBy = "Amana demo generator"
    book.properties.created = book.properties.modified = _WRITTEN
    summary = book.active
    if not isinstance(summary, Worksheet):
        raise TypeError("openpyxl's first sheet is no worksheet")
    summary.title = "Export Summary"
    summary["B2"] = "Nobody in this workbook exists. Written by apps/demo_people.py."
    random = Random(_SEED)  # noqa: S311 - the same people every time, not a secret
    _fill(book.create_sheet(_hope.HOUSEHOLDS), _hope.HOUSEHOLDS, _households(random))
    _fill(book.create_sheet(_hope.INDIVIDUALS), _hope.INDIVIDUALS, _individuals(random))
    written = io.BytesIO()
    book.save(written)
    return _with_fixed_dates(written.getvalue())


def main(arguments: Sequence[str]) -> int:
    """Write the workbook to the one file named."""
    if len(arguments) != 1:
        print("usage: python -m apps.demo_people FILE", file=sys.stderr)
        return 64
    Path(arguments[0]).write_bytes(build_workbook())
    return 0


def _fill(sheet: Worksheet, name: str, rows: Iterator[dict[str, _Cell]]) -> None:
    columns = list(_hope.SHEETS[name])
    sheet.append(columns)
    for number, row in enumerate(rows, start=3):  # the template leaves the second row blank
        for position, column in enumerate(columns, start=1):
            value = row.get(column)
            if isinstance(value, bool):
                value = "=TRUE()" if value else "=FALSE()"
            if value is not None:
                sheet.cell(number, position, value)


def _household_id(n: int) -> int:
    return 999_000_101 + n * 37


def _invented(random: Random) -> str:
    return " ".join("".join(random.sample(_SYLLABLES, count)).capitalize() for count in (2, 3))


def _households(random: Random) -> Iterator[dict[str, _Cell]]:
    for n, ages in enumerate(_HOUSEHOLDS):
        day = date(2026, 3 + n % 6, 2 + n)
        yield {
            "household_id": _household_id(n),
            "residence_status_h_c": ("REFUGEE", "RETURNEE", "IDP", None)[n % 4],
            "consent_h_c": "TRUE",
            "consent_origin_h_c": "ZZZ",
            "country_h_c": "ZZZ",
            "address_h_c": f"Tent {900 + n}, Row Nowhere",
            "admin1_h_c": "ZZ01",
            "admin2_h_c": "ZZ0199",
            "hh_geopoint_h_c": f"-48.876{n:03d}, -123.393{n:03d}",
            "unhcr_hh_id_h_c": f"000-00C{n:05d}",
            "returnee_h_c": n % 4 == 1,
            # As in real exports, the stated size is not always the number of people listed.
            "size_h_c": 1 if n in (0, 5) else len(ages),
            "first_registration_date_h_c": day,
            "pregnant_member_h_c": 0,
            "fchild_hoh_h_c": False,
            "child_hoh_h_c": ages[0] < 18,
            "village_h_c": "Nowhere-on-Sea",
            "start_h_c": day,
            "end_h_c": day,
            "deviceid_h_c": f"collect:ZZDEVICE{n % 3:04d}",
            "name_enumerator_h_c": _invented(random),
            "org_enumerator_h_c": "PARTNER",
            "org_name_enumerator_h_c": "Invented Relief",
            "consent_sharing_h_c": ("GOVERNMENT_PARTNER", "HUMANITARIAN_PARTNER", None)[n % 3],
            "water_source_h_f": "tanker_truck",
            "months_displaced_h_f": 5 + n,
            "collect_individual_data_h_c": "1",
        }
    # Wrong on purpose: a household that stands twice, and one without an id.
    yield {"household_id": _household_id(2), "size_h_c": 9, "village_h_c": "Nowhere-on-Sea"}
    yield {"size_h_c": 3, "address_h_c": "Tent 999, Row Nowhere"}


def _individuals(random: Random) -> Iterator[dict[str, _Cell]]:
    for n, ages in enumerate(_HOUSEHOLDS):
        for place, age in enumerate(ages):
            yield _individual(random, n, place, age)
    # Wrong on purpose: a person of a household that nobody knows.
    yield {"household_id": 999_999_999, "full_name_i_c": _invented(random), "gender_i_c": "OTHER"}


def _individual(random: Random, n: int, place: int, age: int) -> dict[str, _Cell]:
    born: _Cell = date(2026 - age, 1 + (n + place) % 10, 1 + (3 * n + place) % 28)
    if (n, place) == (8, 0):
        born = "1954"  # some people know the year only
    elif (n, place) == (9, 1):
        born = "2001-02-30"  # wrong on purpose: no such day
    elif (n, place) == (10, 1):
        born = "17/06/2006"  # wrong on purpose: day or month first?
    number = 100 * n + place
    return {
        "household_id": _household_id(n),
        "relationship_i_c": "HEAD" if place == 0 else "OTHER",
        "full_name_i_c": _invented(random),
        "gender_i_c": ("FEMALE", "MALE")[(n + place) % 2],
        "birth_date_i_c": born,
        "estimated_birth_date_i_c": (n, place) == (4, 1),
        "first_registration_date_i_c": date(2026, 3 + n % 6, 2 + n),
        "photo_i_c": f"photo-{number:06d}.jpg" if place == 0 else None,
        "marital_status_i_c": "SINGLE" if age < 18 else "MARRIED",
        "phone_no_i_c": f"+999 000 {number:06d}" if place == 0 else None,
        "birth_certificate_no_i_c": f"000BC{number:06d}",
        "national_id_no_i_c": f"000NI{number:06d}" if age >= 18 else None,
        "national_id_issuer_i_c": "ZZZ" if age >= 18 else None,
        "pregnant_i_c": (n, place) == (11, 1),
        "work_status_i_c": "NOT_PROVIDED",
        "seeing_disability_i_c": "LOT_DIFFICULTY" if (n, place) == (4, 0) else "NONE",
        "primary_collector_id": _household_id(n) if place == 0 else None,
    }


def _with_fixed_dates(data: bytes) -> bytes:
    """The same zip with every entry dated alike; openpyxl stamps the time of writing."""
    target = io.BytesIO()
    stamp = _WRITTEN.timetuple()[:6]
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as packed:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, _undated(source.read(name)))
    return target.getvalue()


def _undated(part: bytes) -> bytes:
    """The part with its date of change fixed: openpyxl sets it anew whenever it saves."""
    head, mark, tail = part.partition(b"<dcterms:modified")
    if not mark:
        return part
    opening, _, rest = tail.partition(b">")
    return (
        head
        + mark
        + opening
        + b">"
        + _WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        + (rest[rest.index(b"<") :])
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
