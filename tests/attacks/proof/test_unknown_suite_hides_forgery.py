"""A forged proof hides behind one of a suite that nobody here knows, to be called merely unknown.

What is false outweighs what is unknown (C43, C93).
"""

from amana.reasons import Outcome, Reason
from tests.proof_lab import changed, judged, pair

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_unknown_suite_hides_forgery() -> None:
    document = changed(pair(), 1, created="2026-11-22T12:00:00Z")
    unknown = {**document["proof"][0], "cryptosuite": "bbs-2023"}
    assert judged({**document, "proof": [unknown, document["proof"][1]]}) == EXPECT
