"""The digest of a decoy is itself handed in as a disclosure.

It is base64url of noise, and no JSON text (RFC 9901, 4.2.1).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import hashed, issued, judge, judged, read

EXPECT = (Outcome.REJECTED, Reason.NOT_UTF8)


def test_decoy_named_as_text() -> None:
    found = read(issued(decoys=1))
    real = {hashed(text) for text in found.disclosures}
    decoy = next(digest for digest in found.payload["_sd"] if digest not in real)
    assert judged(lambda: judge(found.text + decoy + "~")) == EXPECT
