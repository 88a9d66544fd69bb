"""A context imports another one, which would have to be fetched.

JSON-LD 1.1 API, section 4.1.2, step 5.6; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.UNDECIDED, Reason.UNSUPPORTED_TERM)


def test_context_imported() -> None:
    document = credential()
    check_terms(document)
    document["@context"].append({"@import": "https://evil.example/context/v1"})
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
