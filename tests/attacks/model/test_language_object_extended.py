"""A name in a language carries a further member, which JSON-LD drops and a screen might show.

A language value object has three members (VC Data Model 2.0, section 11.1; C93).
"""

from amana.credential import check_credential
from amana.reasons import Outcome, Reason
from tests.amana_samples import foreign
from tests.proof_lab import found

EXPECT = (Outcome.REJECTED, Reason.BAD_CREDENTIAL)


def test_language_object_extended() -> None:
    name = {"@value": "Food card", "@language": "en", "url": "https://evil.example"}
    assert found(lambda: check_credential(foreign(name=name))) == EXPECT
