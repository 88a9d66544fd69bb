"""A DID document names a key of small order, under which anybody's signature would fit.

Such a key is refused when it is read, whichever library is under it.
"""

import pytest

from amana.did.document import parse_document
from amana.errors import InputError
from amana.jwk import public_jwk
from amana.multibase import encode_base58, to_base64url
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.BAD_KEY)
DID = "did:web:relief.example"
IDENTITY = b"\x01" + bytes(31)


@pytest.mark.parametrize(
    "material",
    [
        {"type": "Multikey", "publicKeyMultibase": encode_base58(b"\xed\x01" + IDENTITY)},
        {
            "type": "Ed25519VerificationKey2020",
            "publicKeyMultibase": encode_base58(b"\xed\x01" + bytes(32)),
        },
        {
            "type": "JsonWebKey",
            "publicKeyJwk": {
                **public_jwk(lab.key_of("one").public),
                "x": to_base64url(IDENTITY),
            },
        },
    ],
)
def test_small_order_key(material: dict[str, object]) -> None:
    document = lab.state(DID)
    document["verificationMethod"] = [{"id": "#key-1", "controller": DID, **material}]
    with pytest.raises(InputError) as caught:
        parse_document(document, did=DID)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
