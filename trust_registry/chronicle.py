"""The consortium's log at work: what is decided is written down before members are asked to sign.

    log/checkpoint  log/tile/...   the log as it stands; never put back to an older state

A document stands in the log once for each thing that was decided with it, so a ceremony may be
begun again, and a kill at any moment leaves nothing out and nothing twice.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from amana.cli import read_file, write_file
from amana.keys import SecretKey
from amana.limits import LIMITS
from amana.strict_json import loads
from trust_registry._tiles import WIDTH, tile_path
from trust_registry._vetting_records import check_decision
from trust_registry.log import FILE, Leaf, append, read_checkpoint
from trust_registry.notes import VerifierKey
from trust_registry.snapshot import Entry, State

__all__ = ["Chronicle", "kind_of"]

# A leaf as `Leaf.data` writes it; parsing a hundred thousand of them would take seconds.
_LEAF: Final = re.compile(
    rb'{"decision":"([0-9a-f]{64})","instant":"[^"]{20}","kind":"([a-z-]+)","version":[0-9]+}'
)
_TILES: Final = "tile"


@dataclass(frozen=True, kw_only=True)
class Chronicle:
    """The log in `folder`. `secret` signs its checkpoints; `key` is how others know it."""

    folder: Path
    key: VerifierKey
    secret: SecretKey = field(repr=False)
    _noted: dict[str, None] = field(default_factory=dict)  # "<kind> <digest>", in order
    _superseded: list[str] = field(default_factory=list)  # folders of partial tiles

    @classmethod
    def of(cls, folder: Path, *, anchor: bytes, secret: SecretKey) -> Chronicle:
        """The log of the consortium with this trust anchor, which gives the log its origin."""
        origin = f"amana.example/log/{sha256(anchor).hexdigest()[:32]}"
        return cls(folder=folder, key=VerifierKey(origin, secret.public), secret=secret)

    def note(self, kind: str, digest: str) -> None:
        """Have a decision written down, by the SHA-256 (hex) of the document that holds it."""
        self._noted[f"{kind} {digest}"] = None

    def entry(self, before: Entry | None, after: Entry, *, data: bytes) -> None:
        """Have the change of an entry written down. `data` are its new bytes."""
        self.note(kind_of(before, after), sha256(data).hexdigest())

    def decision(self, data: bytes) -> None:
        """Have a decision of a vetting written down. Raises: InputError (whoever wrote it)."""
        decision = check_decision(loads(data))
        self.note(decision.outcome.value, decision.sha256)

    def checkpoint(self, *, version: int, now: datetime) -> bytes:
        """Write down what was noted, and give the log's new checkpoint (a C2SP note).

        Raises: RegistryError LOG_CORRUPT or REGISTRY_MISSING (whoever kept the log's folder).
        """
        note = self._read(FILE)
        before = None if note is None else read_checkpoint(note, key=self.key)
        standing = self._standing(before.size if before is not None else 0)
        new = [line for line in self._noted if line not in standing]
        if note is not None and not new:
            return note
        added = append(
            [
                Leaf(decision=digest, kind=kind, version=version, instant=now)
                for kind, _, digest in (line.partition(" ") for line in new)
            ],
            key=self.key,
            sign=self.secret.sign,
            before=before,
            read=self._read,
        )
        for name, data in added.files.items():
            write_file(self.folder / name, data)
        self._superseded.extend(added.superseded)
        return added.note

    def publishable(self, published: Path) -> Mapping[str, bytes]:
        """The log's files that `published` has not, or otherwise; its checkpoint is the last."""
        found = {}
        for path in sorted((self.folder / _TILES).rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            there = published / "log" / name
            if not path.is_file():
                continue
            data = read_file(path)
            # A kill may have left a tile that no checkpoint ever told of, here or there.
            if not there.exists() or read_file(there) != data:
                found[f"log/{name}"] = data
        return {**found, f"log/{FILE}": read_file(self.folder / FILE)}

    def published(self, published: Path) -> None:
        """Drop the partial tiles that full ones have taken the place of, here and there."""
        for name in self._superseded:
            for folder in (self.folder, published / "log"):
                shutil.rmtree(folder / name, ignore_errors=True)

    def _standing(self, size: int) -> set[str]:
        """What the log tells of already, as `note` would put it."""
        found: set[str] = set()
        for number in range(-(-size // WIDTH)):
            data = self._read(tile_path("entries", number, min(WIDTH, size - number * WIDTH)))
            for digest, kind in _LEAF.findall(data or b""):
                found.add(f"{kind.decode()} {digest.decode()}")
        return found

    def _read(self, name: str) -> bytes | None:
        path = self.folder / name
        return read_file(path, limit=LIMITS.registry_file_bytes) if path.exists() else None


_STATES: Final[Mapping[State, str]] = {
    State.GRANTED: "entry-granted",
    State.SUSPENDED: "entry-suspended",
    State.WITHDRAWN: "entry-withdrawn",
    State.TERMINATED: "entry-terminated",
}


def kind_of(before: Entry | None, after: Entry) -> str:
    """In a word or two, what the change of an entry is."""
    if before is None:
        return "entry-added"
    if after.history != before.history:
        return _STATES[after.history[-1].state]
    states = {key.id: key.history[-1].state for key in before.keys.values()}
    for key in after.keys.values():
        state = key.history[-1].state
        if key.id not in states:
            return "key-added"
        if state is not states[key.id]:
            return f"key-{state.value}"
    return "entry-changed"
