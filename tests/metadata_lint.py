"""Opens every artefact and says what should not be in it: where, which kind, never the value.

One artefact has many layers: its bytes, its name, the chunks of a picture, the document inside of a
code, every cell of a database, what is packed inside of a zip or of a status list. Each of them is
searched; what is sealed looks like noise, and is searched as noise.
"""

from __future__ import annotations

import binascii
import gzip
import html
import io
import json
import os
import re
import shutil
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from amana.errors import InputError
from amana.multibase import decode_base64url
from amana.qr import images, text

WINDOW = 6  # characters: shorter values are too common to mean anything
_PNG = b"\x89PNG\r\n\x1a\n"
_BARE_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_OTHER_PICTURES = (b"\xff\xd8", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")
_SQLITE = b"SQLite format 3\0"
_RUN = re.compile(rb"[\x20-\x7e\n]{6,}")

_COORDINATES = re.compile(
    r"(?<![0-9A-Za-z.])[-+]?[0-9]{1,3}\.[0-9]{3,}\s*[,;/ ]\s*[-+]?[0-9]{1,3}\.[0-9]{3,}"
    r"|\bgeo:[-+0-9]|\bPOINT ?\("
    r"|\"(?:lat|lon|lng|latitude|longitude|altitude|geopoint|gps[a-z]*|coordinates)\"\s*:",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"\bcollect:[A-Za-z0-9]"
    r"|\b(?:deviceid|device_id|imei|imsi|meid|android_id|serialnumber|subscriberid)\b"
    r"|(?<![0-9A-Za-z])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9A-Za-z-])",
    re.IGNORECASE,
)
_FIFTEEN = re.compile(r"(?<![0-9A-Za-z_.-])[0-9]{15}(?![0-9A-Za-z_.-])")
# A clock's reading: ISO 8601 and EXIF, in words, and seconds or milliseconds since 1970.
_CLOCK = re.compile(
    r"[0-9]{4}[-:][0-9]{2}[-:][0-9]{2}[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]+)?)?"
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}"
)
_EPOCH = re.compile(r"(?<![0-9A-Za-z_.+/-])1[5-9][0-9]{8}(?:[0-9]{3})?(?![0-9A-Za-z_+/-])")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that should not be there. `layer` says in which part of the artefact."""

    path: str
    layer: str
    kind: str


@dataclass(frozen=True)
class Layer:
    name: str
    data: bytes
    instants_allowed: bool = False


def lint(
    folder: Path, *, values: Collection[str] = (), governance: Collection[str] = ()
) -> list[Finding]:
    """Everything in `folder` that should not be there.

    `values` are what the demo's people told a form and nobody needs. `governance` are the folders
    whose files may carry instants: metadata that members sign, never anything about people.
    """
    wanted: dict[bytes, list[bytes]] = {}
    for value in {value.casefold() for value in values} | set(values):
        encoded = value.encode()
        if len(value) >= WINDOW:
            wanted.setdefault(encoded[:WINDOW], []).append(encoded)
    found: set[Finding] = set()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        allowed = any(name.startswith(f"{place}/") for place in governance)
        for layer in _layers(path, name, instants_allowed=allowed):
            for kind in _kinds(layer, wanted):
                found.add(Finding(name, layer.name, kind))
        found |= {Finding(name, "attributes", f"xattr {attribute}") for attribute in _marks(path)}
        if path.is_file():
            found |= {Finding(name, "picture", kind) for kind in _picture_kinds(path.read_bytes())}
    return sorted(found)


def values_of(workbook: Path, *, sheets: Collection[str]) -> set[str]:
    """Every value of six or more characters below the header, read by another library than ours."""
    book = openpyxl.load_workbook(workbook, data_only=False)
    values: set[str] = set()
    for sheet in sheets:
        for row in book[sheet].iter_rows(min_row=2, values_only=True):
            for cell in row:
                values |= {form for form in _forms(cell) if len(form) >= WINDOW}
    return values


def _forms(cell: Any) -> Iterator[str]:
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        yield cell.isoformat()
        yield from (cell.strftime(form) for form in ("%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"))
    elif isinstance(cell, float) and cell.is_integer():
        yield str(int(cell))
    elif cell is not None and not str(cell).startswith("="):  # a formula is no value
        yield str(cell).strip()
        # Parts of what was written: one name of a full name, one half of a place.
        yield from re.split(r"[\s,;]+", str(cell).strip())


# --- Layers ---------------------------------------------------------------------------------------


def _layers(path: Path, name: str, *, instants_allowed: bool) -> Iterator[Layer]:
    yield Layer("name", name.encode())
    if path.is_symlink():
        yield Layer("link", str(path.readlink()).encode())
    elif path.is_file():
        yield from _inside("bytes", path.read_bytes(), instants_allowed=instants_allowed)
        if path.suffix not in {".sqlite-wal", ".sqlite-shm"}:
            yield from _cells(path, instants_allowed=instants_allowed)


def _inside(name: str, data: bytes, *, instants_allowed: bool) -> Iterator[Layer]:
    """The bytes, and whatever is packed inside of them."""
    document = _json(data)
    allowed = instants_allowed and not _is_credential(document)
    yield Layer(name, data, allowed)
    yield from _values(name, document, allowed)
    if data.startswith(_PNG):
        yield from _chunks(name, data)
        yield from _codes(name, data)
    elif data[:512].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        yield Layer(f"{name}, unescaped", html.unescape(data.decode("utf-8", "replace")).encode())
    elif data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for part in packed.namelist():
                yield from _inside(f"{name}, {part}", packed.read(part), instants_allowed=False)


def _values(name: str, document: Any, allowed: bool) -> Iterator[Layer]:
    """Texts as they read without JSON's escapes, and what a status list has packed."""
    if isinstance(document, dict):
        for member, value in document.items():
            if member == "encodedList" and isinstance(value, str):
                bits = gzip.decompress(decode_base64url(value))
                yield Layer(f"{name}, bits", bits, allowed)
            yield Layer(f"{name}, member", str(member).encode("utf-8", "replace"), allowed)
            yield from _values(name, value, allowed)
    elif isinstance(document, list):
        for value in document:
            yield from _values(name, value, allowed)
    elif isinstance(document, str):
        yield Layer(f"{name}, text", document.encode("utf-8", "replace"), allowed)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _is_credential(document: Any) -> bool:
    """Credentials, cards, station certificates and status lists are coarse wherever they lie.

    A member's vote is governance, whose instants count: who voted before the notice was over?
    """
    types = document.get("type") if isinstance(document, dict) else None
    listed = types if isinstance(types, list) else [types]
    return "VerifiableCredential" in listed and "RegistryVote" not in listed


def _chunks(name: str, data: bytes) -> Iterator[Layer]:
    for kind, content in png_chunks(data):
        label = f"{name}, chunk {kind.decode('latin-1')}"
        yield Layer(label, content)
        if kind in (b"zTXt", b"iTXt", b"iCCP"):
            for start in range(len(content)):
                try:
                    yield Layer(f"{label}, inflated", zlib.decompress(content[start:]))
                    break
                except zlib.error:
                    continue


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk, and of what follows the last one (kind `tail`)."""
    at = len(_PNG)
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length
        if kind == b"IEND":
            break
    if data[at:]:
        yield b"tail", data[at:]


def _codes(name: str, data: bytes) -> Iterator[Layer]:
    try:
        texts = images.read(data)
    except InputError:
        return
    for number, found in enumerate(texts, start=1):
        label = f"{name}, code {number}"
        try:
            kind, document = text.decode(found)
        except InputError:
            yield Layer(label, found.encode())
            continue
        fresh = kind in (text.Kind.PRESENTATION, text.Kind.CHALLENGE)
        # Only the outside of an answer or a question is fresh: what is quoted inside is kept.
        quoted = [document.pop(member, []) for member in ("verifiableCredential", "station")]
        yield from _inside(label, _written(document), instants_allowed=fresh)
        for inside in quoted:
            for shown in inside if isinstance(inside, list) else [inside]:
                yield from _inside(f"{label}, quoted", _written(shown), instants_allowed=False)


def _written(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def _cells(path: Path, *, instants_allowed: bool) -> Iterator[Layer]:
    """Every cell of a database, read from a copy, so that looking changes nothing."""
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy.sqlite")
        shutil.copyfile(path, copy)
        for beside in ("-wal",):
            if (log := path.with_name(path.name + beside)).exists():
                shutil.copyfile(log, copy.with_name(copy.name + beside))
        with closing(sqlite3.connect(copy)) as database:
            database.text_factory = bytes
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in tables.fetchall():
                quoted = table.decode().replace('"', '""')
                for row in database.execute(f'SELECT * FROM "{quoted}"'):
                    for cell in row:
                        if cell is not None:
                            data = cell if isinstance(cell, bytes) else str(cell).encode()
                            yield from _inside(
                                f"table {quoted}", data, instants_allowed=instants_allowed
                            )


# --- What is looked for ---------------------------------------------------------------------------


def _kinds(layer: Layer, wanted: dict[bytes, list[bytes]]) -> Iterator[str]:
    readable = _readable(layer.data)
    if _COORDINATES.search(readable):
        yield "coordinates"
    if _DEVICE.search(readable) or any(_luhn(run) for run in _FIFTEEN.findall(readable)):
        yield "device id"
    if not layer.instants_allowed and _fine_time(readable):
        yield "fine time"
    if wanted and any(_holds(form, wanted) for form in _cased(layer.data)):
        yield "dropped value"


def _readable(data: bytes) -> str:
    """The text of a layer, or of a binary one every run of it, also with two bytes a character."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        runs = [*_RUN.findall(data), *_RUN.findall(data.replace(b"\0", b""))]
        return "\n\n".join(run.decode("ascii") for run in runs)


def _cased(data: bytes) -> Iterator[bytes]:
    yield data
    try:
        yield data.decode().casefold().encode()
    except UnicodeDecodeError:
        yield data.lower()
        if b"\0" in data:
            yield data.replace(b"\0", b"").lower()  # UTF-16 of the first 256 characters


def _holds(data: bytes, wanted: dict[bytes, list[bytes]]) -> bool:
    windows = {data[start : start + WINDOW] for start in range(len(data) - WINDOW + 1)}
    return any(value in data for start in windows & wanted.keys() for value in wanted[start])


def _fine_time(readable: str) -> bool:
    for match in _CLOCK.finditer(readable):
        parts = match.groups()
        if parts[0] is None or any(part and part.strip("0.") for part in parts):
            return True
    return bool(_EPOCH.search(readable))


def _luhn(digits: str) -> bool:
    """Whether 15 digits have the check digit of an IMEI."""
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(digits)]
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def _marks(path: Path) -> list[str]:
    """Attributes beside the content: where a file was fetched from, what a desktop made of it."""
    if not hasattr(os, "listxattr"):
        return []
    try:
        found = os.listxattr(path, follow_symlinks=False)
    except OSError:
        return []
    return [name for name in found if not name.startswith(("security.", "system.", "trusted."))]


def _picture_kinds(data: bytes) -> Iterator[str]:
    if data.startswith(_PNG):
        for kind, _ in png_chunks(data):
            if kind not in _BARE_CHUNKS:
                yield f"chunk {kind.decode('latin-1')}"
    elif data.startswith(_OTHER_PICTURES[:1]) and (b"Exif\0" in data or b"<x:xmpmeta" in data):
        yield "exif"
    elif data.startswith(_OTHER_PICTURES):
        yield "a picture of a kind that is not looked into"


def with_chunk(png: bytes, kind: bytes, content: bytes) -> bytes:
    """A picture with one more chunk before its end: how metadata is planted."""
    chunk = struct.pack(">I4s", len(content), kind) + content
    chunk += struct.pack(">I", binascii.crc32(kind + content))
    end = png.rindex(b"IEND") - 4
    return png[:end] + chunk + png[end:]
