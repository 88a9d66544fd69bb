"""A list under a MAC whose key is the issuer's public key, which everybody has.

Only signatures are judged (Token Status List, 5.2 and 13; RFC 9052, 6).
"""

import hashlib
import hmac

import cbor2

from amana.reasons import Outcome, Reason
from tests.amana_samples import key
from tests.status_lab import CWT_TYPE, NUMBERED, asked, cwt

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


def test_cwt_mac() -> None:
    protected, payload = cbor2.dumps({1: 5, 16: CWT_TYPE}), cbor2.dumps(NUMBERED)
    mac = hmac.digest(
        key("issuer").public.raw,
        cbor2.dumps(["MAC0", protected, b"", payload]),
        hashlib.sha256,
    )
    assert asked(cbor2.dumps(cbor2.CBORTag(17, [protected, {}, payload, mac]))) == EXPECT
    assert asked(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, mac]))) == EXPECT
    assert asked(cwt(tag=17)) == EXPECT
