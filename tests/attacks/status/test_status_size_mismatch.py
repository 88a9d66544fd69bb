"""A list has two bits a status, and the copy's entry says one: it looks at another's bits.

Entry and list have to agree (Bitstring Status List, 2.1 and 3.2).
"""

from amana.reasons import Outcome, Reason
from tests.status_lab import MESSAGES, bitstring, entry, judged

EXPECT = (Outcome.REJECTED, Reason.STATUS_SIZE_MISMATCH)


def test_status_size_mismatch() -> None:
    document = bitstring({5: 3}, status_size=2, messages=MESSAGES)
    assert judged(entry(index=5), document) == EXPECT
    eight = tuple(map(str, range(8)))
    assert judged(entry(index=5, size=3, messages=eight), document) == EXPECT
    good = entry(index=5, size=2, messages=MESSAGES)
    assert judged(good, document) == (Outcome.REJECTED, Reason.REVOKED)
