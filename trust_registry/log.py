"""The consortium's log of decisions: append-only, so that two devices can show they saw the same.

Leaves are decisions by digest. Their Merkle tree (RFC 6962) lies in C2SP tiles; its root stands in
a C2SP checkpoint, a note signed by the log's key. The checkpoint is the TUF target
`log/checkpoint`, so k of n members vouch for it too; tiles are plain files beside it, which need no
signature since they lead to its root or do not.

How a publisher uses it. The log's folder holds `checkpoint` and `tile/...`. With
`key = VerifierKey(origin, public half of the log's key)`:

    before = read_checkpoint(folder's checkpoint, key=key), or None for a new log
    added = append([Leaf(...), ...], key=key, sign=secret.sign, before=before, read=read)
    write every file of `added.files` in their order: tiles first, then `checkpoint`

then publish `added.note` as the target `log/checkpoint` and the same files, below `log/`, for
anybody to carry. `key.text` is what readers need; `registry.json` is where members sign it. Append
before members are asked to sign, and never from an older checkpoint: a log that signed two
histories has forked for ever, whether or not both were published.

A client that loads a new checkpoint asks `grew(old, new, read=read)`.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from amana.dates import format_instant, parse_instant
from amana.errors import InputError, RegistryError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import as_object, loads
from trust_registry._merkle import EMPTY, HASH_BYTES, both_roots, consistency_path
from trust_registry._tiles import WIDTH, Read, Tiles, grown, tile_path
from trust_registry.notes import VerifierKey, from_base64, open_note, sign_note

__all__ = ["Checkpoint", "Leaf", "append", "grew", "read_checkpoint", "read_leaf"]

PATH: Final = "log/checkpoint"  # the target
FILE: Final = "checkpoint"  # the same, within the log's own folder
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_KIND: Final = re.compile(r"[a-z]+(?:-[a-z]+){0,7}")
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_MEMBERS: Final = {"decision", "kind", "version", "instant"}
_SYMBOLS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is taken for another
_SYMBOL_BITS: Final = 5
_SHOWN: Final = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """One decision. It tells nothing of anybody: what was decided stands in the digested document.

    `decision` is the SHA-256 of that document in hex, `kind` a word or a few with hyphens
    (`accredited`, `refused`, `key-compromised`), `version` the registry's that carries it out.
    """

    decision: str
    kind: str
    version: int
    instant: datetime

    def data(self) -> bytes:
        """The leaf's bytes, in RFC 8785 form."""
        return canonical(
            {
                "decision": self.decision,
                "kind": self.kind,
                "version": self.version,
                "instant": format_instant(self.instant),
            }
        )


def read_leaf(data: bytes, *, limits: Limits = LIMITS) -> Leaf:
    """Parse a leaf, which has one form only.

    Raises: InputError BAD_LOG, BAD_DATE, TOO_LARGE or a syntax reason (whoever wrote it).
    """
    if len(data) > limits.log_leaf_bytes:
        raise InputError(Reason.TOO_LARGE, f"a leaf of more than {limits.log_leaf_bytes} bytes")
    document = as_object(loads(data, limits=limits), Reason.BAD_LOG)
    if set(document) != _MEMBERS or not all(
        type(document[name]) is str for name in _MEMBERS - {"version"}
    ):
        raise InputError(Reason.BAD_LOG, f"a leaf has {', '.join(sorted(_MEMBERS))}")
    version = document["version"]
    if type(version) is not int or version < 1:
        raise InputError(Reason.BAD_LOG, "a version is a whole number from 1")
    if not _DIGEST.fullmatch(document["decision"]) or not _KIND.fullmatch(document["kind"]):
        raise InputError(Reason.BAD_LOG, "not the digest or the kind of a decision")
    leaf = Leaf(
        decision=document["decision"],
        kind=document["kind"],
        version=version,
        instant=parse_instant(document["instant"]),
    )
    if leaf.data() != data:
        raise InputError(Reason.BAD_LOG, "a leaf that is written differently")
    return leaf


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """A log's head: so many leaves, this root (c2sp.org/tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        encoded = b64encode(self.root).decode("ascii")
        return "".join(f"{line}\n" for line in (self.origin, self.size, encoded, *self.extensions))

    @property
    def fingerprint(self) -> str:
        """24 characters, in two rows of three groups, for two people to read to each other.

        120 bits of SHA-256 over the text. Half of them would not do: whoever holds the log's key
        makes up both histories, and would find two alike at a cost of 2 to the 30.
        """
        number = int.from_bytes(hashlib.sha256(self.text.encode()).digest(), "big")
        number >>= 256 - _SHOWN * _SYMBOL_BITS
        shown = "".join(
            _SYMBOLS[number >> _SYMBOL_BITS * place & 31] for place in reversed(range(_SHOWN))
        )
        groups = [shown[at : at + 4] for at in range(0, _SHOWN, 4)]
        return "\n".join((" ".join(groups[:3]), " ".join(groups[3:])))


def read_checkpoint(
    note: bytes, *, key: VerifierKey, origin: str | None = None, limits: Limits = LIMITS
) -> Checkpoint:
    """The checkpoint in a note that `key` signed, of the log `origin`; as a rule the key's name.

    Raises: InputError BAD_LOG, NOT_UTF8, TOO_LARGE (whoever wrote it); VerificationError
    PROOF_MISSING or BAD_SIGNATURE (somebody in between); RegistryError LOG_OF_ANOTHER_ORIGIN (the
    log). Not checked: that any leaves lead to its root, and what its extensions say.
    """
    text = open_note(note, key=key, limits=limits)
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines) or not _WHOLE.fullmatch(lines[1]):
        raise InputError(Reason.BAD_LOG, "a checkpoint is an origin, a size and a root")
    size, root = int(lines[1]), from_base64(lines[2], Reason.BAD_LOG)
    if len(root) != HASH_BYTES or (size == 0 and root != EMPTY) or size > limits.integer:
        raise InputError(Reason.BAD_LOG, "a root or a size that no tree has")
    if lines[0] != (key.name if origin is None else origin):
        raise RegistryError(
            Reason.LOG_OF_ANOTHER_ORIGIN, "another log's checkpoint", file=PATH, role="log"
        )
    return Checkpoint(origin=lines[0], size=size, root=root, extensions=tuple(lines[3:]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """What an append gives: the files to write, in this order, and the new head.

    `superseded` are folders of partial tiles that full ones have taken the place of; they may go.
    """

    files: Mapping[str, bytes]
    superseded: tuple[str, ...]
    note: bytes
    checkpoint: Checkpoint


def append(
    leaves: Iterable[Leaf],
    *,
    key: VerifierKey,
    sign: Callable[[bytes], bytes],
    before: Checkpoint | None,
    read: Read,
) -> Added:
    """The files of the log with `leaves` at its end, and its new checkpoint, signed.

    `before` is the newest checkpoint that the log ever signed. No file of a full tile is among the
    new ones, and what the log's folder holds must lead to the root of `before`, or nothing is
    signed: a folder put back to an older state is no ground to grow from.

    Raises: InputError as `read_leaf` (the caller's leaf); RegistryError LOG_CORRUPT or
    REGISTRY_MISSING, naming the file (whoever kept the folder), LOG_OF_ANOTHER_ORIGIN.
    """
    if before is None:
        before = Checkpoint(origin=key.name, size=0, root=EMPTY)
    if before.origin != key.name:
        raise RegistryError(
            Reason.LOG_OF_ANOTHER_ORIGIN, "grows under another name", file=FILE, role="log"
        )
    _check_root(before, Tiles(read, before.size))
    added = [leaf.data() for leaf in leaves]
    for data in added:
        read_leaf(data)
    files = grown(added, size=before.size, read=read)
    size = before.size + len(added)
    root = Tiles(lambda path: files.get(path) or read(path), size).root()
    after = Checkpoint(origin=key.name, size=size, root=root)
    note = sign_note(after.text, key=key, sign=sign)
    return Added(
        files={**files, FILE: note},
        superseded=tuple(f"{path}.p" for path in files if not _is_partial(path)),
        note=note,
        checkpoint=after,
    )


def _is_partial(path: str) -> bool:
    return ".p/" in path


def grew(old: Checkpoint, new: Checkpoint, *, read: Read) -> bool:
    """Whether the tiles show that `new` carries on the history of `old`. False: they are not there.

    Raises: RegistryError LOG_FORKED if the tree of `new` began otherwise, or has as many leaves
    and another root; LOG_SHRUNK if it has fewer; LOG_OF_ANOTHER_ORIGIN (whoever holds the log's
    key). LOG_CORRUPT if the tiles do not lead to the root of `new`, which says nothing about the
    log (whoever carried the tiles).
    Not checked: signatures; both came from `read_checkpoint`.
    """
    if old.origin != new.origin:
        raise _false(Reason.LOG_OF_ANOTHER_ORIGIN, "another log's checkpoint")
    if new.size < old.size:
        raise _false(Reason.LOG_SHRUNK, f"had {old.size} leaves, and now {new.size}")
    if new.size == old.size:
        if new.root != old.root:
            raise _false(Reason.LOG_FORKED, f"two histories of {new.size} leaves")
        return True
    if old.size == 0:
        return True
    try:
        path = consistency_path(old.size, new.size, Tiles(read, new.size).subtree, whole=True)
    except RegistryError as error:
        if error.reason is Reason.REGISTRY_MISSING:
            return False
        raise
    found = both_roots(old.size, new.size, path)
    if found is None or found[1] != new.root:
        raise _false(Reason.LOG_CORRUPT, "tiles that do not lead to the checkpoint")
    if found[0] != old.root:
        raise _false(Reason.LOG_FORKED, f"another history of the first {old.size} leaves")
    return True


def every_leaf(checkpoint: Checkpoint, *, read: Read, limits: Limits = LIMITS) -> tuple[Leaf, ...]:
    """All leaves in order, once all bundles and all tiles were found to lead to the checkpoint.

    Raises: RegistryError naming the file: LOG_CORRUPT, REGISTRY_MISSING, TOO_LARGE for a log of
    more leaves than we look through, or the reason that a leaf was refused for.
    """
    if checkpoint.size > limits.log_leaves:
        raise _false(Reason.TOO_LARGE, f"more than {limits.log_leaves} leaves")
    tiles = Tiles(read, checkpoint.size)
    _check_root(checkpoint, tiles)
    tiles.check_all()
    found: list[Leaf] = []
    for number in range(-(-checkpoint.size // WIDTH)):
        for data in tiles.bundle(number):
            try:
                found.append(read_leaf(data, limits=limits))
            except InputError as error:
                width = min(WIDTH, checkpoint.size - number * WIDTH)
                where = {"file": tile_path("entries", number, width), "role": "log"}
                raise RegistryError(error.reason, error.detail, **where) from None
    return tuple(found)


def _check_root(checkpoint: Checkpoint, tiles: Tiles) -> None:
    if tiles.root() != checkpoint.root:
        raise _false(Reason.LOG_CORRUPT, "tiles that do not lead to the checkpoint")


def _false(reason: Reason, detail: str) -> RegistryError:
    return RegistryError(reason, detail, file=PATH, role="log")
