"""Members at work on machines of their own: each has a key, a trust anchor and a state folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from amana.keys import PublicKey, SecretKey
from tests.registry_lab import CHEAP, NOW, PASSPHRASE, Lab
from trust_registry._package import Package
from trust_registry._previous import Read
from trust_registry.ceremony import Change, Look, finish, look, sign_package, start
from trust_registry.consortium import Consortium
from trust_registry.statement import Statement


def reader(published: Path) -> Read:
    """Reads what was carried to a machine."""
    return lambda name: path.read_bytes() if (path := published / name).exists() else None


@dataclass(frozen=True)
class Machine:
    """One member's own."""

    key: SecretKey
    state: Path
    anchor: bytes

    def look(self, package: bytes, published: Path, *, now: datetime = NOW) -> Look:
        return look(
            package,
            anchor=self.anchor,
            published=reader(published),
            state=self.state,
            now=now,
        )

    def sign(self, package: bytes, published: Path, *, now: datetime = NOW) -> bytes:
        seen = self.look(package, published, now=now)
        signed = sign_package(
            seen,
            signer=self.key,
            confirmed=seen.package.digest,
            state=self.state,
            anchor=self.anchor,
        )
        return signed.data()


def machines(lab: Lab, *more: SecretKey) -> list[Machine]:
    """A machine for each founder, and for whoever joins."""
    keys = [*lab.keys, *more]
    anchor = lab.consortium.anchor
    return [Machine(key, lab.folder / f"state-{n}", anchor) for n, key in enumerate(keys, 1)]


def desk(lab: Lab) -> Consortium:
    """The consortium's folder as the coordinator opens it: no member's key is there."""
    return Consortium.open(lab.consortium.folder, passphrase=PASSPHRASE)


def begin(lab: Lab, *, now: datetime = NOW, **more: Any) -> Package:
    """Start a ceremony about what is staged, once it was voted for."""
    lab.decide()
    given = {"passphrase": PASSPHRASE, "randomness": lab.random, "cost": CHEAP}
    return start(desk(lab), now=now, **{**given, **more})


def hold(lab: Lab, signers: Sequence[Machine], *, now: datetime = NOW, **more: Any) -> Statement:
    """A whole ceremony, in which everybody does what they should."""
    package = begin(lab, now=now, **more).data()
    signed = [one.sign(package, lab.published, now=now) for one in signers]
    return finish(desk(lab), package, signed, now=now, passphrase=PASSPHRASE)


def members(lab: Lab, **changes: PublicKey | None) -> dict[str, PublicKey]:
    """The members by name, with some of them added, replaced or (None) gone."""
    found = {member.name: member.public for member in desk(lab).members}
    for name, key in changes.items():
        named = name.replace("_", "-")
        found.pop(named, None) if key is None else found.update({named: key})
    return found


__all__ = ["Change", "Machine", "begin", "desk", "hold", "machines", "members", "reader"]
