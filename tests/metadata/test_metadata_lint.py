"""Nothing that the demo writes tells where, when, on what device, or what nobody needed (C67, C68).

Two workbooks are played: the one that comes with Amana, and a registration of fifty households as a
real operation exports it. What is sealed is opened first, so that it is searched as well.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from amana.qr import images, text
from amana.sealed import open_sealed
from apps._cast import PASSPHRASE
from issuer._hope import SHEETS
from issuer.office import open_office
from tests.demo_runs import SHIPPED, DemoRun, demo_run
from tests.metadata_lint import Finding, lint, values_of, with_chunk
from wallet_app import vault
from wallet_app.state import read_state, write_state

# Files of governance carry instants: who was accredited since when, and TUF's own metadata.
GOVERNANCE = ("consortium", "station/registry")
# Words of Amana's own that a form may hold as well; the demo's issuer is a relief society.
OWN_WORDS = frozenset({"relief", "unknown"})
HOPE = "hope_registration_50_households.xlsx"


@pytest.fixture(scope="module", params=["shipped", "hope"])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    workbook = SHIPPED
    if request.param == "hope":
        workbook = request.getfixturevalue("shared_data") / HOPE
    return demo_run(workbook, tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def dropped(played: DemoRun) -> set[str]:
    values = values_of(played.workbook, sheets=tuple(SHEETS))
    assert len(values) > 400
    return {value for value in values if value.casefold() not in OWN_WORDS}


def test_no_artefact_tells_where_when_or_on_what(played: DemoRun, dropped: set[str]) -> None:
    """C67, C68, C69: every file, in every layer: bytes, chunks, cells, decoded codes, names."""
    assert lint(played.out, values=dropped, governance=GOVERNANCE) == []


def test_nor_does_what_is_sealed(played: DemoRun, dropped: set[str], tmp_path: Path) -> None:
    """C30, C67, C72: what was dropped is not even inside; nobody can be made to hand it over."""
    opened = open_everything(played.out, tmp_path / "opened")
    assert {path.suffix for path in opened.iterdir()} == {".row", ".wallet", ".seed"}
    assert lint(opened, values=dropped) == []


def test_the_artefacts_are_there_to_be_looked_at(played: DemoRun, tmp_path: Path) -> None:
    """A lint of nothing finds nothing: each kind of artefact was written."""
    names = [path.name for path in played.out.rglob("*") if path.is_file()]
    for ending in (".png", ".html", ".json", ".sqlite", ".vault", ".key"):
        assert any(name.endswith(ending) for name in names), ending
    copy = shutil.copyfile(next(played.out.rglob("register.sqlite")), tmp_path / "copy.sqlite")
    with closing(sqlite3.connect(copy)) as database:
        (rows,) = database.execute("SELECT count(*) FROM registrations").fetchone()
    assert rows == played.answer.data["offers"]


def test_free_pages_of_the_register_hold_nothing(played: DemoRun, tmp_path: Path) -> None:
    """C59, C69: what was deleted is overwritten, and no log of changes is left beside it.

    The keys of copies were rows once; their pages are free now.
    """
    register = next(played.out.rglob("register.sqlite"))
    assert not register.with_name("register.sqlite-wal").exists()
    copy = shutil.copyfile(register, tmp_path / "register.sqlite")
    data = copy.read_bytes()
    with closing(sqlite3.connect(copy)) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
        (count,) = database.execute("PRAGMA freelist_count").fetchone()
    trunk, seen = int.from_bytes(data[32:36]), 0
    while trunk:
        page = data[(trunk - 1) * size : trunk * size]
        leaves = [int.from_bytes(page[8 + 4 * n :][:4]) for n in range(int.from_bytes(page[4:8]))]
        for leaf in leaves:
            assert not any(data[(leaf - 1) * size : leaf * size])
        seen += 1 + len(leaves)
        trunk = int.from_bytes(page[:4])
    assert seen == count


# --- The lint itself ------------------------------------------------------------------------------

QR = images.draw("nothing to see").png
VALUE = "Tolubrek Zavmip"
VALUES = {VALUE, "999000111", "Nowhere-on-Sea", "Ümlaut-Straße"}


def png(**planted: object) -> bytes:
    written = BytesIO()
    Image.new("1", (8, 8)).save(written, "PNG", **planted)
    return written.getvalue()


def jpeg_with_place() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    written = BytesIO()
    Image.new("L", (8, 8)).save(written, "JPEG", exif=exif)
    return written.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return written.getvalue()


def coded(kind: text.Kind, **document: object) -> bytes:
    return images.draw(text.encode(kind, document)).png


CREDENTIAL = {"type": ["VerifiableCredential"], "validFrom": "2026-11-01T08:30:00Z"}
PLANTED: dict[str, tuple[str, bytes, str]] = {
    "a pair of decimals": ("a.json", b'{"at":"32.642562, 65.887182"}', "coordinates"),
    "a pair with signs": ("a.txt", b"-48.8767;-123.3933", "coordinates"),
    "a member named for it": ("a.json", b'{"latitude":32}', "coordinates"),
    "a geo link": ("a.html", b"<!doctype html><a href='geo:32,65'>x</a>", "coordinates"),
    "a pair in two escapes": ("a.html", b"<html>32&#46;642562, 65.887182", "coordinates"),
    "a pair inside of bytes": ("a.bin", b"\xff\0\x8032.642562 65.887182\xfe", "coordinates"),
    "a pair in a code": ("a.png", images.draw("32.642562,65.887182").png, "coordinates"),
    "a device": ("a.json", b'{"x":"collect:x7Yz"}', "device id"),
    "a device's column": ("a.csv", b"deviceid,1", "device id"),
    "a telephone": ("a.txt", b"490154203237518", "device id"),
    "a network card": ("a.txt", b"00:1a:2b:3c:4d:5e", "device id"),
    "an installation": ("a.txt", b"6f9619ff-8b86-d011-b42d-00c04fc964ff", "device id"),
    "an instant": ("a.json", b'{"validFrom":"2026-11-22T12:34:56Z"}', "fine time"),
    "minutes": ("a.txt", b"2026-11-22 12:34", "fine time"),
    "a fraction of midnight": ("a.txt", b"2026-11-22T00:00:00.25Z", "fine time"),
    "a letter's date": ("a.txt", b"Sun, 22 Nov 2026 12:34:56 GMT", "fine time"),
    "seconds": ("a.json", b'{"x":1795350896}', "fine time"),
    "milliseconds": ("a.json", b'{"x":1795350896123}', "fine time"),
    "an instant on a card": ("a.png", coded(text.Kind.CREDENTIAL, **CREDENTIAL), "fine time"),
    "an instant inside an answer": (
        "a.png",
        coded(text.Kind.PRESENTATION, verifiableCredential=[CREDENTIAL]),
        "fine time",
    ),
    "an instant in a published list": (
        "governance/a.json",
        json.dumps({**CREDENTIAL, "type": ["VerifiableCredential", "X"]}).encode(),
        "fine time",
    ),
    "a comment": ("a.png", with_chunk(QR, b"tEXt", b"Author\0x"), "chunk tEXt"),
    "a packed comment": (
        "a.png",
        with_chunk(QR, b"zTXt", b"k\0\0" + zlib.compress(VALUE.encode())),
        "dropped value",
    ),
    "a picture's time": (
        "a.png",
        with_chunk(QR, b"tIME", b"\x07\xea\x0b\x16\x0c\x22\x38"),
        "chunk tIME",
    ),
    "a picture's camera": ("a.png", with_chunk(QR, b"eXIf", b"MM\0*"), "chunk eXIf"),
    "a printer's resolution": ("a.png", png(dpi=(300, 300)), "chunk pHYs"),
    "something behind a picture": ("a.png", QR + b"more", "chunk tail"),
    "a photograph": ("a.jpg", jpeg_with_place(), "exif"),
    "another kind of picture": ("a.gif", b"GIF89a", "a picture of a kind that is not looked into"),
    "a value": ("a.txt", VALUE.encode(), "dropped value"),
    "a value in capitals": ("a.txt", VALUE.upper().encode(), "dropped value"),
    "a value with accents": ("a.txt", "ÜMLAUT-STRASSE".encode(), "dropped value"),
    "a number": ("a.json", b'{"id":999000111}', "dropped value"),
    "a value in escapes": ("a.json", b'{"x":"\\u0054olubrek Zavmip"}', "dropped value"),
    "a value as a name": (f"{VALUE}.txt", b"", "dropped value"),
    "a value as a folder": (f"{VALUE}/a.txt", b"", "dropped value"),
    "a value in two-byte characters": (
        "a.bin",
        b"\xff\xfe" + VALUE.encode("utf-16-le") + b"\xff",
        "dropped value",
    ),
    "a value in a zip": ("a.xlsx", zipped("a.xml", VALUE.encode()), "dropped value"),
    "a value in a code": ("a.png", images.draw(VALUE).png, "dropped value"),
    "a value in a code of ours": (
        "a.png",
        coded(text.Kind.CREDENTIAL, name=VALUE),
        "dropped value",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_each_planted_thing_is_found(planted: str, tmp_path: Path) -> None:
    name, data, kind = PLANTED[planted]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(data)
    found = lint(tmp_path, values=VALUES, governance=("governance",))
    assert (name, kind) in {(finding.path, finding.kind) for finding in found}


def test_what_may_be_there_is_not_found(tmp_path: Path) -> None:
    """Months and days, bare pictures, instants where members sign, fresh questions and answers."""
    (tmp_path / "governance").mkdir()
    for name, data in {
        "a.json": b'{"validFrom":"2026-11-01T00:00:00Z","day":"2026-11-22","index":"131071"}',
        "a.txt": b"between 3.1416 and 22.5; version 1.2.3; reference 4539148803436467Q",
        "a.png": QR,
        "question.png": coded(text.Kind.CHALLENGE, expires="2026-11-22T12:34:56Z"),
        "governance/root.json": b'{"expires":"2028-11-22T12:34:56Z"}',
        "noise.bin": os.urandom(200_000),
    }.items():
        (tmp_path / name).write_bytes(data)
    assert lint(tmp_path, values=VALUES, governance=("governance",)) == []


def test_a_value_in_the_log_of_a_database_is_found(tmp_path: Path) -> None:
    """Written, and not yet in the database file itself."""
    path = tmp_path / "register.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE t (x)")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("INSERT INTO t VALUES (?)", (VALUE,))
        database.commit()
        paths = {finding.path for finding in lint(tmp_path, values=VALUES)}
    assert {"register.sqlite", "register.sqlite-wal"} <= paths


def test_a_value_that_was_deleted_from_a_database_is_found(tmp_path: Path) -> None:
    """On a free page, which no query shows."""
    path = tmp_path / "register.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE t (x)")
        database.executemany("INSERT INTO t VALUES (?)", [(VALUE * 40,)] * 200)
        database.commit()
        database.execute("DROP TABLE t")
        database.commit()
    assert Finding("register.sqlite", "bytes", "dropped value") in lint(tmp_path, values=VALUES)


def test_a_cell_is_read_in_the_encoding_of_its_database(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "register.sqlite")) as database:
        database.execute("PRAGMA encoding = 'UTF-16le'")
        database.execute("CREATE TABLE t (x)")
        database.execute("INSERT INTO t VALUES (?)", (VALUE,))
        database.commit()
    kinds = {finding.kind for finding in lint(tmp_path, values=VALUES)}
    assert kinds == {"dropped value"}


def test_an_attribute_beside_a_file_is_found(
    tmp_path: Path, set_attribute: Callable[[Path, str], None]
) -> None:
    (tmp_path / "a.txt").write_text("clean")
    set_attribute(tmp_path / "a.txt", "user.xdg.origin.url")
    assert lint(tmp_path) == [Finding("a.txt", "attributes", "xattr user.xdg.origin.url")]


@pytest.fixture
def set_attribute() -> Callable[[Path, str], None]:
    def plant(path: Path, name: str) -> None:
        try:
            os.setxattr(path, name, b"https://nowhere.example")
        except (OSError, AttributeError):
            pytest.skip("this file system keeps no attributes beside a file")

    return plant


def open_everything(out: Path, target: Path) -> Path:
    """What a thief reads who knows every passphrase: rows of the register, the vault, the keys."""
    target.mkdir()
    # From a copy: SQLite leaves files beside a register that somebody looks into.
    copied = shutil.copytree(out / "issuer", target.with_name("issuer"))
    with open_office(copied, passphrase=PASSPHRASE) as office:
        for number, row_id in enumerate(office.register.row_ids()):
            content = office.register.row(row_id).content
            (target / f"{number}.row").write_text(json.dumps(content, ensure_ascii=False))
    container = (out / "wallet" / "phone.vault").read_bytes()
    state = read_state(vault.unlock(container, PASSPHRASE).data)
    (target / "phone.wallet").write_bytes(zlib.decompress(write_state(state)))
    for number, path in enumerate(sorted(out.rglob("*.key"))):
        kind = json.loads(path.read_bytes())["amana"]
        (target / f"{number}.seed").write_bytes(
            open_sealed(path.read_bytes(), PASSPHRASE, kind=kind)[0]
        )
    return target
