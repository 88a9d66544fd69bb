"""A credential has statuses of two bits and names three of the four: the fourth may mean anything.

The issuer commits to every message when it signs (Bitstring Status List, 2.1).
"""

from amana.credential import check_credential
from amana.reasons import Outcome, Reason
from tests.amana_samples import foreign
from tests.status_lab import MESSAGES, entry, outcome_of

EXPECT = (Outcome.REJECTED, Reason.BAD_CREDENTIAL)


def test_messages_of_wrong_length() -> None:
    for messages in (MESSAGES[:3], (*MESSAGES, "more"), MESSAGES * 2):
        status = entry(purpose="message", size=2, messages=messages).document()
        assert outcome_of(lambda s=status: check_credential(foreign(credentialStatus=s))) == EXPECT  # type: ignore[misc]
