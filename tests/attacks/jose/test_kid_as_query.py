"""`kid` closes a database's quotation marks and brings a key of the thief's.

It is compared, never put into a query; what looks like one is no URL (RFC 8725, 3.10; C87).
"""

from amana.reasons import Outcome, Reason
from tests.jose_samples import ISSUER, METHOD, credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_JWT)


def test_kid_as_query() -> None:
    queries = ["x' UNION SELECT 'key", f"{METHOD}' OR '1'='1", f'{ISSUER}#";--', "k; DROP TABLE x"]
    for kid in queries:
        assert judged(token(credential(iss=ISSUER), kid=kid)) == EXPECT
