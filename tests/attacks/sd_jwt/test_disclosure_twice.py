"""One disclosure is handed in twice, so that a claim may count twice.

Each stands there once (RFC 9901, 7.1, steps 4 and 5).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import judge, judged, shown

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


def test_disclosure_twice() -> None:
    found = shown(("languages", 0))
    twice = found._replace(
        disclosures=[*found.disclosures, *found.disclosures],
        parts=[*found.parts, *found.parts],
    )
    assert judged(lambda: judge(twice)) == EXPECT
