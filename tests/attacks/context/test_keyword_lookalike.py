"""A member that looks like a keyword is ignored by every processor, and read by a person.

JSON-LD 1.1 API, section 5.2.2, step 2; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.UNKNOWN_TERM)


def test_keyword_lookalike() -> None:
    document = credential()
    check_terms(document)
    document["credentialSubject"]["@entitlement"] = "family-of-nine"
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
