"""A registry of as many made-up organisations as asked for, published as a consortium would.

Every organisation has an entry, a key of its own and a status list that it signed. What vetting an
applicant costs is another matter: entries are put in place as if they had been accredited.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from amana.credential import StatusEntry, build_credential
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.proofs import eddsa_jcs
from amana.sealed import Cost
from amana.status import build_status_list
from amana.strict_json import Json, JsonObject
from benchmarks._world import FOUR_CLAIMS, NOW, stream
from trust_registry._bins import sign
from trust_registry._survey import keep, survey
from trust_registry.consortium import Consortium
from trust_registry.entries import entry_document, read_entry, slug
from trust_registry.publish import complete, draft
from trust_registry.questions import Form, asked
from trust_registry.statement import PATH as STATEMENT
from trust_registry.statement import Statement

__all__ = ["Organisation", "RegistryWorld", "build", "organisation"]

BIN_BITS: Final = 10
_GRANTED: Final = datetime(2026, 1, 1, tzinfo=UTC)
_MODEL: Final = "relief-000000.example"
_CHEAP: Final = Cost(memory=8192, passes=1)  # the members' keys are in memory all the time
_SIGNERS: Final = 3  # of five
_NO: Final = "No: this consortium is made up, to measure with."


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One of many, by its number."""

    host: str
    key: SecretKey

    @property
    def did(self) -> str:
        """Its DID."""
        return f"did:web:{self.host}"

    @property
    def url(self) -> str:
        """The URL of its status list."""
        return f"https://{self.host}/status/1"

    def credential(self, number: int) -> bytes:
        """A purpose credential of the person with this number."""
        holder = SecretKey(stream(f"holder {number}", 32)).public.did
        document = build_credential(
            "PurposeCredential",
            issuer=self.did,
            subject={
                "id": holder,
                "purpose": "food",
                "entitlement": "household",
                **FOUR_CLAIMS,
                "selfStated": list(FOUR_CLAIMS),
            },
            valid_from=date(2026, 11, 1),
            valid_until=date(2027, 5, 1),
            status=StatusEntry(list_url=self.url, index=1 + (number * 48_611) % 131_000),
        )
        method = f"{self.did}#key-1"
        return canonical(eddsa_jcs.sign(document, key=self.key, verification_method=method))


def organisation(number: int) -> Organisation:
    """The organisation with this number."""
    return Organisation(
        host=f"relief-{number:06}.example", key=SecretKey(stream(f"organisation {number}", 32))
    )


@dataclass(frozen=True, kw_only=True)
class RegistryWorld:
    """A consortium whose published folder holds this many organisations."""

    consortium: Consortium
    count: int

    @property
    def published(self) -> Path:
        """What anybody may carry."""
        return self.consortium.published

    def change(self, number: int, *, turn: int) -> None:
        """Stage another contact for the appeals of one organisation."""
        entry = _entry(organisation(number)) | {"appeals": f"appeals-{turn}@members.example"}
        self.consortium.put_entry(entry)

    def publish(self, now: datetime) -> None:
        """Publish what is staged, signed by as many members as it takes."""
        self.consortium.publish(signers=self.consortium.founders[:_SIGNERS], now=now)


def build(folder: Path, count: int, *, bin_bits: int = BIN_BITS) -> RegistryWorld:
    """Publish the first version with `count` organisations, in 1024 bins or as many as said."""
    numbers = iter(range(1 << 62))
    consortium = Consortium.create(
        folder / "consortium",
        name="A made-up consortium",
        passphrase=b"nobody's passphrase",
        randomness=lambda size: stream(f"consortium {next(numbers)}", size),
        now=NOW,
        members=5,
        threshold=_SIGNERS,
        bin_bits=bin_bits,
        cost=_CHEAP,
    )
    (consortium.folder / "governance.json").write_bytes(canonical(_governance()))
    entries, lists = dict(_entries(count)), dict(_lists(count))
    automated, previous, chronicle = (
        consortium.automatic(),
        consortium.previous(),
        consortium.chronicle(),
    )
    for data in entries.values():
        chronicle.entry(None, _READ, data=data)
    statement = Statement(
        name=consortium.name,
        version=1,
        published=NOW,
        demo=False,
        principles=consortium.principles,
        log=chronicle.key.text,
    )
    drafted = draft(
        previous,
        targets={
            STATEMENT: statement.data(),
            "governance.json": canonical(_governance()),
            "log/checkpoint": chronicle.checkpoint(version=1, now=NOW),
        },
        entries=entries,
        bits=bin_bits,
        status=automated.status.public,
        now=NOW,
    )
    for role, metadata in drafted.unsigned.items():
        sign(role, metadata, consortium.founders[:_SIGNERS], [drafted.delegator(role)])
    files = complete(previous, drafted=drafted, lists=lists, automated=automated, now=NOW)
    published = consortium.published
    for name, data in {
        "metadata/1.root.json": consortium.anchor,
        **chronicle.publishable(published),
        **files,
    }.items():
        _write(published / name, data)
    chronicle.published(published)
    # What is staged is what was published: one file under two names saves half the disk.
    for name in files:
        top, _, rest = name.removeprefix("targets/").partition("/")
        if top in ("entries", "status"):
            folder_of, _, last = rest.rpartition("/")
            staged = consortium.folder / top / folder_of / last.partition(".")[2]
            staged.parent.mkdir(parents=True, exist_ok=True)
            os.link(published / name, staged)
    keep(consortium.folder, survey(consortium.folder))
    return RegistryWorld(consortium=consortium, count=count)


def _entry(one: Organisation) -> JsonObject:
    return entry_document(
        one.did,
        names={"en": f"Relief of {one.host}", "ar": "إغاثة"},
        keys={f"{one.did}#key-1": one.key.public},
        actions=[("issue", "PurposeCredential"), ("ask", "PurposeCredential")],
        since=_GRANTED,
        registrar="A made-up consortium",
        appeals="appeals@members.example",
        dossier="0" * 64,
    )


_FIRST: Final = organisation(0)
_TEXT: Final = canonical(_entry(_FIRST))
_READ: Final = read_entry(_TEXT)


def _entries(count: int) -> Iterator[tuple[str, bytes]]:
    """All entries are alike but for host and key: each is the first one with two words changed."""
    host, key = _MODEL.encode(), _FIRST.key.public.multikey.encode()
    for number in range(count):
        one = organisation(number)
        data = _TEXT.replace(host, one.host.encode()).replace(key, one.key.public.multikey.encode())
        yield f"entries/{slug(one.did)}.json", data


def _lists(count: int) -> Iterator[tuple[str, bytes]]:
    """Lists in which nobody is revoked: signed by each, and as large as any once they are read."""
    model = build_status_list(
        (),
        url=_FIRST.url,
        issuer=_FIRST.did,
        key=_FIRST.key,
        verification_method=f"{_FIRST.did}#key-1",
        valid_from=NOW - timedelta(days=1),
    )
    del model["proof"]
    for number in range(count):
        one = organisation(number)
        document = {
            **model,
            "id": one.url,
            "issuer": one.did,
            "credentialSubject": {**model["credentialSubject"], "id": f"{one.url}#list"},
        }
        method = f"{one.did}#key-1"
        signed = eddsa_jcs.sign(document, key=one.key, verification_method=method)
        yield f"status/{slug(one.did)}/1.json", canonical(signed)


def _governance() -> Json:
    """An answer to everything that a consortium has to say of itself."""
    return {
        "type": "ConsortiumGovernance",
        "name": "A made-up consortium",
        "questions": 1,
        "language": "en",
        "answers": {number: {"text": _NO} for number in asked(Form.GOVERNANCE)},
        "principles": [{"version": 1, "since": "2026-01-01T00:00:00Z", "text": "To measure."}],
    }


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
