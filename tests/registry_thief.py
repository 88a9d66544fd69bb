"""What a thief of signing keys can write, and what an honest consortium answers with.

A thief starts from what lies published (`Lab.published`, or a copy of it) and signs with the keys
that were stolen, and with no others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.formats import encode_canonical
from tuf.api.metadata import Metadata, TargetFile, Targets

from amana.jcs import canonical
from amana.keys import SecretKey
from tests.registry_lab import NOW, Issuer, Lab, carried
from trust_registry._bins import sign, to_bytes
from trust_registry._layout import ROLE, Delegated, registrar_role
from trust_registry._previous import read_previous
from trust_registry._tuf_keys import Ed25519Key, KeySigner
from trust_registry.entries import slug
from trust_registry.publish import Automated, Submission, complete, draft, root_of
from trust_registry.registrars import RegistrarLimits

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


@dataclass(frozen=True)
class Registrar:
    """A regional registrar whose two members' keys the test holds."""

    name: str
    keys: tuple[SecretKey, ...]

    def entry_path(self, one: Issuer) -> str:
        """Where an entry stands that it admitted."""
        return f"registrars/{self.name}/entries/{slug(one.did)}.json"

    def entry(self, one: Issuer, **changes: Any) -> bytes:
        """An entry as this registrar may admit one."""
        given = {"registrar": self.name, "jurisdictions": ["KE"], "since": NOW, **changes}
        return canonical(one.entry(**given))

    def limits(self, **changes: Any) -> bytes:
        """What the members let it accredit: to issue, in Kenya."""
        given = {
            "name": self.name,
            "title": f"Registrar {self.name}",
            "actions": frozenset({("issue", "PurposeCredential")}),
            "jurisdictions": frozenset({"KE"}),
            "most_entries": 2,
            "since": NOW,
        }
        return RegistrarLimits(**{**given, **changes}).data()

    def submission(
        self, files: Mapping[str, bytes], *, version: int = 1, by: Sequence[SecretKey] = ()
    ) -> Submission:
        """What it hands in: its role's metadata over these files, signed by its members."""
        role = registrar_role(self.name)
        listed = {
            path: TargetFile.from_data(path, data, ["sha256"]) for path, data in files.items()
        }
        metadata = Metadata(
            Targets(
                version=version,
                expires=NOW + timedelta(days=365),
                targets=dict(sorted(listed.items())),
                unrecognized_fields={ROLE: role},
            )
        )
        for key in by or self.keys:
            metadata.sign(KeySigner(key), append=True)
        return Submission(name=self.name, metadata=to_bytes(metadata), targets=files)

    @property
    def delegated(self) -> Delegated:
        """Both of its members have to sign."""
        members = tuple(Ed25519Key(key.public) for key in self.keys)
        return Delegated(name=self.name, members=members, threshold=2)


def registrar(lab: Lab, name: str = "nairobi") -> Registrar:
    """A registrar of the lab, with keys of its own."""
    return Registrar(name, tuple(SecretKey.generate(lab.random) for _ in range(2)))


def admit(
    lab: Lab,
    *handed_in: tuple[Registrar, Mapping[str, bytes]],
    limits: Mapping[str, bytes] | None = None,
    version: int = 1,
) -> None:
    """Publish a version with these registrars and what each of them hands in, past every check."""
    targets = {f"registrars/{one.name}.json": one.limits() for one, _ in handed_in}
    delegated = [one.delegated for one, _ in handed_in]
    submissions = [one.submission(files, version=version) for one, files in handed_in]
    publish_registrars(lab, delegated, submissions, {**targets, **(limits or {})})


def publish_registrars(
    lab: Lab,
    registrars: Iterable[Delegated],
    submissions: Iterable[Submission],
    targets: Mapping[str, bytes],
) -> None:
    """The next version with just these registrars, and these files among what `targets` lists."""
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
