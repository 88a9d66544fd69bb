"""No parser of a stranger's bytes is left out of the tables that the hostile tests feed."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from contextlib import suppress
from pathlib import Path
from random import Random
from types import CodeType, FrameType
from typing import Any

from amana.errors import AmanaError
from tests.all_parsers import all_parsers

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("amana", "trust_registry", "verifier", "wallet_app", "issuer", "apps")
_GIVEN = ("bytes", "str", "Json", "JsonObject")
# What makes or keeps something for its own caller; a stranger's bytes do not come there.
_MAKING = (
    "build", "issue", "sign", "seal", "write", "encode", "draw", "create", "put", "pack", "present",
    "add_", "make", "keep", "update", "entry_document", "place", "issue_", "change_", "with_",
)  # fmt: skip
_ELSEWHERE = {
    "amana.qr.images.read": "pictures: tests/deep/test_pictures.py",
    "verifier.cli.read_shown": "pictures: tests/deep/test_pictures.py",
    "issuer._archive.inspect": "workbooks: tests/deep/test_workbooks.py",
    "issuer._workbook.read_sheets": "workbooks: tests/deep/test_workbooks.py",
    "apps.demo.run": "workbooks: a shell around intake",
    "amana.sealed.open_key_file": "open_sealed, and the length of what was inside",
    "apps._vc_status.StatusLists.allocate": "keeps a place for whatever name it is given",
    "issuer.office.Office.take_purposes": "load_purposes, then a file of its own",
    "issuer.register.Register.open": "where a database is, as the operator says",
    "issuer.register.Register.row": "looks a text up in a database",
    "trust_registry._serving.listen": "where to listen, as the operator says",
    "trust_registry.trqp_client.ask": "goes out to the network, then read_answer",
    "trust_registry._https.Line.get": "goes out to the network; see `mirror.HttpSource`",
    "trust_registry.mirror.HttpSource.fetch": "goes out to the network, then what carries files",
    "trust_registry.mirror.download": "goes out to the network, then read_bundle",
    "trust_registry._fetch.fetch": "goes out to the network; its URLs come from DIDs",
    "trust_registry._tuf_keys.KeySigner.from_priv_key_uri": "refuses always",
    "trust_registry.signers.open_signer": "a path, or read_address",
    "trust_registry.chronicle.Chronicle.decision": "check_decision, and a digest of it",
    "trust_registry.client.load_cached": "`load` on what `load` kept",
    "verifier.station.Station.open": "a passphrase",
    "verifier.station.Station.take": "read_challenge, then the book",
    "wallet_app.seed.copy_key": "our own seed",
    "wallet_app.vault.add": "a PIN; the container goes the way of `unlock`",
    "wallet_app.vault.replace": "our own container, just unlocked",
}


def _public(module: Any) -> list[tuple[str, Any]]:
    """Functions and methods of a module that somebody else may call."""
    found = []
    for name, member in vars(module).items():
        if name.startswith("_") or getattr(member, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(member):
            found.append((f"{module.__name__}.{name}", member))
        elif inspect.isclass(member) and not getattr(member, "_is_protocol", False):
            for inner, method in vars(member).items():
                function = getattr(method, "__func__", method)
                if not inner.startswith("_") and inspect.isfunction(function):
                    found.append((f"{module.__name__}.{name}.{inner}", function))
    return found


def _parses(name: str, function: Any) -> bool:
    """Whether it takes bytes, a text or parsed JSON first, and says what it raises for it."""
    given = [p for p in inspect.signature(function).parameters if p not in ("self", "cls")]
    own = name.rpartition(".")[2]
    if not given or own.startswith(_MAKING) or "Raises:" not in (function.__doc__ or ""):
        return False
    kinds = str(function.__annotations__.get(given[0], "")).split(" | ")
    return any(kind in _GIVEN for kind in kinds)


def _candidates() -> dict[str, CodeType]:
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if path.name == "__main__.py":
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
            for name, function in _public(module):
                if _parses(name, function):
                    found[name] = inspect.unwrap(function).__code__
    return found


def _forget() -> None:
    """Empty the caches of all rooms: what another test had remembered would not run again."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ROOMS:
            for member in vars(module).values():
                if isinstance(member, functools._lru_cache_wrapper):
                    member.cache_clear()


def _reached() -> set[CodeType]:
    """All code that runs while the parsers are fed with what is good, and a little that is not."""
    seen: set[CodeType] = set()
    tables = all_parsers()
    _forget()

    def watch(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            seen.add(frame.f_code)

    for name, parser in tables.items():
        random = Random(name)
        made = [parser.made(random) for _ in range(20)] if parser.made is not None else []
        before = sys.getprofile()
        sys.setprofile(watch)
        try:
            for data in [*parser.good, *made]:
                with suppress(AmanaError):
                    parser.parse(data)
        finally:
            sys.setprofile(before)
    return seen


def test_every_public_parser_is_fed() -> None:
    """C93: a parser that no table leads to has never met noise."""
    reached = _reached()
    candidates = _candidates()
    missing = {name for name, code in candidates.items() if code not in reached}
    assert missing - _ELSEWHERE.keys() == set()
    assert _ELSEWHERE.keys() <= candidates.keys()
    assert len(candidates) > 60
