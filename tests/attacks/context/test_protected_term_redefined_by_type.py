"""A type brings a context, and in it a protected term means something else.

Only a property's own context may do that, and no type's (section 4.1.2; C93).
"""

import pytest

from amana.errors import InputError
from amana.reasons import Outcome, Reason
from amana.terms import check_terms
from tests.amana_samples import credential

EXPECT = (Outcome.REJECTED, Reason.PROTECTED_TERM)


def test_protected_term_redefined_by_type() -> None:
    document = credential()
    check_terms(document)
    evil = {"@id": "urn:evil:T", "@context": {"purpose": "https://evil.example/#purpose"}}
    document["@context"].append({"EvilType": evil})
    document["credentialSubject"]["type"] = "EvilType"
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert (error.value.reason.outcome, error.value.reason) == EXPECT
