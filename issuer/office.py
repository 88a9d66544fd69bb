"""One issuer's folder: its register, the two sealed keys, its purposes, and who it is.

```
issuer.json     DID, key id, address of its status lists, demo mark
issuer.key      the signing key, sealed          purposes.json    what it may ask, and why
register.key    the register's key, sealed       register.sqlite  the register
```
Every file is readable by its owner only. Keys and register are backed up apart: together they are
everything that somebody who seizes this machine still needs a passphrase for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from amana.cli import read_file, write_private
from amana.did import key as did_key
from amana.did import web as did_web
from amana.errors import InputError
from amana.keys import Randomness, SecretKey
from amana.reasons import Reason
from amana.sealed import Cost, open_key_file, open_sealed, seal, seal_key_file
from amana.strict_json import as_object, loads
from issuer.purposes import Purposes, default_purposes, load_purposes
from issuer.register import Register, RegisterKey

__all__ = ["Office", "create_office", "issuer_base_url", "open_office"]

_ABOUT: Final = "issuer.json"
_SIGNING_KEY: Final = "issuer.key"
_REGISTER_KEY: Final = "register.key"
_REGISTER: Final = "register.sqlite"
_PURPOSES: Final = "purposes.json"
_KIND: Final = "register"
_MADE_HERE: Final = "did:key"


@dataclass(frozen=True, kw_only=True)
class Office:
    """An opened folder. Close its register, or use the office in a `with` statement."""

    folder: Path
    register: Register
    purposes: Purposes
    did: str
    verification_method: str
    status_base_url: str
    demo: bool

    def signer(self, passphrase: bytes) -> SecretKey:
        """The signing key. Raises: InputError WRONG_PASSPHRASE, BAD_KEY_FILE or NO_SUCH_FILE."""
        return open_key_file(read_file(self.folder / _SIGNING_KEY), passphrase).secret

    def take_purposes(self, data: bytes) -> Office:
        """The same office under another purposes file, which is kept in its folder.

        Offers that were made keep the notice and the retention under which they were made.

        Raises: InputError BAD_PURPOSE or a syntax reason (the file's author).
        """
        purposes = load_purposes(data)
        write_private(self.folder / _PURPOSES, data, overwrite=True)
        return replace(self, purposes=purposes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.register.close()


def create_office(
    folder: Path,
    *,
    did: str,
    passphrase: bytes,
    randomness: Randomness,
    demo: bool = False,
    status_base_url: str | None = None,
    purposes: bytes | None = None,
    database: str | None = None,
    cost: Cost | None = None,
) -> Office:
    """A new office in `folder`, with fresh keys.

    `did` is a did:web, or `did:key` alone: then the DID is that of the key made here.
    `status_base_url` defaults to what the DID says; `database` is a SQLAlchemy URL, instead of a
    SQLite file in the folder. A demo's keys are marked, and no registry but a demo takes them.

    Raises: InputError WOULD_OVERWRITE, BAD_DID, BAD_PURPOSE, BAD_REGISTER or UNREADABLE_FILE.
    """
    if did != _MADE_HERE:
        did_web.document_url(did)  # anybody else's did:key could never sign here
    base = issuer_base_url(did) if status_base_url is None else status_base_url.rstrip("/")
    if not base.startswith("https://"):
        raise InputError(Reason.BAD_DID, "status lists need an https address")
    wanted = default_purposes() if purposes is None else purposes
    load_purposes(wanted)
    if (folder / _ABOUT).exists():
        raise InputError(Reason.WOULD_OVERWRITE, "an issuer lives here", file=str(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    signer, key = SecretKey.generate(randomness), RegisterKey.generate(randomness)
    method = f"{did}#key-1"
    if did == _MADE_HERE:
        did = signer.public.did
        method = did_key.verification_method(did)
    write_private(
        folder / _SIGNING_KEY,
        seal_key_file(signer, passphrase, randomness=randomness, demo=demo, cost=cost),
    )
    write_private(
        folder / _REGISTER_KEY,
        seal(key.secret, passphrase, kind=_KIND, randomness=randomness, cost=cost),
    )
    where = folder / _REGISTER if database is None else database
    try:
        Register.create(where, key=key, randomness=randomness, demo=demo).close()
    except InputError:
        # Else keys of no register would stand in the way of the next attempt.
        (folder / _SIGNING_KEY).unlink()
        (folder / _REGISTER_KEY).unlink()
        raise
    write_private(folder / _PURPOSES, wanted, overwrite=True)
    # Last: a folder without it was never finished.
    about = {
        "amana": "issuer",
        "version": 1,
        "id": did,
        "verificationMethod": method,
        "publicKeyMultibase": signer.public.multikey,
        "statusBase": base,
        "demo": demo,
        "database": database,
    }
    write_private(folder / _ABOUT, json.dumps(about, indent=1).encode() + b"\n")
    return open_office(folder, passphrase=passphrase)


def open_office(folder: Path, *, passphrase: bytes) -> Office:
    """Open an issuer's folder.

    Raises: InputError NO_SUCH_FILE, WRONG_PASSPHRASE, BAD_KEY_FILE, BAD_REGISTER, BAD_PURPOSE.
    """
    about = as_object(loads(read_file(folder / _ABOUT)), Reason.BAD_REGISTER)
    names = ("id", "verificationMethod", "statusBase")
    texts = [about[name] for name in names if type(about.get(name)) is str]
    database = about.get("database")
    if (
        about.get("amana") != "issuer"
        or about.get("version") != 1
        or len(texts) != len(names)
        or not (database is None or type(database) is str)
    ):
        raise InputError(Reason.BAD_REGISTER, "not an issuer's folder", file=str(folder))
    secret, _ = open_sealed(read_file(folder / _REGISTER_KEY), passphrase, kind=_KIND)
    purposes = load_purposes(read_file(folder / _PURPOSES))
    where = folder / _REGISTER if database is None else database
    return Office(
        folder=folder,
        register=Register.open(where, key=RegisterKey(secret)),
        purposes=purposes,
        did=texts[0],
        verification_method=texts[1],
        status_base_url=texts[2],
        demo=about.get("demo") is True,
    )


def issuer_base_url(did: str) -> str:
    """Where an issuer publishes: `https://aid.example` for `did:web:aid.example`.

    Raises: InputError BAD_DID for anything but a did:web; a did:key has no address of its own.
    """
    if did == _MADE_HERE or did.startswith(did_key.PREFIX):
        raise InputError(Reason.BAD_DID, "a did:key names no address: give the status lists' one")
    return did_web.document_url(did).removesuffix("/did.json").removesuffix("/.well-known")
