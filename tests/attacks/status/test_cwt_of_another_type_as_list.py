"""A CWT about something else, or one whose type nobody signed, is served as a list.

Its type is protected and says that it is a list (Token Status List, 5.2; RFC 9596).
"""

from amana.reasons import Outcome, Reason
from tests.status_lab import CWT_TYPE, asked, cwt

EXPECT = (Outcome.REJECTED, Reason.BAD_CWT)


def test_cwt_of_another_type_as_list() -> None:
    assert asked(cwt(header={1: -8})) == EXPECT
    assert asked(cwt(header={1: -8}, unprotected={16: CWT_TYPE})) == EXPECT
    assert asked(cwt(header={1: -8, 16: "application/cwt"})) == EXPECT
    assert asked(cwt(header={1: -8, 16: CWT_TYPE}, unprotected={16: "text/plain"})) == EXPECT
