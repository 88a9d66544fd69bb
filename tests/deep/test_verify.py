"""200,000 changes of good answers, credentials and codes: none is accepted, none raises."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from amana.jcs import canonical
from tests.mutations import mutate, mutate_text
from tests.simulator import NOW, Simulator, text_of
from verifier import Policy, Tier, verify
from verifier.book import Asked, Freshness

pytestmark = pytest.mark.deep
MUTATIONS = 200_000
SEED = 20_261_122


def test_changed_values(counts: Callable[..., None]) -> None:
    """Parsed values, QR characters and raw bytes, a third each (C93)."""
    sim = Simulator()
    snapshot = sim.snapshot()
    asked = Asked(challenge=sim.ask(), freshness=Freshness.FRESH)
    credential = sim.credential()
    answer = sim.present(credential, to=asked.challenge)
    policies = (Policy(), Policy(tier=Tier.REGISTERED))
    texts = [text_of(answer), text_of(credential)]
    written = [canonical(answer), canonical(credential)]
    random = Random(SEED)
    found: Counter[str] = Counter()
    for number in range(MUTATIONS):
        which = random.randrange(2)
        if number % 3 == 0:
            shown = json.dumps(mutate(random, (answer, credential)[which])).encode()
        elif number % 3 == 1:
            shown = mutate_text(random, texts[which]).encode()
        else:
            spoiled = bytearray(written[which])
            while bytes(spoiled) == written[which] or random.randrange(3) == 0:
                spoiled[random.randrange(len(spoiled))] ^= 1 << random.randrange(8)
            shown = bytes(spoiled)
        verdict = verify(shown, snapshot=snapshot, policy=policies[which], challenge=asked, now=NOW)
        assert not verdict.accepted, shown
        found[str(verdict.reason)] += 1
    assert len(found) > 10
    counts("verify", seed=SEED, inputs=MUTATIONS, reasons=len(found))
