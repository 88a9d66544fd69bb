"""Two types of credential extend one another, so that reading their rules never ends.

A circle is refused (SD-JWT VC, 11.4).
"""

from __future__ import annotations

import json

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import VCT, issued, judge_vc, judged

EXPECT = (Outcome.REJECTED, Reason.BAD_TYPE_METADATA)


def test_type_loop() -> None:
    other = "https://evil.example/vct"
    documents = {
        VCT: json.dumps({"vct": VCT, "extends": other}).encode(),
        other: json.dumps({"vct": other, "extends": VCT}).encode(),
    }
    assert judged(lambda: judge_vc(issued(), metadata=documents)) == EXPECT
