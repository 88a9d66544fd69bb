"""A ceremony of a lab: members who sign on machines of their own, and what lies between them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from amana.errors import AmanaError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry import ceremony
from trust_registry.ceremony import Look
from trust_registry.statement import Statement


@dataclass(frozen=True)
class Table:
    """The members of a lab's consortium, each with a folder of their own, and the coordinator."""

    lab: Lab

    def start(self, **how: Any) -> bytes:
        """What is staged, voted on, as a package to be signed."""
        self.lab.decide()
        return ceremony.start(self.lab.consortium, now=NOW, **how).data()

    def look(
        self, member: int, package: bytes, *, published: Path | None = None, now: datetime = NOW
    ) -> Look:
        """What a member's own machine says of a package, and of what is said to be published."""
        folder = published or self.lab.published
        return ceremony.look(
            package,
            anchor=self.lab.consortium.anchor,
            published=lambda name: path.read_bytes() if (path := folder / name).is_file() else None,
            state=self._state(member),
            now=now,
        )

    def sign(self, member: int, package: bytes, *, confirmed: str = "", **how: Any) -> bytes:
        """The signatures of a member who confirms a digest: that of this package, or another."""
        seen = self.look(member, package, **how)
        return ceremony.sign_package(
            seen,
            signer=self.lab.keys[member],
            confirmed=confirmed or seen.package.digest,
            state=self._state(member),
            anchor=self.lab.consortium.anchor,
        ).data()

    def finish(self, package: bytes, signatures: Sequence[bytes]) -> Statement:
        """The coordinator publishes."""
        return ceremony.finish(self.lab.consortium, package, signatures, now=NOW)

    def held(self) -> bytes:
        """One whole ceremony, by members 0 and 1; its package."""
        package = self.start()
        self.finish(package, [self.sign(member, package) for member in (0, 1)])
        return package

    def _state(self, member: int) -> Path:
        return self.lab.folder / f"machine-{member}"


def edited(package: bytes, change: Callable[[Any], None]) -> bytes:
    """A package in which somebody has changed something."""
    document = json.loads(package)
    change(document)
    return canonical(document)


def reason_of(call: Callable[[], object]) -> tuple[type[Exception], Reason, dict[str, str | int]]:
    """The error that `call` ends in."""
    try:
        call()
    except AmanaError as error:
        return type(error), error.reason, error.where
    raise AssertionError("nothing was refused")
