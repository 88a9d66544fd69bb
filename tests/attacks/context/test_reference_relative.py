"""The issuer is a path, which becomes another URL wherever the document is read from.

JSON-LD 1.1 API, section 5.2.2; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.RELATIVE_IRI)


def test_reference_relative() -> None:
    document = credential()
    check_terms(document)
    document["issuer"] = "/issuers/14"
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
