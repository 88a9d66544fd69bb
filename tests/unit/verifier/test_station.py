"""A station's folder: its key, its certificate, and answers that count once, restarts included."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from amana.challenge import Challenge, read_challenge
from amana.errors import AmanaError
from amana.reasons import Reason
from amana.sealed import Cost, seal_key_file
from tests.simulator import Simulator
from verifier import station as station_module
from verifier.book import Freshness
from verifier.station import Station

PASSPHRASE = b"nobody's passphrase"
CHEAP = Cost(memory=8192, passes=1)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        station_module, "seal_key_file", lambda *a, **k: seal_key_file(*a, cost=CHEAP, **k)
    )


@pytest.fixture
def station(tmp_path: Path) -> Station:
    (tmp_path / "station").mkdir()
    return Station(folder=tmp_path / "station")


def asked(sim: Simulator, station: Station) -> Challenge:
    challenge = read_challenge(sim.challenge())
    station.remember(challenge)
    return challenge


def refused(reason: Reason) -> pytest.RaisesExc[AmanaError]:
    return pytest.RaisesExc(AmanaError, check=lambda error: error.reason is reason)


def test_a_key_is_made_once_and_sealed(station: Station) -> None:
    public = station.create(PASSPHRASE)
    assert station.public() == public
    assert station.open(PASSPHRASE).public == public
    key = station.folder / "station.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with refused(Reason.WOULD_OVERWRITE):
        station.create(PASSPHRASE)
    with refused(Reason.WRONG_PASSPHRASE):
        station.open(b"another one")
    assert station.public() == public


def test_a_station_without_anything(station: Station) -> None:
    for read in (station.public, station.certificate, station.take):
        with refused(Reason.NO_SUCH_FILE):
            read()


def test_only_its_own_certificate_is_kept(station: Station) -> None:
    sim = Simulator()
    public = station.create(PASSPHRASE)
    own = sim.certificate(station=public)
    station.put_certificate(json.dumps(own).encode())
    assert station.certificate() == own
    with refused(Reason.STATION_UNPROVED):
        station.put_certificate(json.dumps(sim.certificate()).encode())
    for spoiled in (b"[]", b"{}", b'{"credentialSubject": 5}'):
        with refused(Reason.BAD_CHALLENGE):
            station.put_certificate(spoiled)
    assert station.certificate() == own


def test_an_answer_counts_once(station: Station) -> None:
    """Also for another program that opens the same folder (C43)."""
    challenge = asked(Simulator(), station)
    assert station.take().freshness is Freshness.FRESH
    again = Station(folder=station.folder)
    assert again.take().freshness is Freshness.USED
    assert again.take(challenge.document).freshness is Freshness.USED
    assert again.take().challenge == challenge


def test_an_older_question_may_be_named(station: Station) -> None:
    sim = Simulator()
    first = asked(sim, station)
    asked(sim, station)
    assert station.take(first.document).freshness is Freshness.FRESH
    assert station.take().freshness is Freshness.FRESH


def test_a_question_of_another_station_is_unknown(station: Station) -> None:
    sim = Simulator()
    asked(sim, station)
    assert station.take(sim.challenge()).freshness is Freshness.UNKNOWN


def test_one_of_many_programs_takes_it(station: Station) -> None:
    """Two programs can't both take one answer (C43)."""
    asked(Simulator(), station)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: Station(folder=station.folder).take().freshness, range(16)))
    assert sorted(taken) == [Freshness.FRESH] + [Freshness.USED] * 15


def test_after_a_restart_nothing_is_fresh(
    station: Station, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The clock starts anew, so the book does: old answers are unknown, used or not."""
    sim = Simulator()
    used = asked(sim, station)
    station.take()
    open_ = asked(sim, station)
    boot = tmp_path / "boot_id"
    boot.write_text("another run\n")
    monkeypatch.setattr(station_module, "_BOOT_ID", boot)
    assert station.take(used.document).freshness is Freshness.UNKNOWN
    assert station.take(open_.document).freshness is Freshness.UNKNOWN


def test_a_late_answer(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = 1_000.0
    monkeypatch.setattr(station_module, "_clock", lambda: seconds)
    asked(Simulator(), station)
    seconds = 1_181.0
    assert station.take().freshness is Freshness.EXPIRED


def test_the_clock_runs_on() -> None:
    first = station_module._clock()
    assert 0 < first <= station_module._clock()


@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        b"[]",
        b"{}",
        b'{"boot": 5}',
        b'{"boot": "BOOT", "asked": [], "used": []}',
        b'{"boot": "BOOT", "asked": {"u": "soon"}, "used": []}',
        b'{"boot": "BOOT", "asked": {"u": null}, "used": []}',
        b'{"boot": "BOOT", "asked": {}, "used": 5}',
        b'{"boot": "BOOT", "asked": {}}',
        b"\xff",
    ],
)
def test_a_broken_book_is_an_empty_one(station: Station, spoiled: bytes) -> None:
    """Whoever breaks the book makes no answer fresh."""
    asked(Simulator(), station)
    book = station.folder / "challenges.json"
    book.write_bytes(spoiled.replace(b"BOOT", station_module._boot().encode()))
    assert station.take().freshness is Freshness.UNKNOWN


def test_a_machine_that_does_not_name_its_runs(
    station: Station, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where nothing tells a restart, a clock that ran back still makes nothing fresh."""
    monkeypatch.setattr(station_module, "_BOOT_ID", tmp_path / "nothing")
    seconds = 5_000.0
    monkeypatch.setattr(station_module, "_clock", lambda: seconds)
    asked(Simulator(), station)
    seconds = 20.0
    assert station.take().freshness is Freshness.EXPIRED


def test_the_book_names_nobody(station: Station) -> None:
    """Digests and seconds since the machine started: no person, no place, no date (C67, C68)."""
    challenge = asked(Simulator(), station)
    kept = json.loads((station.folder / "challenges.json").read_bytes())
    assert kept.keys() == {"boot", "asked", "used"}
    assert list(kept["asked"]) == [challenge.digest]
    mode = (station.folder / "challenges.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
