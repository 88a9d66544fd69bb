"""A ceremony by its commands, each in a process of its own, as members' machines run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.registry_lab import PASSPHRASE, Lab
from trust_registry.consortium import Consortium


def amana(*given: object, expect: int = 0) -> Any:
    """What one command says, in a process that has read nothing before it."""
    done = subprocess.run(
        [sys.executable, "-m", "amana", "registry", "ceremony", *map(str, given), "--json"],
        env={**os.environ, "AMANA_PASSPHRASE": PASSPHRASE.decode()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == expect, (done.stdout, done.stderr)
    return json.loads(done.stdout)


def test_a_member_is_replaced_by_commands_alone(tmp_path: Path) -> None:
    """C112: start, two signatures, finish; the new member counts, whose key it was does not."""
    lab = Lab(tmp_path)
    lab.begin()
    circle, package = lab.consortium.folder, tmp_path / "package"
    new = lab.issuer("unused.example").key.public.multikey
    started = amana("start", "--dir", circle, "--replace", f"member-3={new}", "--out", package)
    signatures: list[object] = []
    anchor = circle / "trust-anchor.json"
    for name in ("member-1", "member-2"):
        own = tmp_path / name
        given = ["sign", package, "--published", lab.published, "--root", anchor, "--state", own]
        if not signatures:
            seen = amana(*given, expect=20)
            assert [one["words"] for one in seen["differences"] if "no more" in one["words"]]
        key = ["--key", circle / "members" / f"{name}.key", "--yes", started["digest"]]
        assert amana(*given, *key, "--out", own / "signed")["signed"] is True
        signatures += ["--signatures", own / "signed"]
    assert amana("finish", "--dir", circle, package, *signatures[:2], expect=65)["reason"] == (
        "below-threshold"
    )
    assert amana("finish", "--dir", circle, package, *signatures)["version"] == 2
    assert Consortium.open(circle).members[2].public.multikey == new
    assert lab.load().version == 2
