"""A context gives `@id` a second name, so that the subject has two ids: one signed, one shown.

JSON-LD 1.1 API, section 5.1.2, step 13.4.2; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.UNDECIDED, Reason.UNSUPPORTED_TERM)


def test_id_aliased() -> None:
    document = credential()
    check_terms(document)
    document["@context"].append({"holderId": "@id"})
    document["credentialSubject"]["holderId"] = "did:example:somebody-else"
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
