"""Whoever holds the host of a pinned issuer serves a document with another key.

The registry's pins are all that counts for a DID that it knows; its host is not even asked (C111).
"""

import pytest

from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab
from tests.amana_samples import written
from tests.simulator import Simulator
from trust_registry.resolve import Resolver

EXPECT = (Outcome.UNDECIDED, Reason.KEY_UNKNOWN)


def test_pinned_answered_by_network() -> None:
    sim = Simulator()
    did = sim.issuer.did
    asked: list[str] = []

    def host(url: str, _limit: int) -> bytes:
        asked.append(url)
        document = lab.state(did, signer="thief")
        document["verificationMethod"][0]["id"] = f"{did}#key-9"
        return written({**document, "assertionMethod": [f"{did}#key-9"]})

    resolver = Resolver(snapshot=sim.snapshot(), fetch=host)
    with pytest.raises(VerificationError) as caught:
        resolver.key(f"{did}#key-9", purpose="assertionMethod", now=sim.now)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
    assert asked == []
