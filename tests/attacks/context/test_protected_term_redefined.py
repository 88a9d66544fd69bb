"""A context of the document's own says that `entitlement` means what `reference` means.

Our terms are protected (JSON-LD 1.1 API, section 4.2.2, step 27; C93).
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.PROTECTED_TERM)


def test_protected_term_redefined() -> None:
    document = credential()
    check_terms(document)
    document["@context"].append({"entitlement": "https://amana.example/v1#reference"})
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
