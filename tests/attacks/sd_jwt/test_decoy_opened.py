"""A disclosure is made up for a digest that hides nothing.

Nobody finds a text for a given digest, so one with another digest is all there can be; nothing
refers to it (RFC 9901, 7.1, step 5).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, hashed, issued, judge, judged, read

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


def test_decoy_opened() -> None:
    found = read(issued(decoys=3))
    real = {hashed(text) for text in found.disclosures}
    decoy = next(digest for digest in found.payload["_sd"] if digest not in real)
    made_up = disclosure(decoy, "entitlement", "everything")
    assert judged(lambda: judge(found.text + made_up + "~")) == EXPECT


def test_a_decoy_stays_what_it_is() -> None:
    found = read(issued(decoys=3))
    assert judge(found).claims == judge(issued()).claims
