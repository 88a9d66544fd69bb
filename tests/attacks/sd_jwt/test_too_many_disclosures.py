"""A hundred thousand disclosures, to keep a verifier busy.

They are counted before one of them is read.
"""

from __future__ import annotations

import time

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, issued, judge, judged

EXPECT = (Outcome.REJECTED, Reason.TOO_MANY_DISCLOSURES)


def test_too_many_disclosures() -> None:
    flood = issued() + (disclosure("salt", "a", 1) + "~") * 100_000
    began = time.process_time()
    assert judged(lambda: judge(flood)) == EXPECT
    assert time.process_time() - began < 0.1
