"""A claim becomes an index map; its keys are read by people and dropped in RDF.

JSON-LD 1.1 API, section 5.1.2, step 13.8; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.UNDECIDED, Reason.UNSUPPORTED_TERM)


def test_index_map() -> None:
    document = credential()
    check_terms(document)
    document["@context"].append({"amounts": {"@id": "urn:evil:amounts", "@container": "@index"}})
    document["credentialSubject"]["amounts"] = {"monthly": "500"}
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
