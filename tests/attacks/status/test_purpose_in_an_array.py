"""An issuer hides `revocation` behind `suspension` in one list, and then clears a bit.

A revocation is for ever, whatever else its list is for (C79; Bitstring Status List, 2.2).
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from amana.reasons import Outcome, Reason
from tests.status_lab import bitstring, entry, judged, outcome_of, read_bitstring
from trust_registry.collect import check_newer

EXPECT = (Outcome.REJECTED, Reason.REVOCATION_CLEARED)


@pytest.mark.parametrize(
    "purposes", [("suspension", "revocation"), ("revocation", "suspension"), ("revocation",)]
)
def test_purpose_in_an_array(purposes: tuple[str, ...]) -> None:
    before = read_bitstring(bitstring((7,), purpose=purposes))
    after = read_bitstring(bitstring((), purpose=purposes))
    after = replace(after, valid_from=after.valid_from + timedelta(days=1))
    assert outcome_of(lambda: check_newer(before, after)) == EXPECT
    given = entry(index=7, purpose="revocation")
    assert judged(given, bitstring((7,), purpose=purposes)) == (Outcome.REJECTED, Reason.REVOKED)
