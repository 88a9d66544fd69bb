"""The disclosures of one credential are put behind the signed part of another.

Digests are salted: nothing there refers to them (RFC 9901, 7.1, step 5).
"""

from __future__ import annotations

from amana.proofs import sd_jwt
from amana.reasons import Outcome, Reason
from tests.deterministic import randomness
from tests.sd_jwt_samples import CLAIMS, HIDDEN, ISSUER, METHOD, TYPE, judge, judged, shown

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


def test_signed_part_swapped() -> None:
    other = sd_jwt.issue(
        CLAIMS,
        key=ISSUER,
        header={"typ": TYPE, "kid": METHOD},
        disclosable=HIDDEN,
        randomness=randomness("of another"),
    )
    swapped = shown(("name",))._replace(jwt=other.partition("~")[0])
    assert judged(lambda: judge(swapped)) == EXPECT
