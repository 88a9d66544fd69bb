"""Rules of the house that no linter knows: they hold for every room at once."""

from __future__ import annotations

import ast
import importlib
import re
import runpy
import tomllib
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS = ["amana", "apps", "issuer", "schemas", "trust_registry", "verifier", "wallet_app"]
MODULES = sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))

# `amana` takes its clock, its randomness and its files from its caller. Only the command line may
# reach for them (randomness at key creation is passed in there as well).
SHELL = ROOT / "amana" / "cli.py"
FORBIDDEN_IMPORTS = {"os", "pathlib", "random", "secrets", "socket", "sqlite3", "tempfile", "time"}
FORBIDDEN_CALLS = {"now", "utcnow", "today", "urandom", "token_bytes"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _forbidden_call(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in FORBIDDEN_CALLS | {"open"}
    return isinstance(node.func, ast.Attribute) and node.func.attr in FORBIDDEN_CALLS


def test_there_are_rooms_to_look_at() -> None:
    assert {p.relative_to(ROOT).parts[0] for p in MODULES} == set(ROOMS)


def test_no_module_is_longer_than_500_lines() -> None:
    long = [_name(p) for p in MODULES if p.read_text(encoding="utf-8").count("\n") > 500]
    assert long == []


def test_a_package_offers_at_most_six_names() -> None:
    crowded = []
    for path in MODULES:
        if path.name != "__init__.py":
            continue
        for node in _tree(path).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                names = ast.literal_eval(node.value)
                crowded += [_name(path)] if len(names) > 6 else []
    assert crowded == []


def test_nothing_is_left_unfinished() -> None:
    found = [
        _name(p)
        for p in MODULES
        if re.search(
            r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError", p.read_text(encoding="utf-8")
        )
    ]
    assert found == []


def test_amana_reads_no_clock_no_disk_and_no_entropy_of_its_own() -> None:
    found = []
    for path in MODULES:
        if path == SHELL or path.relative_to(ROOT).parts[0] != "amana":
            continue
        for node in ast.walk(_tree(path)):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name.partition(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [(node.module or "").partition(".")[0]]
            found += [f"{_name(path)} imports {n}" for n in names if n in FORBIDDEN_IMPORTS]
            if _forbidden_call(node):
                found.append(f"{_name(path)}: {ast.unparse(node)}")
    assert found == []


def test_tests_have_no_packages_and_unique_names() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []
    names = [p.name for p in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("role", sorted(SETTINGS["project"]["entry-points"]["amana.commands"]))
def test_each_command_is_where_its_entry_point_says(role: str) -> None:
    target = SETTINGS["project"]["entry-points"]["amana.commands"][role]
    module, _, attribute = target.partition(":")
    assert callable(getattr(importlib.import_module(module), attribute))


def test_every_list_of_rooms_is_the_same() -> None:
    tool = SETTINGS["tool"]
    floors = runpy.run_path(str(ROOT / "tools" / "coverage_gate.py"))["FLOORS"]
    assert sorted(tool["importlinter"]["root_packages"]) == ROOMS
    assert sorted(tool["coverage"]["run"]["source"]) == ROOMS
    assert sorted(tool["setuptools"]["packages"]["find"]["include"]) == [f"{r}*" for r in ROOMS]
    assert sorted({place.partition("/")[0] for place in floors}) == ROOMS


def test_every_data_file_of_a_room_is_installed_with_it() -> None:
    patterns = SETTINGS["tool"]["setuptools"]["package-data"]["*"]
    data = [
        p
        for room in ROOMS
        for p in (ROOT / room).rglob("*")
        if p.is_file() and p.suffix not in {".py", ".pyc"} and "__pycache__" not in p.parts
    ]
    left_out = [
        _name(p) for p in data if not any(fnmatch(p.name, x.rpartition("/")[2]) for x in patterns)
    ]
    assert left_out == []


def _pins(name: str) -> set[str]:
    text = (ROOT / "requirements" / name).read_text()
    return {line.removesuffix(" \\") for line in text.splitlines() if line[:1].isalpha()}


def test_pins_name_no_host_and_carry_hashes() -> None:
    """A download is what was pinned, wherever it came from."""
    for name in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text()
        assert "://" not in text
        assert "--index" not in text
        assert all("==" in pin for pin in _pins(name))
        assert text.count("--hash=sha256:") >= len(_pins(name))


def test_what_the_demo_installs_is_part_of_what_the_tests_install() -> None:
    assert _pins("run.txt") <= _pins("dev.txt")


def test_what_is_pinned_and_not_imported_is_said_to_be_so() -> None:
    asked = set()
    for name in ("run.in", "dev.in"):
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        asked |= {line.lower() for line in lines if line[:1].isalpha()}
    # Tools are run, not imported.
    tools = {"setuptools", "wheel", "pytest-cov", "pytest-xdist", "ruff", "mypy", "coverage"}
    tools |= {"import-linter", "types-qrcode", "types-openpyxl"}
    imported = set()
    for path in MODULES + sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    by_module = packages_distributions()
    used = {d.lower().replace("_", "-") for m in imported for d in by_module.get(m, [])}
    section = (ROOT / "docs" / "dependencies.md").read_text().partition("## Not imported yet")[2]
    listed = set(re.findall(r"`([a-z0-9-]+)`", section.partition("##")[0]))
    assert listed == asked - tools - used
