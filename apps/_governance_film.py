"""The governance film: months of a consortium's life, played with real keys in one folder.

Each scene does what a member, an applicant or a thief would do, by the same calls as the commands,
and writes down what came of it. What is refused here was refused by the code, not by the author.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from amana.errors import AmanaError
from amana.keys import PublicKey, SecretKey
from amana.strict_json import JsonObject
from apps._cast import COST, PASSPHRASE
from apps._governance_cast import CIRCLE, NAMES, text_of
from trust_registry import client
from trust_registry.ceremony import Change, finish, look, sign_package, start
from trust_registry.consortium import Consortium
from trust_registry.log import Checkpoint, read_checkpoint
from trust_registry.page import Judged, Mark, Scene
from trust_registry.snapshot import Snapshot
from verifier.policy import Policy, Tier
from verifier.verify import verify
from verifier.words import HEADLINES, say

__all__ = ["Film", "refused"]

_LONG: Final = re.compile(r"z6Mk[A-Za-z0-9]{20,}|[0-9a-f]{32,}(?:[+][^ ]+)?")


@dataclass
class Film:
    """The state of the story: the consortium, who holds which key, and the scenes so far.

    `now` is the day of the story. `names` gives the made-up name of each member.
    """

    out: Path
    began: datetime
    consortium: Consortium
    keys: dict[str, SecretKey] = field(repr=False)
    names: dict[str, str]
    now: datetime
    scenes: list[Scene] = field(default_factory=list)
    last_signers: tuple[str, ...] = ()

    @classmethod
    def begin(cls, out: Path, *, began: datetime) -> Film:
        """Five members found their registry; each keeps a key."""
        consortium = Consortium.create(
            out / "circle",
            name=CIRCLE,
            passphrase=PASSPHRASE,
            randomness=os.urandom,
            now=began,
            members=len(NAMES),
            threshold=3,
            demo=True,
            cost=COST,
            bin_bits=2,
        )
        members = [member.name for member in consortium.members]
        return cls(
            out=out,
            began=began,
            consortium=consortium,
            keys={m: one.secret for m, one in zip(members, consortium.founders, strict=True)},
            names=dict(zip(members, NAMES, strict=True)),
            now=began,
        )

    @property
    def vetting(self) -> Path:
        """Where the papers of applicants lie."""
        return self.consortium.folder / "vetting"

    @property
    def members(self) -> Mapping[str, PublicKey]:
        """Who signs, by the name that the registry has."""
        return {member.name: member.public for member in self.consortium.members}

    def on_day(self, day: int) -> datetime:
        """Go on to a day of the story, counted from its beginning."""
        self.now = self.began + timedelta(days=day)
        return self.now

    def who(self, *names: str) -> list[str]:
        """The registry's names of the people named."""
        by_name = {shown: member for member, shown in self.names.items()}
        return [by_name[name] for name in names]

    def publish(
        self,
        names: Iterable[str],
        *,
        change: Change | None = None,
        on_the_way: Callable[[bytes], bytes] | None = None,
    ) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
        """A ceremony: each of the people named looks at what differs, and signs, on their own.

        `on_the_way` is what a coordinator does to the package after the first signature. Returns
        who signed, and what the first of them was shown.

        Raises: RegistryError as `trust_registry.ceremony`. Then nothing is published.
        """
        shown = tuple(names)
        package = start(self.consortium, now=self.now, change=change)
        data = package.data()
        carried = data
        signatures: list[bytes] = []
        seen: tuple[str, ...] = ()
        for name in shown:
            member = self.who(name)[0]
            state = self.out / "members" / name
            found = look(
                carried,
                anchor=self.consortium.anchor,
                published=self.published,
                state=state,
                now=self.now,
            )
            if not signatures:
                seen = tuple(_short(difference.words) for difference in found.differences)
            signed = sign_package(
                found,
                signer=self.keys[member],
                # Told by word of mouth: the digest of what the coordinator put together.
                confirmed=package.digest,
                state=state,
                anchor=self.consortium.anchor,
            )
            signatures.append(signed.data())
            if on_the_way is not None:
                carried = on_the_way(carried)
        finish(self.consortium, data, signatures, now=self.now)
        self.last_signers = shown
        if change is not None:
            self.consortium = Consortium.open(self.consortium.folder, passphrase=PASSPHRASE)
        return self.marks(shown), seen

    def published(self, name: str) -> bytes | None:
        """One file of what the circle has published."""
        path = self.consortium.published / name
        return path.read_bytes() if path.exists() else None

    def snapshot(self) -> Snapshot:
        """The registry as a station without a network carries it."""
        return client.load(
            self.consortium.published,
            root=self.consortium.anchor,
            cache=self.out / "station",
            now=self.now,
        )

    def checkpoint(self) -> Checkpoint:
        """The head of the log, as a station has it."""
        key = self.consortium.chronicle().key
        return read_checkpoint(self.snapshot().checkpoint or b"", key=key)

    def log_file(self, name: str) -> bytes | None:
        """One file of the published log."""
        return self.published(f"log/{name}")

    def judge(self, proof: JsonObject, title: str) -> Judged:
        """What the station says of a proof that somebody shows on paper, today."""
        verdict = verify(
            text_of(proof),
            snapshot=self.snapshot(),
            policy=Policy(tier=Tier.REGISTERED, purpose="food"),
            challenge=None,
            now=self.now,
        )
        # What is accepted carries a note that all of this is a demonstration; the page says so.
        why = "" if verdict.accepted or verdict.reason is None else f": {say(verdict.reason)}"
        return Judged(
            proof=title, outcome=verdict.outcome, words=f"{HEADLINES[verdict.outcome]}{why}"
        )

    def marks(self, yes: Iterable[str], *, no: Mapping[str, str] | None = None) -> tuple[Mark, ...]:
        """Every member's mark: who did it, who spoke against it, and who was not there."""
        against = dict(no or {})
        done = set(yes)
        return tuple(
            Mark(who=shown, kind="yes")
            if shown in done
            else Mark(who=shown, kind="no", words=against[shown])
            if shown in against
            else Mark(who=shown, kind="open", words="was not asked")
            for member, shown in self.names.items()
            if member in self.members
        )


def _short(words: str) -> str:
    """Keys and digests by their beginnings: on a page nobody compares them."""
    return _LONG.sub(lambda found: f"{found[0][:10]}…", words)


def refused(act: Callable[[], object]) -> tuple[str, str]:
    """The reason for which `act` is refused, and the rule; that it is refused is the story.

    Raises: RuntimeError if it is not (ours).
    """
    try:
        act()
    except AmanaError as error:
        return error.reason.value, error.detail
    raise RuntimeError("this should have been refused")
