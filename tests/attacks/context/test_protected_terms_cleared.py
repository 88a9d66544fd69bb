"""The subject forgets all contexts with a null, and calls the claims by names of its own.

JSON-LD 1.1 API, section 4.1.2, step 5.1.1; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.PROTECTED_TERM)


def test_protected_terms_cleared() -> None:
    document = credential()
    check_terms(document)
    document["credentialSubject"]["@context"] = [
        None,
        {"purpose": "https://amana.example/v1#entitlement"},
    ]
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
