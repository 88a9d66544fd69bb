"""The issuer's key is a point of another, weaker curve.

Points are checked before any library sees them (NIST SP 800-56A, 5.6.2.3; C87).
"""

from cryptography.hazmat.primitives.asymmetric import ec

from amana.did.key import verification_method
from amana.multibase import encode_base58
from amana.reasons import Outcome, Reason
from tests.jose_samples import P256Key, credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_KEY)


def test_point_off_curve() -> None:
    off = next(x for x in range(1, 99) if is_off_curve(x))
    did = "did:key:" + encode_base58(b"\x80\x24\x02" + off.to_bytes(32, "big"))
    document = credential(issuer=did)
    forged = token(document, alg="ES256", kid=verification_method(did), sign=P256Key("x").sign)
    assert judged(forged) == EXPECT


def is_off_curve(x: int) -> bool:
    """Another library's word for it."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(
            ec.SECP256R1(), b"\x02" + x.to_bytes(32, "big")
        )
    except ValueError:
        return True
    return False
