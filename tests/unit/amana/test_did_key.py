"""did:key: the identifier is the key."""

from __future__ import annotations

import pytest

from amana.did.key import PREFIX, resolve, resolve_any, verification_method
from amana.errors import InputError
from amana.limits import LIMITS
from amana.multibase import encode_base58
from amana.reasons import Outcome, Reason
from tests.amana_samples import key, refused
from tests.jose_samples import P256Key


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


def test_both_kinds_of_key_resolve() -> None:
    ours, theirs = key("holder").public, P256Key("theirs").public
    assert resolve_any(ours.did) == ours
    assert resolve_any(theirs.did) == theirs
    assert verification_method(theirs.did) == f"{theirs.did}#{theirs.multikey}"
    assert refused(lambda: resolve(theirs.did)) is Reason.BAD_MULTIBASE


@pytest.mark.parametrize(
    ("did", "reason"),
    [
        ("", Reason.BAD_DID),
        ("did:web:a.example", Reason.BAD_DID),
        ("did:key:", Reason.BAD_MULTIBASE),
        ("did:key:1.1:" + key("a").public.multikey, Reason.BAD_MULTIBASE),
        (key("a").public.did + "#" + key("a").public.multikey, Reason.BAD_MULTIBASE),
        ("did:key:" + encode_base58(b"\xed\x01\x01" + bytes(31)), Reason.BAD_KEY),
        ("did:key:" + encode_base58(b"\x80\x24\x02" + b"\xff" * 32), Reason.BAD_KEY),
        ("did:key:" + encode_base58(b"\xec\x01" + bytes(32)), Reason.KEY_KIND_UNKNOWN),
        ("did:key:z" + "2" * LIMITS.did_chars, Reason.BAD_DID),
    ],
)
def test_no_key_of_either_kind(did: str, reason: Reason) -> None:
    assert refused(lambda: resolve_any(did), error=InputError) is reason


def test_another_kind_of_key_is_only_unknown() -> None:
    """Such a key may be good, and others may know it."""
    assert Reason.KEY_KIND_UNKNOWN.outcome is Outcome.UNDECIDED
