"""The subject's id is no absolute IRI: RDF drops all that is said of it.

JSON-LD 1.1 API, section 8.1.2; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.RELATIVE_IRI)


def test_id_relative() -> None:
    document = credential()
    check_terms(document)
    document["credentialSubject"]["id"] = "z6MkpePYY7ghgbKof"
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
