"""A claim that no context defines stands beside the signed ones.

RDF does not hold it, so a proof over RDF would still fit (VC Data Model 2.0, 5.2; C93).
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.UNKNOWN_TERM)


def test_term_dropped() -> None:
    document = credential()
    check_terms(document)
    document["credentialSubject"]["monthlyAmount"] = 500
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
