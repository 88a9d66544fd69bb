"""did:key: the identifier is the key."""

from __future__ import annotations

import pytest

from amana.did.key import PREFIX, resolve, verification_method
from amana.errors import InputError
from amana.multibase import encode_base58
from amana.reasons import Reason
from tests.amana_samples import key, refused


def test_resolving_asks_nobody() -> None:
    public = key("holder").public
    assert resolve(public.did) == public
    assert verification_method(public.did) == f"{public.did}#{public.multikey}"
    assert public.did.startswith(PREFIX)


@pytest.mark.parametrize(
    ("did", "reason"),
    [
        ("", Reason.BAD_DID),
        ("did:web:a.example", Reason.BAD_DID),
        ("DID:KEY:z6Mk", Reason.BAD_DID),
        (" " + key("a").public.did, Reason.BAD_DID),
        ("did:key:", Reason.BAD_MULTIBASE),
        ("did:key:z6Mk", Reason.BAD_MULTIBASE),
        (key("a").public.did + " ", Reason.BAD_MULTIBASE),
        (key("a").public.did + "#x", Reason.BAD_MULTIBASE),
        (key("a").public.did + "?x=1", Reason.BAD_MULTIBASE),
        ("did:key:" + encode_base58(b"\xed\x01\x01" + bytes(31)), Reason.BAD_KEY),
        ("did:key:" + encode_base58(b"\xec\x01" + bytes(32)), Reason.BAD_KEY),
    ],
)
def test_no_did_key(did: str, reason: Reason) -> None:
    assert refused(lambda: resolve(did), error=InputError) is reason


def test_a_method_of_another_did_method() -> None:
    assert refused(lambda: verification_method("did:web:a.example")) is Reason.BAD_DID
