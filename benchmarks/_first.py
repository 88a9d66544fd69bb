"""A first verification in a fresh process: a credential on stdin, the verdict on stdout.

The registry is a value that is made here, as a station has it in memory; opening one from a disk
is another benchmark's matter.
"""

from __future__ import annotations

import sys

from benchmarks._world import NOW, world
from verifier import Policy, Tier, verify

if __name__ == "__main__":
    verdict = verify(
        sys.stdin.buffer.read(),
        snapshot=world(1).snapshot,
        policy=Policy(tier=Tier.REGISTERED),
        now=NOW,
    )
    print(verdict.outcome.value)
