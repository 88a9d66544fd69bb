"""What a thief of signing keys can write, and what an honest consortium answers with.

A thief starts from what lies published (`Lab.published`, or a copy of it) and signs with the keys
that were stolen, and with no others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from securesystemslib.formats import encode_canonical

from amana.keys import SecretKey
from tests.registry_lab import NOW, Lab, carried
from trust_registry._bins import sign
from trust_registry._layout import Delegated
from trust_registry._previous import read_previous
from trust_registry._tuf_keys import Ed25519Key
from trust_registry.publish import Automated, Submission, complete, draft, root_of

Change = Callable[[Any], None]


def unchanged(signed: Any) -> None:
    """Sign the same again."""


@dataclass(frozen=True)
class Thief:
    """Works on one published folder of a lab."""

    lab: Lab
    published: Path

    @property
    def stolen(self) -> Mapping[str, SecretKey]:
        """The automated keys, by role."""
        return self.lab.consortium.automated

    def newest(self, role: str) -> Path:
        """The newest metadata file of a role."""
        if role == "timestamp":
            return self.published / "metadata/timestamp.json"
        found = (self.published / "metadata").glob(f"*.{role}.json")
        return max(found, key=lambda path: int(path.name.partition(".")[0]))

    def forge(
        self, role: str, change: Change = unchanged, *, by: Iterable[SecretKey], version: int = 0
    ) -> int:
        """Write the next version (or `version`) of a role, changed, signed by these keys alone."""
        document = json.loads(self.newest(role).read_bytes())
        signed = document["signed"]
        signed["version"] = version or signed["version"] + 1
        change(signed)
        payload = (encode_canonical(signed) or "").encode()
        document["signatures"] = [
            {"keyid": Ed25519Key(key.public).keyid, "sig": key.sign(payload).hex()} for key in by
        ]
        number: int = signed["version"]
        name = "timestamp.json" if role == "timestamp" else f"{number}.{role}.json"
        (self.published / "metadata" / name).write_text(json.dumps(document))
        return number

    def reseal(self, versions: Mapping[str, int] | None = None) -> None:
        """A new snapshot that names these versions, and a timestamp that names it."""

        def name_them(signed: Any) -> None:
            for role, version in (versions or {}).items():
                signed["meta"][f"{role}.json"] = {"version": version}

        self.point_at(self.forge("snapshot", name_them, by=[self.stolen["snapshot"]]))

    def point_at(self, snapshot: int, *, version: int = 0) -> None:
        """A new timestamp that names this version of the snapshot."""

        def name_it(signed: Any) -> None:
            signed["meta"]["snapshot.json"] = {"version": snapshot}

        self.forge("timestamp", name_it, by=[self.stolen["timestamp"]], version=version)


def thief(lab: Lab) -> Thief:
    """A thief at the consortium's own web server."""
    return Thief(lab, lab.published)


def elsewhere(lab: Lab, name: str = "mirror") -> Thief:
    """A thief with a mirror of their own; the consortium's folder stays as it is."""
    return Thief(lab, lab.copy(name))


def rotate(
    lab: Lab,
    *,
    members: Sequence[SecretKey] = (),
    automated: Mapping[str, SecretKey] | None = None,
    old: Sequence[SecretKey] = (),
    now: datetime = NOW,
    **statement: Any,
) -> None:
    """Publish a new root with these `members` and `automated` keys, signed by old and new ones."""
    before = list(old or lab.keys[:2])
    after = list(members or lab.keys)
    keys = Automated(**(automated or lab.consortium.automated))
    previous = read_previous(_reader(lab.published), anchor=lab.consortium.anchor)
    root = root_of(
        previous.root.version + 1,
        [key.public for key in after],
        threshold=2,
        automated={role: secret.public for role, secret in vars(keys).items()},
        now=now,
    )
    drafted = draft(
        previous,
        targets={
            **carried(previous),
            "registry.json": lab.statement(previous.version + 1, **statement),
        },
        entries={},
        bits=1,
        status=keys.status.public,
        root=root,
        renew=True,
        now=now,
    )
    for role, metadata in drafted.unsigned.items():
        if role == "root":
            both = {key.public: key for key in (*before, *after[:2])}
            sign(role, metadata, both.values(), [previous.root, root])
        else:
            sign(role, metadata, after[:2], [drafted.delegator(role)])
    _write(lab.published, complete(previous, drafted=drafted, lists={}, automated=keys, now=now))


def admit(
    lab: Lab, *registrars: Delegated, submissions: Iterable[Submission] = (), **targets: bytes
) -> None:
    """Publish a version with these regional registrars, whatever their limits."""
    previous = read_previous(_reader(lab.published), anchor=lab.consortium.anchor)
    automated = Automated(**lab.consortium.automated)
    drafted = draft(
        previous,
        targets={
            **carried(previous),
            "registry.json": lab.statement(previous.version + 1),
            **targets,
        },
        entries={},
        bits=1,
        status=automated.status.public,
        registrars=registrars,
        now=NOW,
    )
    for role, metadata in drafted.unsigned.items():
        sign(role, metadata, lab.keys[:2], [drafted.delegator(role)])
    files = complete(
        previous,
        drafted=drafted,
        lists={},
        automated=automated,
        submissions=submissions,
        now=NOW,
    )
    _write(lab.published, files)


def _reader(published: Path) -> Callable[[str], bytes | None]:
    return lambda name: path.read_bytes() if (path := published / name).exists() else None


def _write(published: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = published / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
