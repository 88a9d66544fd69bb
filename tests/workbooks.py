"""Small workbooks in the HOPE template, and ways to spoil them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import openpyxl

Row = Mapping[str, Any]
HOUSEHOLD: Row = {"household_id": 999000111, "size_h_c": 2}
PERSON: Row = {
    "household_id": 999000111,
    "full_name_i_c": "Zavmip Tolubrek",
    "gender_i_c": "FEMALE",
    "birth_date_i_c": date(1991, 5, 17),
}
SHEET = {"Households": "xl/worksheets/sheet1.xml", "Individuals": "xl/worksheets/sheet2.xml"}


def build(
    households: Sequence[Row] = (HOUSEHOLD,),
    people: Sequence[Row] = (PERSON,),
    *,
    touch: Callable[[openpyxl.Workbook], None] | None = None,
) -> bytes:
    """A workbook of these rows below a blank second row; `touch` changes it before saving."""
    book = openpyxl.Workbook()
    for name, rows in (("Households", households), ("Individuals", people)):
        sheet = book.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns or ["household_id"])
        for number, row in enumerate(rows, start=3):
            for column, value in row.items():
                sheet.cell(number, columns.index(column) + 1, value)
    book.remove(book.worksheets[0])
    if touch is not None:
        touch(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def rezip(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same zip with every part passed through `change`; None leaves a part out."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
    ):
        for name in source.namelist():
            changed = change(name, source.read(name))
            if changed is not None:
                packed.writestr(name, changed)
    return target.getvalue()


def replace(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """One part with `old` replaced by `new`, which must be there."""

    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        assert old in content, f"{old!r} is not in {part}"
        return content.replace(old, new, 1)

    return rezip(data, change)


_TOKENS = (
    b"", b"<", b">", b"</row>", b"<c/>", b"&#0;", b"&x;", b"\xff", b"\x00", b'r="XFD1048576"',
    b"1e999", b"-1", b"9" * 400, b't="e"', b't="s"', b't="d"', b"<f>1+1</f>", b"<f>TRUE()</f>",
    b"<!DOCTYPE a>", b"<v>99999999</v>", b"NaN", b"<is><t>x</t></is>",
)  # fmt: skip


def mutate(random: Random, data: bytes) -> bytes:
    """One seeded mutation: of the zip's own bytes, or of the XML inside, packed again."""
    if random.random() < 0.3:
        return spoil(random, data)
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        chosen = random.choice(source.namelist())
    if random.random() < 0.05:
        return rezip(data, lambda name, part: None if name == chosen else part)
    return rezip(data, lambda name, part: spoil(random, part) if name == chosen else part)


def spoil(random: Random, data: bytes) -> bytes:
    """A few seeded changes to bytes."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 8))):
        at = random.randrange(len(changed) + 1)
        kind = random.randrange(4)
        if kind == 0 and changed:
            changed[at % len(changed)] = random.randrange(256)
        elif kind == 1:
            changed[at:at] = random.choice(_TOKENS)
        elif kind == 2:
            del changed[at : at + random.choice((1, 4, 64, len(changed) // 2))]
        else:
            changed[at : at + random.randrange(12)] = random.choice(_TOKENS)
    return bytes(changed)
