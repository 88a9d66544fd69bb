"""The benchmarks' own arithmetic, and the line of JSON that others read. No timing is judged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import issue, qr, registry, startup, status, verify
from benchmarks._figures import Figures
from benchmarks._rounds import Subject, measure

ROOT = Path(__file__).resolve().parents[3]


def test_a_ratio_belongs_to_one_round() -> None:
    """A machine that gets slower from round to round changes times, and no ratio."""
    calls: list[str] = []

    def pace() -> float:
        return 1_000 * (1 + len(calls) // 2)  # two calls a round

    def raw() -> float:
        now = pace()
        calls.append("raw")
        return now

    def own() -> float:
        now = 2.5 * pace()
        calls.append("own")
        return now

    yardsticks, found = measure(
        {"raw": raw}, {"own": Subject(timed=own, to="raw")}, seconds=0, rounds_min=30
    )
    assert (found["own"].rounds, len(calls)) == (30, 64)  # and two rounds before the count
    assert found["own"].ratio == found["own"].lowest == 2.5
    assert found["own"].microseconds == 2.5 * yardsticks["raw"]
    assert calls[4:8] == ["raw", "own", "own", "raw"]  # nobody always comes first


def test_what_was_not_measured_is_absent() -> None:
    line = json.loads(Figures().line())
    assert line.pop("raw_verify_us") is None
    names = ("ratios", "seconds", "bytes", "sizes", "versions", "peers")
    assert line == {name: {} for name in names}


def test_every_name_is_measured_and_said() -> None:
    figures = Figures()
    for run in (verify.run, issue.run, qr.run, status.run, startup.run):
        figures.add(run(seconds=0, rounds_min=2))
    line = json.loads(figures.line())
    assert line["raw_verify_us"] > 0
    assert set(line["ratios"]) == {
        "verify.eddsa_jcs",
        "verify.eddsa_rdfc",
        "verify.presentation",
        "verify.sd_jwt_10",
        "verify.sd_jwt_10_verdict",
        "issue.eddsa_jcs_file",
        "issue.registered",
        "status.load_131k_1pct",
    }
    assert all(ratio > 0 for ratio in line["ratios"].values())
    assert line["seconds"]["startup.first_verification"] > 0
    names = {"credential", "presentation", "purpose_presentation", "challenge"}
    assert set(line["bytes"]) == set(line["versions"]) == names
    assert all(version.endswith("-Q") for version in line["versions"].values())
    table = figures.table()
    assert all(name in table for name in [*line["ratios"], *names])


def test_a_registry_is_measured_whatever_its_size() -> None:
    """A small one in the same way as the large one: nothing of it is a number from elsewhere."""
    figures = registry.run(seconds=0, rounds_min=2, organisations=64, processes=1, bin_bits=2)
    line = json.loads(figures.line())
    assert set(line["ratios"]) == {"registry.lookup_warm_64", "verify.eddsa_jcs_64_issuers"}
    assert set(line["seconds"]) == {
        f"registry.{name}_64"
        for name in (
            "first_load",
            "refresh",
            "refresh_changed",
            "publish_one",
            "lookup_cold",
        )
    }
    assert set(line["sizes"]) == {
        f"registry.{name}_64"
        for name in ("refresh_memory", "refresh_changed_memory", "bundle", "delta_one")
    }
    assert all(found > 0 for kind in ("ratios", "seconds") for found in line[kind].values())
    assert all(size >= 0 for size in line["sizes"].values())
    assert line["sizes"]["registry.delta_one_64"] < 20_000
    table = figures.table()
    assert all(name in table for kind in ("ratios", "seconds", "sizes") for name in line[kind])


@pytest.mark.parametrize("name", ["claims", "wallet", "nonsense"])
def test_what_is_not_built_is_said_so(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", name, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 64
    assert done.stdout == ""
    assert "not built yet" in done.stderr or "invalid choice" in done.stderr
