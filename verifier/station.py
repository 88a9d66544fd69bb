"""A station on disk: its sealed key, its certificate, and the challenges it asked.

The whole station pack (registry, programmes, staff, lock-out) is a later part; this is the folder
that it grows from.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amana.challenge import Challenge, read_challenge
from amana.cli import alone_in, read_file, write_file, write_private
from amana.errors import AmanaError, InputError
from amana.keys import PublicKey, SecretKey
from amana.reasons import Reason
from amana.sealed import open_key_file, read_public, seal_key_file
from amana.strict_json import JsonObject, as_object, loads
from verifier.book import Asked, ChallengeBook

__all__ = ["Station"]

_KEY: Final = "station.key"
_CERTIFICATE: Final = "certificate.json"
_BOOK: Final = "challenges.json"
_LAST: Final = "last-challenge.json"
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, kw_only=True)
class Station:
    """One station's folder. Nothing in it is about the people whom it serves."""

    folder: Path

    def create(self, passphrase: bytes, *, demo: bool = False) -> PublicKey:
        """Make the station's key; its organisation then certifies the public half.

        Raises: InputError WOULD_OVERWRITE if there is a key already.
        """
        secret = SecretKey.generate(os.urandom)
        sealed = seal_key_file(secret, passphrase, randomness=os.urandom, demo=demo)
        write_private(self.folder / _KEY, sealed)
        return secret.public

    def public(self) -> PublicKey:
        """The public half. Raises: InputError NO_SUCH_FILE or BAD_KEY_FILE."""
        return read_public(read_file(self.folder / _KEY))[0]

    def open(self, passphrase: bytes) -> SecretKey:
        """The station's key. Raises: InputError WRONG_PASSPHRASE or BAD_KEY_FILE."""
        return open_key_file(read_file(self.folder / _KEY), passphrase).secret

    def certificate(self) -> JsonObject:
        """The certificate that the organisation signed. Raises: InputError if it is missing."""
        return as_object(loads(read_file(self.folder / _CERTIFICATE)), Reason.BAD_CHALLENGE)

    def put_certificate(self, data: bytes) -> None:
        """Keep a certificate. Raises: InputError if it is not one for this station's key.

        Not checked: the organisation's signature; wallets check that against the registry.
        """
        certificate = as_object(loads(data), Reason.BAD_CHALLENGE)
        subject = as_object(certificate.get("credentialSubject"), Reason.BAD_CHALLENGE)
        if subject.get("id") != self.public().did:
            raise InputError(Reason.STATION_UNPROVED, "a certificate for another station's key")
        write_file(self.folder / _CERTIFICATE, data)

    def remember(self, challenge: Challenge) -> None:
        """Write a challenge into the book, and keep it as the one being answered."""
        with self._book() as book:
            book.ask(challenge)
        write_file(self.folder / _LAST, json.dumps(challenge.document).encode())

    def take(self, challenge: JsonObject | None = None) -> Asked:
        """The challenge being answered (the last one, if none is given), used up in this step.

        Raises: InputError NO_SUCH_FILE if nothing was ever asked, or as `read_challenge`.
        """
        document = loads(read_file(self.folder / _LAST)) if challenge is None else challenge
        read = read_challenge(document)
        with self._book() as book:
            return book.take(read)

    @contextmanager
    def _book(self) -> Iterator[ChallengeBook]:
        """The book, locked while it is open: two programs can't both take one answer."""
        path = self.folder / _BOOK
        with alone_in(self.folder):
            book = _restored(path)
            yield book
            asked, used = book.contents()
            kept = {"boot": _boot(), "asked": asked, "used": used}
            write_private(path, json.dumps(kept).encode(), overwrite=True)


def _restored(path: Path) -> ChallengeBook:
    """The book of this run of the machine. After a restart, or if it is broken, an empty one.

    An empty book forgets which answers were used, and with them which questions were asked: every
    old answer is then UNKNOWN, and none is fresh.
    """
    try:
        kept = as_object(loads(read_file(path), floats=True))
        if kept["boot"] == _boot():
            asked = {digest: float(since) for digest, since in kept["asked"].items()}
            return ChallengeBook.restored(_clock, asked=asked, used=map(str, kept["used"]))
    except (AmanaError, KeyError, TypeError, ValueError, AttributeError):
        pass
    return ChallengeBook(clock=_clock)


def _clock() -> float:
    """Seconds since the machine started, also while it slept: no date can turn them back."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _boot() -> str:
    return _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else ""
