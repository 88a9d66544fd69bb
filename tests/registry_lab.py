"""A consortium of three in a folder, organisations whose keys the test holds, and a verifier.

An attack is an edit of the published folder, or a version planned from material that an honest
consortium would not take.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.formats import encode_canonical

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.reasons import Reason
from amana.sealed import Cost
from amana.status import build_status_list
from tests.deterministic import randomness
from tests.vetting_lab import accredit, agree, dossier_document, governance_answers, put
from trust_registry import client
from trust_registry._bins import sign
from trust_registry._layout import bin_of
from trust_registry._previous import Previous, read_previous
from trust_registry.consortium import Consortium
from trust_registry.dossier import check_dossier
from trust_registry.entries import check_entry, entry_document, read_entry, slug
from trust_registry.issued import build_issued_list, digest_of
from trust_registry.publish import Automated, complete, draft
from trust_registry.snapshot import Snapshot
from trust_registry.sources import Source
from trust_registry.vetting import needs_decision

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
CHEAP = Cost(memory=8192, passes=1)
PASSPHRASE = b"nobody's passphrase"
Expect = tuple[type[RegistryError], Reason]


@dataclass(frozen=True)
class Issuer:
    did: str
    key: SecretKey
    base: str

    @property
    def method(self) -> str:
        return f"{self.did}#key-1"

    @property
    def url(self) -> str:
        return f"{self.base}/status/1"

    @property
    def entry_path(self) -> str:
        return f"entries/{slug(self.did)}.json"

    @property
    def list_path(self) -> str:
        return f"status/{slug(self.did)}/1.json"

    def entry(self, **changes: Any) -> dict[str, Any]:
        given: dict[str, Any] = {
            "names": {"en": "Relief", "ar": "إغاثة"},
            "keys": {self.method: self.key.public},
            "actions": [("issue", "PurposeCredential")],
            "since": NOW - timedelta(days=400),
            "registrar": "the members",
            "appeals": "appeals@circle.example",
            "dossier": dossier_digest(self.did),
        }
        return entry_document(self.did, **{**given, **changes})

    def issued(self, *forms: bytes, **changes: Any) -> bytes:
        """The signed list of what its key has issued: just these issuer-signed forms."""
        given: dict[str, Any] = {
            "issuer": self.did,
            "key_id": self.method,
            "key": self.key,
            "verification_method": self.method,
            "valid_from": NOW - timedelta(days=1),
        }
        digests = [digest_of(form) for form in forms]
        return canonical(build_issued_list(digests, **{**given, **changes}))

    def list(self, revoked: Iterable[int] = (7,), **changes: Any) -> bytes:
        given: dict[str, Any] = {
            "url": self.url,
            "issuer": self.did,
            "key": self.key,
            "verification_method": self.method,
            "valid_from": NOW,
        }
        return canonical(build_status_list(revoked, **{**given, **changes}))


@cache
def dossier_digest(did: str) -> str:
    """The digest of the dossier that a vetting in these tests is about."""
    return check_dossier(dossier_document(did)).sha256


class Lab:
    def __init__(self, folder: Path, *, demo: bool = False, label: str = "lab") -> None:
        self.folder = folder
        self.random = randomness(f"registry {label}")
        self.consortium = Consortium.create(
            folder / "circle",
            name="The circle",
            passphrase=PASSPHRASE,
            randomness=self.random,
            now=NOW,
            demo=demo,
            cost=CHEAP,
            bin_bits=1,
        )
        put(self.consortium.folder / "governance.json", governance_answers())
        self.relief = self.issuer("relief.example")

    def issuer(self, host: str) -> Issuer:
        return Issuer(f"did:web:{host}", SecretKey.generate(self.random), f"https://{host}")

    @property
    def published(self) -> Path:
        return self.consortium.published

    @property
    def keys(self) -> list[SecretKey]:
        return [founder.secret for founder in self.consortium.founders]

    def publish(self, *, now: datetime = NOW) -> None:
        """Have what is staged decided as it needs to be, and two members sign it."""
        self.decide()
        self.consortium.publish(signers=self.consortium.founders[:2], now=now)

    def decide(self) -> None:
        """A complete vetting of every staged organisation that needs one."""
        previous = self.consortium.previous()
        for path in (self.consortium.folder / "entries").glob("*.json"):
            document = json.loads(path.read_bytes())
            before = previous.read(f"entries/{path.name}")
            known = read_entry(before) if before is not None else None
            if needs_decision(known, check_entry(document)):
                accredit(self.consortium, document)
            for change in check_entry(document).history[len(known.history) if known else 1 :]:
                did, reason = document["did"], change.reason
                agree(self.consortium, did, change.state, reason=reason, now=change.since)

    def begin(self) -> Snapshot:
        """One accredited organisation with one list, published and loaded by the verifier."""
        self.consortium.put_entry(self.relief.entry())
        self.consortium.collect_status(self.relief.list(), now=NOW)
        self.publish()
        return self.load()

    def load(self, published: Path | Source | None = None, *, now: datetime = NOW) -> Snapshot:
        return client.load(
            published or self.published,
            root=self.consortium.anchor,
            cache=self.folder / "cache",
            now=now,
        )

    def cached(self, *, now: datetime = NOW) -> Snapshot:
        return client.load_cached(root=self.consortium.anchor, cache=self.folder / "cache", now=now)

    def copy(self, name: str) -> Path:
        return Path(shutil.copytree(self.published, self.folder / name))

    def force(
        self,
        *,
        entries: Mapping[str, bytes] | None = None,
        lists: Mapping[str, bytes] | None = None,
        published: Path | None = None,
        now: datetime = NOW,
        spoil: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> None:
        """Publish just what is given, past every check of an honest consortium.

        `entries` are what members sign: below entries/ in their bins, all else in `targets`, which
        goes on listing what it listed before.
        `spoil` changes what deceived members sign, by role; then every bin is signed anew.
        """
        previous = read_previous(
            lambda name: path.read_bytes() if (path := self.published / name).exists() else None,
            anchor=self.consortium.anchor,
        )
        drafted = None
        automated = Automated(**self.consortium.automated)
        if entries is not None:
            top = {path: data for path, data in entries.items() if not path.startswith("entries/")}
            below = {path: data for path, data in entries.items() if path.startswith("entries/")}
            drafted = draft(
                previous,
                targets={
                    **carried(previous),
                    "registry.json": self.statement(previous.version + 1),
                    **top,
                },
                entries={**dict.fromkeys(_listed(previous, "entries")), **below},
                bits=1,
                status=automated.status.public,
                renew=spoil is not None,
                now=now,
            )
            if spoil is not None:
                spoil(drafted.unsigned)
            for role, metadata in drafted.unsigned.items():
                sign(role, metadata, self.keys[:2], [drafted.delegator(role)])
        given = {self.relief.list_path: self.relief.list()} if lists is None else lists
        files = complete(
            previous,
            drafted=drafted,
            lists={**dict.fromkeys(_listed(previous, "status")), **given},
            automated=automated,
            now=now,
        )
        for name, data in files.items():
            path = (published or self.published) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def statement(self, version: int, **changes: Any) -> bytes:
        given: dict[str, Any] = {
            "name": "The circle",
            "version": version,
            "published": "2026-11-22T12:00:00Z",
            "demo": self.consortium.demo,
            "principles": [],
        }
        before = self.consortium.statement()
        if before is not None and before.log is not None:
            given["log"] = before.log
        return canonical({**given, **changes})

    def edit(self, name: str, change: Callable[[Any], None]) -> Path:
        """Change one published JSON file by hand, its signatures left as they are."""
        path = self.published / name
        document = json.loads(path.read_bytes())
        change(document)
        path.write_text(json.dumps(document))
        return path

    def resign(self, name: str, change: Callable[[Any], None]) -> None:
        """Change the signed part of one file and have deceived members sign it again."""
        path = self.published / name
        document = json.loads(path.read_bytes())
        change(document["signed"])
        payload = (encode_canonical(document["signed"]) or "").encode()
        secrets = {key.public.raw.hex(): key for key in self.keys}
        keys = json.loads(self.consortium.anchor)["signed"]["keys"]
        for signature in document["signatures"]:
            secret = secrets[keys[signature["keyid"]]["keyval"]["public"]]
            signature["sig"] = secret.sign(payload).hex()
        path.write_text(json.dumps(document))

    def bin_file(self, path: str, parent: str = "entries") -> str:
        """The published metadata, newest version, that lists a target or would list it."""
        name = bin_of(path, parent, 1)
        found = (self.published / "metadata").glob(f"*.{name}.json")
        return f"metadata/{max(int(one.name.partition('.')[0]) for one in found)}.{name}.json"

    def target(self, path: str) -> Path:
        """The published file of one target."""
        parent, name = path.rsplit("/", 1)
        (found,) = (self.published / "targets" / parent).glob(f"*.{name}")
        return found

    def refused(
        self, expect: Expect, *, published: Path | None = None, now: datetime = NOW
    ) -> RegistryError:
        """Loading fails just as expected, and the last good state is still there."""
        kind, reason = expect
        before = self.cached()
        with pytest.raises(kind) as caught:
            self.load(published, now=now)
        assert caught.value.reason is reason
        assert self.cached() == before
        return caught.value


def carried(previous: Previous) -> dict[str, bytes]:
    """What `targets` lists itself in the published version: answers, checkpoint and the like."""
    listed = previous.targets.signed.targets if previous.targets is not None else {}
    return {path: data for path in listed if (data := previous.read(path)) is not None}


def _listed(previous: Previous, parent: str) -> list[str]:
    """Every path that the bins of `parent` list."""
    bins = (previous.role(f"{parent}-{number}", parent=parent) for number in (0, 1))
    return [path for one in bins if one is not None for path in one.targets]
