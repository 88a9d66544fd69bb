"""Claims that are null or an empty list vanish in RDF: adding them breaks no proof over RDF.

JSON-LD 1.1 API, section 5.1.2, step 13.14; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.BAD_TERM_VALUE)


def test_null_and_empty() -> None:
    document = credential()
    check_terms(document)
    document["credentialSubject"]["specificNeeds"] = []
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
