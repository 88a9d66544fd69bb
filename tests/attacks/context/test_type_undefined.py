"""A further type that no context defines: a program reads it, a proof over RDF does not cover it.

JSON-LD 1.1 API, section 5.1.2, step 13.4.4; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.UNKNOWN_TERM)


def test_type_undefined() -> None:
    document = credential()
    check_terms(document)
    document["type"].append("DisabilityCredential")
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
