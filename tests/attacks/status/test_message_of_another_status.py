"""Two messages for one status, none for another: two readers choose two of them.

Each status has exactly one message (Bitstring Status List, 2.1).
"""

from amana.credential import check_credential
from amana.reasons import Outcome, Reason
from tests.amana_samples import foreign
from tests.status_lab import MESSAGES, entry, outcome_of

EXPECT = (Outcome.REJECTED, Reason.BAD_CREDENTIAL)


def test_message_of_another_status() -> None:
    status = entry(purpose="message", size=2, messages=MESSAGES).document()
    status["statusMessage"][3] = {"status": "0x01", "message": "all is well"}
    assert outcome_of(lambda: check_credential(foreign(credentialStatus=status))) == EXPECT
