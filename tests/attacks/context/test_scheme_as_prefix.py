"""`did` becomes a prefix: the ids in RDF are others than those that a program reads.

So a signed credential of somebody else could be shown as one's own (C93).
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.BAD_CONTEXT)


def test_scheme_as_prefix() -> None:
    document = credential()
    check_terms(document)
    document["@context"].append({"did": "https://evil.example/#"})
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
