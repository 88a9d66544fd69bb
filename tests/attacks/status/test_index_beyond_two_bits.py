"""A list of two bits a status has half as many places as bits: an index in the second half is none.

Whoever reads a place as a bit finds a clear one there (Bitstring Status List, 3.2).
"""

from amana.limits import LIMITS
from amana.reasons import Outcome, Reason
from tests.status_lab import MESSAGES, bitstring, entry, judged

EXPECT = (Outcome.REJECTED, Reason.STATUS_INDEX_OUT_OF_RANGE)
LIST = {"status_size": 2, "messages": MESSAGES}


def test_index_beyond_two_bits() -> None:
    last = LIMITS.status_list_bits_min - 1
    document = bitstring({last: 1}, **LIST)
    assert judged(entry(index=last, size=2, messages=MESSAGES), document) is not None
    assert judged(entry(index=last + 1, size=2, messages=MESSAGES), document) == EXPECT
    assert judged(entry(index=2 * last, size=2, messages=MESSAGES), document) == EXPECT
