"""A list's purpose is an array within an array: some flatten it, others find no purpose.

One or more strings, and nothing else (Bitstring Status List, 2.2).
"""

from amana.proofs import eddsa_jcs
from amana.reasons import Outcome, Reason
from tests.amana_samples import KEY_ID, key
from tests.status_lab import bitstring, entry, judged

EXPECT = (Outcome.REJECTED, Reason.BAD_STATUS_LIST)


def test_purpose_nested() -> None:
    document = bitstring((0,))
    del document["proof"]
    document["credentialSubject"]["statusPurpose"] = ["suspension", ["revocation"]]
    signed = eddsa_jcs.sign(document, key=key("issuer"), verification_method=KEY_ID)
    assert judged(entry(), signed) == EXPECT
