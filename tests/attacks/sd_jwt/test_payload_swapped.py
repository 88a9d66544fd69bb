"""The signed payload is exchanged: one digest more, for a claim that the holder makes up.

The payload is signed (RFC 9901, 7.1, step 2.b).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, hashed, judge, judged, rewritten, shown

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_payload_swapped() -> None:
    found = shown(("name",))
    made_up = disclosure("salt", "entitlement", "everything")

    def add(payload: dict[str, list[str]]) -> dict[str, list[str]]:
        return {**payload, "_sd": [*payload["_sd"], hashed(made_up)]}

    forged = found._replace(
        jwt=rewritten(found.jwt, add), disclosures=[*found.disclosures, made_up]
    )
    assert judged(lambda: judge(forged)) == EXPECT
