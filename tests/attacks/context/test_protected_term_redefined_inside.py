"""The subject brings a context of its own, in which `entitlement` means something else.

A nested context may redefine protected terms as little as an outer one (section 4.2.2; C93).
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.PROTECTED_TERM)


def test_protected_term_redefined_inside() -> None:
    document = credential()
    check_terms(document)
    subject = document["credentialSubject"]
    subject["@context"] = {"entitlement": {"@id": "https://evil.example/#none"}}
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
