"""A log in memory, and the Merkle tree as RFC 6962 defines it, by recursion and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from amana.keys import SecretKey
from tests.deterministic import randomness
from trust_registry.log import Checkpoint, Leaf, append, read_checkpoint
from trust_registry.notes import VerifierKey

START = datetime(2026, 1, 1, tzinfo=UTC)
ORIGIN = "circle.example/log"


def key_of(label: str, name: str = ORIGIN) -> tuple[SecretKey, VerifierKey]:
    secret = SecretKey.generate(randomness(f"log {label}"))
    return secret, VerifierKey(name, secret.public)


SECRET, KEY = key_of("key")


def leaf(number: int, **changes: object) -> Leaf:
    given = {
        "decision": hashlib.sha256(b"decision %d" % number).hexdigest(),
        "kind": "accredited",
        "version": number + 1,
        "instant": START + timedelta(hours=number),
    }
    return Leaf(**{**given, **changes})  # type: ignore[arg-type]


def leaves(begin: int, end: int) -> list[Leaf]:
    return [leaf(number) for number in range(begin, end)]


@dataclass
class LogLab:
    """The folder of a log as a dictionary, and every checkpoint that it gave."""

    secret: SecretKey = SECRET
    key: VerifierKey = KEY
    files: dict[str, bytes] = field(default_factory=dict)
    heads: list[Checkpoint] = field(default_factory=list)

    @property
    def head(self) -> Checkpoint | None:
        return self.heads[-1] if self.heads else None

    @property
    def note(self) -> bytes:
        return self.files["checkpoint"]

    def read(self, name: str) -> bytes | None:
        return self.files.get(name)

    def add(self, *added: Leaf) -> Checkpoint:
        found = append(added, key=self.key, sign=self.secret.sign, before=self.head, read=self.read)
        self.files |= found.files
        self.heads.append(read_checkpoint(found.note, key=self.key))
        assert self.heads[-1] == found.checkpoint
        return found.checkpoint

    def copy(self) -> LogLab:
        return LogLab(self.secret, self.key, dict(self.files), list(self.heads))


# --- RFC 9162, section 2.1, word by word and slowly --------------------------------------------


def mth(data: Sequence[bytes]) -> bytes:
    if len(data) < 2:
        return hashlib.sha256(b"\x00" + data[0] if data else b"").digest()
    k = _below(len(data))
    return hashlib.sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: Sequence[bytes]) -> list[bytes]:
    if len(data) == 1:
        return []
    k = _below(len(data))
    if m < k:
        return [*path(m, data[:k]), mth(data[k:])]
    return [*path(m - k, data[k:]), mth(data[:k])]


def proof(m: int, data: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    if m == len(data):
        return [] if known else [mth(data)]
    k = _below(len(data))
    if m <= k:
        return [*proof(m, data[:k], known=known), mth(data[k:])]
    return [*proof(m - k, data[k:], known=False), mth(data[:k])]


def _below(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k
