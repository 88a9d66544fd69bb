"""A regional registrar of three members, two of whom sign, each on a machine of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from amana.keys import SecretKey
from amana.sealed import KeyFile
from tests.ceremony_lab import Machine, reader
from tests.registry_lab import NOW, Issuer, Lab
from tests.vetting_lab import accredit, agree
from trust_registry.region import Region
from trust_registry.regional import stage_registrar, take
from trust_registry.registrars import RegistrarLimits, RegistrarMembers
from trust_registry.snapshot import Entry, State

NAME = "nairobi"
ROLE = f"registrar-{NAME}"


def limits(**changes: Any) -> RegistrarLimits:
    """To let organisations issue in Kenya, two of them."""
    given: dict[str, Any] = {
        "name": NAME,
        "title": "Nairobi cluster",
        "actions": frozenset({("issue", "PurposeCredential")}),
        "jurisdictions": frozenset({"KE"}),
        "most_entries": 2,
        "since": NOW,
    }
    return RegistrarLimits(**{**given, **changes})


class RegionLab:
    """A region, the machines of its members, and the consortium that it hands in to."""

    def __init__(self, lab: Lab, **changes: Any) -> None:
        self.lab = lab
        self.keys = [SecretKey.generate(lab.random) for _ in range(3)]
        named = {f"voice-{number}": key.public for number, key in enumerate(self.keys, 1)}
        bounds, anchor = limits(**changes), lab.consortium.anchor
        members = RegistrarMembers(name=bounds.name, members=named, threshold=2)
        folder = lab.folder / f"region-{bounds.name}"
        self.region = Region.create(folder, limits=bounds, members=members)
        self.machines = [
            Machine(key, lab.folder / f"state-{bounds.name}-{number}", anchor)
            for number, key in enumerate(self.keys, 1)
        ]

    @property
    def published(self) -> Path:
        return self.lab.published

    def add(self) -> None:
        """The consortium names the registrar's limits and members."""
        stage_registrar(self.lab.consortium, self.region.limits, self.region.signers)

    def entry(self, one: Issuer, **changes: Any) -> dict[str, Any]:
        given = {"registrar": NAME, "jurisdictions": ["KE"], "since": NOW, **changes}
        return one.entry(**given)

    def vote(self, entry: Mapping[str, Any], *, votes: int = 2) -> dict[str, Any]:
        """A complete vetting by members of the region, two of whom vote for it."""
        return accredit(self._voters(threshold=votes), entry)

    def agree(self, did: str, state: State, *, reason: str, now: datetime = NOW) -> None:
        """A measure that members of the region voted for, its notice over at `now`."""
        agree(self._voters(), did, state, reason=reason, now=now)

    def admit(self, one: Issuer, *, now: datetime = NOW, **changes: Any) -> Entry:
        """Vetted, voted for and staged."""
        return self.region.put_entry(self.vote(self.entry(one, **changes)), now=now)

    def draw(self, *, now: datetime = NOW) -> bytes:
        return self.region.draw_up(**self._carried(), now=now)

    def sign(
        self, draft: bytes, machines: Sequence[Machine] = (), *, now: datetime = NOW
    ) -> list[bytes]:
        chosen = machines or self.machines[:2]
        return [one.sign(draft, self.published, now=now) for one in chosen]

    def complete(self, draft: bytes, signed: Sequence[bytes], *, now: datetime = NOW) -> bytes:
        return self.region.complete(draft, signed, **self._carried(), now=now)

    def _carried(self) -> dict[str, Any]:
        return {"anchor": self.lab.consortium.anchor, "published": reader(self.published)}

    def signed(self, *, now: datetime = NOW) -> bytes:
        """What is staged, drawn up, signed by two and completed."""
        draft = self.draw(now=now)
        return self.complete(draft, self.sign(draft, now=now), now=now)

    def hand_in(self, data: bytes, *, now: datetime = NOW) -> None:
        take(self.lab.consortium, data, now=now)

    def publish(self, *, now: datetime = NOW) -> None:
        """Its members sign what is staged, and the consortium publishes it."""
        self.hand_in(self.signed(now=now), now=now)
        self.lab.publish(now=now)

    def staged(self) -> dict[str, bytes]:
        """All that lies in the consortium's folder of this registrar."""
        folder = self.lab.consortium.folder / "registrars" / NAME
        return {path.name: path.read_bytes() for path in folder.rglob("*.json")}

    def _voters(self, *, threshold: int = 2) -> Any:
        """The region as the lab of vettings takes it: a folder, members, and their keys."""
        founders = tuple(KeyFile(secret=key, demo=False) for key in self.keys)
        return _Voters(self.region, founders, threshold)


class _Voters:
    def __init__(self, region: Region, founders: tuple[KeyFile, ...], threshold: int) -> None:
        self.folder, self.members = region.folder, region.members
        self.founders, self.threshold = founders, threshold
