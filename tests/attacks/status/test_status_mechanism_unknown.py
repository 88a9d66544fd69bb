"""A token's status is kept by a mechanism that nobody here reads, so that no list is looked at.

Not readable is not clear: unknown (Token Status List, 6.1; C11).
"""

from amana.reasons import Outcome, Reason
from amana.token_status import read_status_claim
from tests.status_lab import URI, outcome_of

EXPECT = (Outcome.UNDECIDED, Reason.STATUS_UNKNOWN)


def test_status_mechanism_unknown() -> None:
    claims = {"status": {"identifier_list": {"id": "AA", "uri": URI}}}
    assert outcome_of(lambda: read_status_claim(claims)) == EXPECT
