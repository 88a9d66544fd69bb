"""A context gives `@type` a second name; what reads `type` does not see the types under it.

JSON-LD 1.1 API, section 5.1.2, step 13.4.4; C93.
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.UNDECIDED, Reason.UNSUPPORTED_TERM)


def test_type_aliased() -> None:
    document = credential()
    check_terms(document)
    document["@context"].append({"kind": "@type"})
    document["kind"] = "StationCertificate"
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
