"""What a client remembers of the log of decisions, and how a newer checkpoint is held against it.

The tiles that show that one checkpoint carries on another may not have come along: on a stick, say.
Then the newer one counts, since k of n members signed it, and the older one is not forgotten until
tiles have shown that both are of one history. What needs no tiles is looked at every time: a log of
fewer leaves, or of as many and another root.

    <state>/history      heads, oldest first, that have not been shown to lead to one another
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from amana.errors import InputError, RegistryError, VerificationError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import loads
from trust_registry._tiles import Read
from trust_registry.log import PATH, Checkpoint, grew, read_checkpoint
from trust_registry.notes import read_verifier_key
from trust_registry.sources import Source, read_all

__all__ = ["carried_on", "history_of", "keep_history", "tiles_of"]

_FILE: Final = "history"
_WHERE: Final = {"file": PATH, "role": "log"}


def carried_on(
    before: Sequence[Checkpoint],
    note: bytes | None,
    *,
    key: str | None,
    source: Source,
    limits: Limits = LIMITS,
) -> tuple[Checkpoint, ...]:
    """The heads to remember once the checkpoint in `note`, signed by the log `key`, was taken in.

    Raises: RegistryError, naming the file: LOG_FORKED, LOG_SHRUNK (also where there was a log, and
    is none any more), LOG_OF_ANOTHER_ORIGIN, or the reason that the note was refused for (whoever
    holds the log's key, and the members); LOG_CORRUPT (who carried the tiles).
    """
    if note is None or key is None:
        if before or note is not None:
            raise RegistryError(Reason.LOG_SHRUNK, "no log, or none that can be read", **_WHERE)
        return ()
    try:
        new = read_checkpoint(note, key=read_verifier_key(key, limits=limits), limits=limits)
    except (InputError, VerificationError) as error:
        raise RegistryError(error.reason, error.detail, **_WHERE) from None
    read = tiles_of(source, limits=limits)
    apart = [old for old in before if not grew(old, new, read=read)]
    # The oldest ones tell of the longest stretch of time; the newest is what others compare with.
    return (*apart[: limits.log_heads - 1], new)


def tiles_of(source: Source, *, limits: Limits = LIMITS) -> Read:
    """The log's files as a source of published files has them; None for those that it has not."""

    def read(name: str) -> bytes | None:
        with suppress(RegistryError):  # a server that does not answer leaves the log unknown
            return read_all(source, f"log/{name}", limit=limits.registry_file_bytes)
        return None

    return read


def history_of(state: Path | None) -> tuple[Checkpoint, ...]:
    """The heads of a state; none if there is none, or none that can be read."""
    if state is None:
        return ()
    with suppress(InputError, OSError, KeyError, TypeError, ValueError):
        return tuple(
            Checkpoint(
                origin=str(head["origin"]), size=int(head["size"]), root=bytes.fromhex(head["root"])
            )
            for head in loads((state / _FILE).read_bytes())
        )
    return ()


def keep_history(state: Path, heads: Sequence[Checkpoint]) -> None:
    """Write the heads of a state that is not adopted yet."""
    data = canonical(
        [{"origin": head.origin, "size": head.size, "root": head.root.hex()} for head in heads]
    )
    (state / _FILE).write_bytes(data)
