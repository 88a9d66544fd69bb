"""The URL of a context that is not bundled hides in the definition of a term that nobody uses.

JSON-LD 1.1 API, section 4.2.2, step 21; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.UNDECIDED, Reason.UNKNOWN_CONTEXT)


def test_context_unknown_scoped() -> None:
    document = credential()
    check_terms(document)
    document["@context"].append(
        {"more": {"@id": "urn:evil:more", "@context": "https://evil.example/context/v1"}}
    )
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
