"""A TUF repository in memory, on a web server of its own on loopback, that tells good and bad.

It signs what it is told to sign, as an honest repository, a careless one or an attacker would.
Keys are ECDSA, so that nothing rests on how the registry reads its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from tests.interop import tuf_client

NOW = datetime.now(UTC).replace(microsecond=0)
TOP = ("root", "timestamp", "snapshot", "targets")
Content = bytes | Callable[[], Iterator[bytes]]
_SIGNERS: list[CryptoSigner] = []


def signer(number: int) -> CryptoSigner:
    """The key of that number, the same one in the whole run."""
    while len(_SIGNERS) <= number:
        _SIGNERS.append(CryptoSigner.generate_ecdsa())
    return _SIGNERS[number]


class Repository:
    """`signed` holds each role's next content, `files` what is served, `asked` what was fetched."""

    def __init__(self, *, consistent: bool = True) -> None:
        expires = NOW + timedelta(days=30)
        self.signed: dict[str, Any] = {
            "root": Root(expires=expires, consistent_snapshot=consistent),
            "timestamp": Timestamp(expires=expires),
            "snapshot": Snapshot(expires=expires),
            "targets": Targets(expires=expires),
        }
        self.signers: dict[str, list[CryptoSigner]] = {}
        self.files: dict[str, Content] = {}
        self.asked: list[str] = []
        self.hashes = False  # whether snapshot and timestamp tell hashes and lengths
        for number, role in enumerate(TOP):
            self.give_keys(role, [number])
        self.root.version = 0
        self.publish("root", "targets", "snapshot", "timestamp", bump=False)

    @property
    def root(self) -> Root:
        return self.signed["root"]

    @property
    def consistent(self) -> bool:
        return bool(self.root.consistent_snapshot)

    def give_keys(
        self, role: str, keys: list[int], *, threshold: int = 1, signs: list[int] | None = None
    ) -> None:
        """Say in the next root who may sign for a role, and who does."""
        self.root.roles[role].keyids = []
        for number in keys:
            self.root.add_key(signer(number).public_key, role)
        self.root.roles[role].threshold = threshold
        self.signers[role] = [signer(number) for number in (keys if signs is None else signs)]

    def delegate(
        self, by: str, to: str, *, key: int = 9, paths: list[str] | None = None, last: bool = False
    ) -> Targets:
        """One role hands a part of the names on. Both are to be published then."""
        role = DelegatedRole(to, [], 1, last, paths if paths is not None else ["*"])
        delegator: Targets = self.signed[by]
        if delegator.delegations is None:
            delegator.delegations = Delegations({}, {})
        assert delegator.delegations.roles is not None
        delegator.delegations.roles[to] = role
        delegator.add_key(signer(key).public_key, to)
        self.signers[to] = [signer(key)]
        return self.add_role(to)

    def add_role(self, role: str) -> Targets:
        """A targets role that was not published yet, if it is a new one."""
        if role not in self.signed:
            self.signed[role] = Targets(expires=NOW + timedelta(days=30))
            self.signed[role].version = 0
        found: Targets = self.signed[role]
        return found

    def list_target(self, name: str, data: bytes, *, role: str = "targets") -> None:
        """Have a role list a file, which is served under its hash."""
        target = TargetFile.from_data(name, data)
        self.signed[role].targets[name] = target
        self.files[self.target(name, role=role)] = data

    def target(self, name: str, *, role: str = "targets") -> str:
        """Where the bytes of a listed file are served."""
        target: TargetFile = self.signed[role].targets[name]
        paths = target.get_prefixed_paths() if self.consistent else [name]
        return f"targets/{paths[0]}"

    def publish(self, *roles: str, bump: bool = True, told: bool = True) -> None:
        """Sign and serve roles, in this order; `told`: whoever lists them is told of it."""
        for role in roles:
            signed = self.signed[role]
            if bump or role == "root":
                signed.version += 1
            data = self.data(role)
            versioned = role == "root" or (self.consistent and role != "timestamp")
            self.files[f"metadata/{f'{signed.version}.' if versioned else ''}{role}.json"] = data
            if told and role != "root":
                self._tell(role, data)

    def update(self, *roles: str) -> None:
        """Publish targets roles, then snapshot and timestamp, as an honest repository does."""
        self.publish(*roles, "snapshot", "timestamp")

    def data(self, role: str) -> bytes:
        """A role as it stands, signed by whoever signs for it."""
        metadata: Metadata[Any] = Metadata(self.signed[role])
        for one in self.signers[role]:
            metadata.sign(one, append=True)
        return metadata.to_bytes(JSONSerializer())

    def served(self, role: str) -> bytes:
        """The newest bytes of a role that are served."""
        version = "" if role == "timestamp" else f"{self.signed[role].version}."
        if not self.consistent and role != "root":
            version = ""
        found = self.files[f"metadata/{version}{role}.json"]
        assert isinstance(found, bytes)
        return found

    def _tell(self, role: str, data: bytes) -> None:
        version = self.signed[role].version
        meta = MetaFile.from_data(version, data, ["sha256"]) if self.hashes else MetaFile(version)
        if role == "snapshot":
            self.signed["timestamp"].snapshot_meta = meta
        elif role != "timestamp":
            self.signed["snapshot"].meta[f"{role}.json"] = meta


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        number, _, path = self.path.lstrip("/").partition("/")
        repository = self.server.repositories[int(number)]
        repository.asked.append(path)
        content = repository.files.get(unquote(path))
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        if isinstance(content, bytes):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            for chunk in [content] if isinstance(content, bytes) else content():
                self.wfile.write(chunk)
        except OSError:  # whoever asked has heard enough
            self.close_connection = True

    def log_message(self, *_said: object) -> None:
        """Nothing: tests look at `asked`."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    repositories: list[Repository]


@contextmanager
def serving() -> Iterator[_Server]:
    """A web server on loopback, for as many repositories as are added to it."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.repositories = []
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Client:
    """The client under test in a folder of its own, and one repository that it knows."""

    def __init__(self, server: _Server, repository: Repository, folder: Path) -> None:
        self.repository = repository
        self.metadata, self.targets = folder / "metadata", folder / "targets"
        self.targets.mkdir(parents=True)
        self._root = folder / "trusted-root.json"
        server.repositories.append(repository)
        port = server.server_address[1]
        self.url = f"http://127.0.0.1:{port}/{len(server.repositories) - 1}"
        first = repository.files["metadata/1.root.json"]
        assert isinstance(first, bytes)
        self.trusted_root = first

    def arguments(self, command: str, name: str | None = None) -> list[str]:
        given = ["--metadata-url", f"{self.url}/metadata/", "--metadata-dir", str(self.metadata)]
        if name is not None:
            given += ["--target-name", name, "--target-dir", str(self.targets)]
            given += ["--target-base-url", f"{self.url}/targets/"]
        return [*given, command]

    def init(self) -> int:
        self._root.write_bytes(self.trusted_root)
        return tuf_client.main(["--metadata-dir", str(self.metadata), "init", str(self._root)])

    def refresh(self, *, days: int = 0) -> int:
        self.repository.asked.clear()
        now = datetime.now(UTC) + timedelta(days=days) if days else None
        return tuf_client.main(self.arguments("refresh"), now=now)

    def download(self, name: str) -> int:
        self.repository.asked.clear()
        return tuf_client.main(self.arguments("download", name))

    @property
    def asked(self) -> list[str]:
        """What the last command fetched, without the folders."""
        return [unquote(path).partition("/")[2] for path in self.repository.asked]

    @property
    def trusted(self) -> dict[str, int]:
        """Roles and versions that lie in the client's folder."""
        return {
            unquote(path.name).removesuffix(".json"): json.loads(path.read_bytes())["signed"][
                "version"
            ]
            for path in self.metadata.glob("*.json")
        }

    @property
    def downloaded(self) -> dict[str, bytes]:
        """Files that lie among the client's targets, by name."""
        return {unquote(path.name): path.read_bytes() for path in self.targets.iterdir()}
