"""A stranger's .xlsx, inspected before any library sees it.

An .xlsx is a zip of XML. The parts that matter are inflated under our own bounds, walked once with
expat, and packed again, so that a library reads exactly the bytes that were inspected: a directory
that lies about sizes, a second directory, macros, pictures and links never reach it. The walk also
finds what libraries hide: formulas (they give the cached value), merged cells, and cells so far out
that a dense grid would not fit in memory.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from issuer._sheet_xml import PlainWalk, RelationsWalk, SheetNotes, SheetWalk, WorkbookWalk

__all__ = ["Inspected", "inspect"]

_TYPES: Final = "[Content_Types].xml"
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_SHARED: Final = "xl/sharedStrings.xml"
_OPTIONAL: Final = ("_rels/.rels", "xl/styles.xml", _SHARED)
_CHUNK: Final = 1 << 20
_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0"
# What zipfile, zlib and expat raise for bytes that are not what they seem.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Inspected:
    """A workbook fit to be handed to a library, and what the walk found in each wanted sheet."""

    archive: io.BytesIO
    sheets: Mapping[str, SheetNotes]


def inspect(data: bytes, *, name: str, wanted: tuple[str, ...]) -> Inspected:
    """Check `data` and pack what is needed to read the sheets called `wanted`.

    Raises: InputError (the fault of whoever made the file) with NOT_A_WORKBOOK, ZIP_BOMB,
    TOO_LARGE, MISSING_SHEET or MERGED_CELLS.
    """
    if not data.startswith(b"PK"):
        detail = "not an .xlsx file"
        if data.startswith(_COMPOUND_FILE):
            detail = "an encrypted workbook or an old .xls: save it as .xlsx without a password"
        raise InputError(Reason.NOT_A_WORKBOOK, detail, file=name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            return _repack(source, name, wanted)
    except _BROKEN:
        raise InputError(Reason.NOT_A_WORKBOOK, "damaged, or not an .xlsx", file=name) from None


def _repack(source: zipfile.ZipFile, name: str, wanted: tuple[str, ...]) -> Inspected:
    entries = _directory(source, name)
    target = io.BytesIO()
    left = LIMITS.workbook_inflated_bytes

    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:

        def copy(part: str, walk: PlainWalk) -> None:
            nonlocal left
            most = left
            if not isinstance(walk, SheetWalk) and part != _SHARED:
                most = min(left, LIMITS.workbook_small_part_bytes)
            left -= _copy(source, entries[part], packed, walk, most)

        for part in (_TYPES, _WORKBOOK, _RELATIONS):
            if part not in entries:
                raise InputError(Reason.NOT_A_WORKBOOK, f"no {part} inside", file=name)
        workbook, relations = WorkbookWalk(name), RelationsWalk(name)
        copy(_TYPES, PlainWalk(name))
        copy(_WORKBOOK, workbook)
        copy(_RELATIONS, relations)
        for part in _OPTIONAL:
            if part in entries:
                copy(part, PlainWalk(name))
        notes: dict[str, SheetNotes] = {}
        for sheet in wanted:
            part = relations.targets.get(workbook.sheets.get(sheet, ""), "")
            if part not in entries:
                raise InputError(
                    Reason.MISSING_SHEET, "the template needs it", file=name, sheet=sheet
                )
            if part in packed.namelist():
                raise InputError(
                    Reason.NOT_A_WORKBOOK, "two sheets share one part", file=name, sheet=sheet
                )
            walk = SheetWalk(name, sheet)
            copy(part, walk)
            notes[sheet] = walk.notes
    target.seek(0)
    return Inspected(target, notes)


def _directory(source: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """What the zip says about itself, refused where that alone is enough to refuse."""
    infos = source.infolist()
    entries = {info.filename: info for info in infos}
    if len(infos) > LIMITS.workbook_entries:
        raise InputError(Reason.ZIP_BOMB, "too many files inside", file=name)
    if len(entries) != len(infos):
        raise InputError(Reason.NOT_A_WORKBOOK, "two files inside have one name", file=name)
    if sum(info.file_size for info in infos) > LIMITS.workbook_inflated_bytes:
        raise InputError(Reason.ZIP_BOMB, "it would grow too large", file=name)
    for info in infos:
        if info.flag_bits & 1:
            raise InputError(Reason.NOT_A_WORKBOOK, "encrypted", file=name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(Reason.NOT_A_WORKBOOK, "an unusual compression", file=name)
        ratio = info.file_size / max(1, info.compress_size)
        if info.file_size > LIMITS.workbook_small_part_bytes and ratio > LIMITS.workbook_ratio:
            raise InputError(Reason.ZIP_BOMB, "it would grow too large", file=name)
    return entries


def _copy(
    source: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    packed: zipfile.ZipFile,
    walk: PlainWalk,
    most: int,
) -> int:
    """Inflate, walk and store one part; returns how many bytes really came out of it."""
    grown = 0
    with (
        source.open(info) as compressed,
        packed.open(info.filename, "w", force_zip64=True) as plain,
    ):
        while chunk := compressed.read(_CHUNK):
            grown += len(chunk)
            if grown > most:
                raise InputError(Reason.ZIP_BOMB, "a part grew too large", file=walk.file)
            walk.feed(chunk)
            plain.write(chunk)
        walk.close()
    return grown
