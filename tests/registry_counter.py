"""A counter that relies on the registry of a lab: what it says of a good proof, then."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests import simulator
from tests.registry_lab import Lab
from tests.simulator import Expect, Simulator, found
from trust_registry.snapshot import Snapshot
from verifier import Tier

ISSUED = date(2026, 11, 1)


class _Counter(Simulator):
    def __init__(self, lab: Lab, snapshot: Snapshot, now: datetime) -> None:
        super().__init__()
        self.issuer = simulator.Issuer(did=lab.relief.did, key=lab.relief.key)
        self.now = now
        self._snapshot = snapshot

    def snapshot(self) -> Snapshot:
        return self._snapshot


def judged(
    lab: Lab, snapshot: Snapshot, *, now: datetime, tier: Tier = Tier.CHECKED, years: int = 1
) -> Expect:
    """The verdict on an answered challenge with a credential of the lab's organisation.

    The credential is good for so many `years`; only registry and clock can speak against it.
    """
    counter = _Counter(lab, snapshot, now)
    certificate = counter.certificate(valid_from=now - timedelta(days=1))
    asked = counter.ask(certificate=certificate, expires=now + timedelta(minutes=3))
    until = ISSUED.replace(year=ISSUED.year + years)
    credential = counter.credential(valid_from=ISSUED, valid_until=until)
    return found(counter.judge(counter.present(credential, to=asked), asked, tier=tier))
