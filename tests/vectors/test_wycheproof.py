"""Wycheproof, Ed25519: every test, with its own `result` as the oracle."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from amana import keys
from amana.errors import InputError, VerificationError
from amana.keys import PublicKey


def accepted(raw: bytes, message: bytes, signature: bytes) -> bool:
    """Whether we believe it; a key that we refuse to make counts as refused."""
    try:
        PublicKey(raw).verify(message, signature)
    except (InputError, VerificationError):
        return False
    return True


@pytest.fixture
def suite(vectors: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((vectors / "wycheproof" / "ed25519_test.json").read_bytes())
    return found


@pytest.mark.parametrize("library", ["libsodium", "zebra"])
def test_every_signature(
    suite: dict[str, Any], library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if library == "libsodium":
        monkeypatch.setattr(keys, "_zebra", None)
    elif vars(keys)["_zebra"] is None:
        pytest.skip("ed25519-zebra is not installed")
    seen: Counter[str] = Counter()
    wrong = []
    for group in suite["testGroups"]:
        raw = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            found = accepted(raw, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
            seen[test["result"]] += 1
            if found is not (test["result"] == "valid"):
                wrong.append((test["tcId"], test["comment"], test["result"]))
    assert wrong == []
    assert sum(seen.values()) == suite["numberOfTests"]
    assert set(seen) == {"valid", "invalid"}
    assert min(seen.values()) > 10
