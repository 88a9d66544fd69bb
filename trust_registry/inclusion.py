"""A proof, in one small file, that a decision stands in the log (C2SP tlog-proof).

The file holds the leaf, its audit path and the checkpoint that the path leads to. Whoever has the
log's verifier key checks it with nothing else, years later, and without asking anybody.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from amana.errors import InputError, RegistryError, VerificationError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from trust_registry._merkle import HASH_BYTES, inclusion_path, leaf_hash, root_from_path
from trust_registry._tiles import Read, Tiles
from trust_registry.log import Checkpoint, Leaf, every_leaf, read_checkpoint, read_leaf
from trust_registry.notes import VerifierKey, from_base64

__all__ = ["Inclusion", "check_inclusion", "prove"]

_FIRST: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,15})")
_EXTRA: Final = "extra "
_PATH_MAX: Final = 64  # hashes; no tree is as high


@dataclass(frozen=True, kw_only=True, slots=True)
class Inclusion:
    """A leaf that was found to stand in the log at `index` (from 0), below this checkpoint."""

    leaf: Leaf
    index: int
    checkpoint: Checkpoint


def prove(decision: str, *, note: bytes, key: VerifierKey, read: Read) -> list[bytes]:
    """A proof for each leaf of the decision whose SHA-256 in hex is given.

    Raises: RegistryError NOT_IN_LOG if no leaf tells of it; else as `read_checkpoint` and
    `every_leaf`, for the whole log is looked through and checked.
    """
    checkpoint = read_checkpoint(note, key=key)
    subtree = Tiles(read, checkpoint.size).subtree
    proofs = [
        _written(leaf, index, inclusion_path(index, checkpoint.size, subtree), note)
        for index, leaf in enumerate(every_leaf(checkpoint, read=read))
        if leaf.decision == decision
    ]
    if not proofs:
        raise RegistryError(Reason.NOT_IN_LOG, "no leaf tells of it", role="log")
    return proofs


def _written(leaf: Leaf, index: int, path: list[bytes], note: bytes) -> bytes:
    extra = b64encode(leaf.data()).decode("ascii")
    hashes = [b64encode(one).decode("ascii") for one in path]
    lines = [_FIRST, f"{_EXTRA}{extra}", f"index {index}", *hashes, "", ""]
    return "\n".join(lines).encode("ascii") + note


def check_inclusion(
    proof: bytes, *, key: VerifierKey, decision: str | None = None, limits: Limits = LIMITS
) -> Inclusion:
    """Check a proof as `prove` writes it; that it is about `decision`, if that is given.

    Raises: InputError BAD_LOG, TOO_LARGE or a syntax reason (whoever wrote it); VerificationError
    LOG_CORRUPT if the path leads elsewhere, NOT_IN_LOG if it is about another decision (whoever
    shows it); else as `read_checkpoint`. Not checked: that the checkpoint is not one of a fork;
    compare it with what others hold.
    """
    if len(proof) > limits.log_note_bytes:
        raise InputError(Reason.TOO_LARGE, f"a proof of more than {limits.log_note_bytes} bytes")
    head, parted, note = proof.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise InputError(Reason.BAD_LOG, "a proof begins with ASCII") from None
    number = _INDEX.fullmatch(lines[2]) if len(lines) > 2 else None
    well_formed = parted and lines[0] == _FIRST and lines[1].startswith(_EXTRA)
    if number is None or not well_formed or len(lines) > 3 + _PATH_MAX:
        raise InputError(Reason.BAD_LOG, "not a proof with its leaf, index and path")
    data = from_base64(lines[1].removeprefix(_EXTRA), Reason.BAD_LOG)
    path = [from_base64(line, Reason.BAD_LOG) for line in lines[3:]]
    index = int(number[1])
    if any(len(one) != HASH_BYTES for one in path):
        raise InputError(Reason.BAD_LOG, "a hash of another length")
    checkpoint = read_checkpoint(note, key=key, limits=limits)
    # The leaf is somebody's word until its hash has led to the root.
    if index >= checkpoint.size or (
        root_from_path(index, checkpoint.size, leaf_hash(data), path) != checkpoint.root
    ):
        raise VerificationError(Reason.LOG_CORRUPT, "the path does not lead to the checkpoint")
    leaf = read_leaf(data, limits=limits)
    if decision is not None and leaf.decision != decision:
        raise VerificationError(Reason.NOT_IN_LOG, "the proof is about another decision")
    return Inclusion(leaf=leaf, index=index, checkpoint=checkpoint)
