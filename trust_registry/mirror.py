"""The registry from a web server: static files, fetched only because a person asked for it.

Any web server or CDN serves: the published folder as it is, and beside it, if somebody puts one
there, a bundle called `registry.amana` for whoever comes for the first time. Nothing that comes is
believed. What the server may learn is that somebody wants its registry, and which version they had.

An ETag that only this device was given would be a cookie (RFC 9110, section 8.8.3, leaves its form
open). So one is sent back only if it is a digest of the content, which everybody who has the file
knows; others save nothing. For the same reason a broken download goes on with a plain range:
whether the file is still the same one is judged here, by comparing what the server says of it.
"""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from amana.cli import write_file
from amana.errors import InputError, RegistryError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import loads
from trust_registry._https import Answer, Line
from trust_registry._inventory import TIMESTAMP
from trust_registry.incoming import BLOCK, whole_blocks, write_block

__all__ = ["BUNDLE", "HttpSource", "Known", "download", "keep_known", "read_known"]

BUNDLE: Final = "registry.amana"
_SECONDS: Final = 30.0
_DIGESTS: Final = ("md5", "sha1", "sha256")  # as ETags are made of content by what stores files
_RANGE: Final = re.compile(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15})")
_NOTE_BYTES: Final = 4 * 1024


@dataclass(frozen=True, kw_only=True)
class Known:
    """A `timestamp.json` that came earlier, and the digest of it that the server calls its ETag."""

    etag: str
    data: bytes


class HttpSource:
    """A published folder on a web server. Not checked: anything; the client does."""

    def __init__(
        self,
        url: str,
        *,
        known: Known | None = None,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = _SECONDS,
        private: bool = False,
        context: ssl.SSLContext | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        """Prepare to ask below `url`; nothing is asked yet.

        `private` admits hosts in private networks, `context` other authorities than this machine's.

        Raises: InputError NO_ANSWER for a URL that is not a plain https one (the caller's fault).
        """
        self.known = known
        self._limits = limits
        self._line = Line(url, clock=clock, seconds=seconds, private=private, context=context)

    def fetch(self, name: str) -> Iterator[bytes] | None:
        """As `Source`. Raises: RegistryError NO_ANSWER or TOO_LARGE (whoever runs the server)."""
        known = self.known if name == TIMESTAMP else None
        answer = self._line.get(name, {"If-None-Match": known.etag} if known is not None else None)
        body = answer.body(self._limits.bundle_member_bytes)
        if answer.status == 200:
            return self._noted(answer, body) if name == TIMESTAMP else body
        for _ in body:  # so that the connection can be used again
            pass
        if answer.status == 304 and known is not None:
            return iter((known.data,))
        if answer.status in (404, 410):
            return None
        raise _no_answer(f"the host answered {answer.status}", name)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _noted(self, answer: Answer, body: Iterator[bytes]) -> Iterator[bytes]:
        data = b"".join(body)
        etag = answer.header("ETag")
        self.known = Known(etag=etag, data=data) if _is_digest(etag, data) else None
        yield data


def read_known(url: str, folder: Path) -> Known | None:
    """What `keep_known` kept for this URL, or None."""
    try:
        with _note(url, folder, ".known").open("rb") as file:
            etag, _, data = file.read(_NOTE_BYTES + LIMITS.registry_root_bytes).partition(b"\n")
        return Known(etag=etag.decode("ascii"), data=data)
    except (OSError, UnicodeDecodeError):
        return None


def keep_known(url: str, folder: Path, known: Known | None) -> None:
    """Remember what the server called its latest timestamp, or that nothing is known of it.

    Raises: InputError UNREADABLE_FILE if the folder can't be written (the caller's fault).
    """
    note = _note(url, folder, ".known")
    if known is not None:
        write_file(note, known.etag.encode("ascii") + b"\n" + known.data, mode=0o600)
    else:
        with suppress(OSError):
            note.unlink(missing_ok=True)


def download(
    url: str,
    folder: Path,
    *,
    clock: Callable[[], float] = time.monotonic,
    seconds: float = _SECONDS,
    private: bool = False,
    context: ssl.SSLContext | None = None,
    limits: Limits = LIMITS,
) -> Path | None:
    """The bundle at `url` as a file in `folder`, or None if there is none.

    A download that broke off goes on where it ended, if the server still has the same file.

    Raises: InputError NO_ANSWER for no https URL (the caller's fault); RegistryError NO_ANSWER or
    TOO_LARGE (the server; what came is kept), UNREADABLE_FILE (the disk).
    """
    line = Line(url, clock=clock, seconds=seconds, private=private, context=context)
    part, note = _note(url, folder, ".part"), _note(url, folder, ".json")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for other in folder.iterdir():
            if other not in (part, note):
                other.unlink()
        with part.open("a+b") as file:
            if not _complete(line, file, note, limits):
                part.unlink()
                return None
        note.unlink(missing_ok=True)
    except OSError as error:
        raise RegistryError(
            Reason.UNREADABLE_FILE, error.strerror or "can't be written", file=str(folder)
        ) from None
    finally:
        line.close()
    return part


def _complete(line: Line, file: BinaryIO, note: Path, limits: Limits) -> bool:
    """Fetch what is missing; False if the server has no such file."""
    done = whole_blocks(file)
    answer = line.get("", {"Range": f"bytes={done}-"} if done else None)
    if answer.status in (206, 416) and not _goes_on(answer, done, note):
        line.close()
        done, answer = 0, line.get("")
    if answer.status in (404, 410):
        return False
    if answer.status == 200:
        done = 0
    elif answer.status != 206:
        raise _no_answer(f"the host answered {answer.status}", BUNDLE)
    if not done:
        file.truncate(0)
        with suppress(InputError):  # then a download that breaks off begins anew
            write_file(note, json.dumps(_told(answer)).encode())
    block = bytearray()
    for chunk in answer.body(limits.bundle_bytes - done):
        block += chunk
        while len(block) >= BLOCK:
            write_block(file, bytes(block[:BLOCK]))
            del block[:BLOCK]
    write_block(file, bytes(block))
    return True


def _goes_on(answer: Answer, done: int, note: Path) -> bool:
    """Whether an answer is the rest of the very file that was begun, as far as the server tells."""
    span = _RANGE.fullmatch(answer.header("Content-Range"))
    if answer.status != 206 or span is None or int(span[1]) != done:
        return False
    try:
        with note.open("rb") as file:
            noted = loads(file.read(_NOTE_BYTES))
    except (OSError, InputError):
        return False
    told = {**_told(answer), "size": span[2]}
    return any((told["etag"], told["modified"])) and noted == told


def _note(url: str, folder: Path, ending: str) -> Path:
    # The name must not tell whoever finds the device which servers it asked.
    return folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}{ending}"


def _told(answer: Answer) -> dict[str, str]:
    return {
        "etag": answer.header("ETag")[:256],
        "modified": answer.header("Last-Modified")[:64],
        "size": answer.header("Content-Length")[:16],
    }


def _is_digest(etag: str, data: bytes) -> bool:
    """Whether an ETag says nothing but what the content is."""
    word = etag.removeprefix("W/").strip('"').lower()
    return any(
        word == hashlib.new(name, data, usedforsecurity=False).hexdigest() for name in _DIGESTS
    )


def _no_answer(why: str, name: str) -> RegistryError:
    return RegistryError(Reason.NO_ANSWER, why, file=name)
