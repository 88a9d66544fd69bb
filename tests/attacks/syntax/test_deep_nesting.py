"""Thousands of brackets, to exhaust the parser's stack.

Bounded before it is parsed (CVE-2023-1370).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.TOO_DEEP)


def test_deep_nesting() -> None:
    sim = Simulator()
    assert found(sim.judge(b'{"a":' * 5_000 + b"1" + b"}" * 5_000, tier=Tier.REGISTERED)) == EXPECT
