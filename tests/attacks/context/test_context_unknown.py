"""A context by a URL that is not bundled: whoever serves it says what the document means.

It is never fetched (VC Data Integrity 1.0, section 2.4.1; C93).
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.UNDECIDED, Reason.UNKNOWN_CONTEXT)


def test_context_unknown() -> None:
    document = credential()
    check_terms(document)
    document["@context"].append("https://evil.example/context/v1")
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
