"""A host that nobody vouches for serves a perfect document: good keys, and nothing behind them.

Its issuer is unknown to the registry, and the resolution says so.
"""

from amana.reasons import Outcome, Reason
from tests import did_lab as lab
from tests.amana_samples import written
from tests.simulator import Simulator
from trust_registry.resolve import Resolver, Source

EXPECT = (Outcome.UNDECIDED, Reason.ISSUER_UNKNOWN)


def test_network_is_no_trust() -> None:
    sim = Simulator()
    did = "did:web:looks-like-relief.example"
    resolver = Resolver(snapshot=sim.snapshot(), fetch=lambda *_: written(lab.state(did)))
    found = resolver.resolve(did, now=sim.now)
    assert found.source is Source.NETWORK
    assert found.reason is not None
    assert (found.reason.outcome, found.reason) == EXPECT
