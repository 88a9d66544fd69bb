"""An HMAC under the issuer's public key, which everybody knows, taken for a secret.

No algorithm with shared secrets is read (RFC 8725, 2.1; CVE-2015-9235; C87).
"""

import hmac
import json
from functools import partial

from amana.jwk import public_jwk
from amana.reasons import Outcome, Reason
from tests.amana_samples import key
from tests.jose_samples import credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


def test_alg_hs256_with_public_key() -> None:
    public = key("issuer").public
    for secret in (public.raw, public.multikey.encode(), json.dumps(public_jwk(public)).encode()):
        shared = partial(hmac.digest, secret, digest="sha256")
        assert judged(token(credential(), alg="HS256", sign=shared)) == EXPECT
