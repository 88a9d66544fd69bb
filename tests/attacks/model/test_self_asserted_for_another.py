"""A holder writes a credential in an issuer's name, leaves it unsigned, and signs the whole answer.

Without a proof of its own it is the holder's word (VC Data Model 2.0, section 4.13.4; C93).
"""

from amana.presentation import build_presentation, check_presentation, check_self_asserted
from amana.reasons import Outcome, Reason
from tests.amana_samples import foreign, key
from tests.proof_lab import found

EXPECT = (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_self_asserted_for_another() -> None:
    answer = build_presentation([foreign()], key=key("holder"), challenge="c", domain="d")
    assert found(lambda: check_self_asserted(check_presentation(answer))) == EXPECT
