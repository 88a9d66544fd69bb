"""Status lists of ours read by openvc-core (Python), and theirs here; nothing tampered passes.

openvc-core has no CWT, no statuses of several bits in W3C's lists, and no messages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from amana.credential import StatusEntry, check_credential
from amana.jwk import public_jwk, read_public_jwk
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.status import judge_entry, read_status_list
from amana.token_status import (
    build_status_list_jwt,
    read_status_claim,
    read_token_status_list,
)
from tests.amana_samples import KEY_ID, LIST_URL, NOW, foreign, key, refused, written
from tests.deterministic import randomness
from tests.jose_samples import P256Key
from tests.status_lab import bitstring

openvc = pytest.importorskip("openvc", reason="openvc-core is not installed")

from openvc import status as theirs  # noqa: E402
from openvc.keys import Ed25519SigningKey, P256SigningKey  # noqa: E402

URI = "https://aid.example/statuslists/1"
COUNT = 500
SIZES = [1, 2, 4, 8]


def statuses(size: int) -> dict[int, int]:
    drawn = randomness(f"interop {size}")(60)
    return {place * 8 + drawn[place] % 8: drawn[place] % (1 << size) for place in range(60)}


def their_list(size: int) -> bytearray:
    found: bytearray = theirs.new_status_list(COUNT, bits=size)
    for place, status in statuses(size).items():
        theirs.set_status(found, place, status, bits=size)
    return found


@pytest.mark.parametrize("size", SIZES)
def test_our_token_list_there(size: int) -> None:
    token = build_status_list_jwt(
        statuses(size), count=COUNT, size=size, uri=URI, key=key("issuer"), issued=NOW,
        expires=NOW + timedelta(days=1), ttl=timedelta(hours=1), key_id="1",
    )  # fmt: skip
    jwk = public_jwk(key("issuer").public)
    claims = theirs.verify_status_list_token(token, public_key_jwk=jwk, expected_uri=URI, now=NOW)
    for place in range(COUNT):
        reference = theirs.build_token_status_reference(uri=URI, index=place)
        found = theirs.check_token_status(reference, resolve_status_list_token=lambda _: claims)
        assert found is not None
        assert found.status == statuses(size).get(place, 0)
        ours = read_status_claim(reference)
        assert ours is not None
        assert (ours.uri, ours.idx) == (URI, place)


def test_our_token_list_tampered_is_refused_there() -> None:
    token = build_status_list_jwt((1,), count=8, uri=URI, key=key("issuer"), issued=NOW)
    head, payload, signature = token.split(".")
    spoiled = f"{head}.{payload[:-2]}{'A' if payload[-2] != 'A' else 'B'}{payload[-1]}.{signature}"
    for text, jwk, uri in (
        (spoiled, key("issuer"), URI),
        (token, key("b"), URI),
        (token, key("issuer"), URI + "2"),
    ):
        with pytest.raises(openvc.OpenvcError):
            theirs.verify_status_list_token(
                text, public_key_jwk=public_jwk(jwk.public), expected_uri=uri, now=NOW
            )


@pytest.mark.parametrize("kind", ["EdDSA", "ES256"])
@pytest.mark.parametrize("size", SIZES)
def test_their_token_list_here(size: int, kind: str) -> None:
    signers: dict[str, Any] = {"EdDSA": Ed25519SigningKey, "ES256": P256SigningKey}
    signer = signers[kind].generate("https://aid.example/keys#1")
    token = theirs.build_status_list_token(
        signing_key=signer, uri=URI, status_list=their_list(size), bits=size, issued_at=NOW,
        expires=NOW + timedelta(days=1), ttl=3_600, issuer="https://aid.example",
    )  # fmt: skip
    public = read_public_jwk(signer.public_jwk())
    found = read_token_status_list(token, uri=URI, key=public, now=NOW)
    assert [found.status(n) for n in range(COUNT)] == [
        statuses(size).get(n, 0) for n in range(COUNT)
    ]
    assert (found.issued, found.ttl) == (NOW, timedelta(hours=1))
    late = NOW + timedelta(days=1)
    assert refused(lambda: read_token_status_list(token, uri=URI, key=public, now=late)) is (
        Reason.STATUS_LIST_EXPIRED
    )
    assert refused(lambda: read_token_status_list(token, uri=URI + "2", key=public)) is (
        Reason.BAD_STATUS_LIST
    )
    spoiled = f"{token[:-10]}{'A' if token[-10] != 'A' else 'B'}{token[-9:]}"
    assert refused(lambda: read_token_status_list(spoiled, uri=URI, key=public)) is (
        Reason.BAD_SIGNATURE
    )
    other: Any = P256Key("other").public if kind == "EdDSA" else key("b").public
    assert refused(lambda: read_token_status_list(token, uri=URI, key=other)) is (
        Reason.ALGORITHM_FORBIDDEN
    )


def test_our_bitstring_list_there() -> None:
    marked = set(statuses(1))
    document = bitstring(marked, purpose="suspension")
    bits = theirs.decode_bitstring(document["credentialSubject"]["encodedList"])
    assert {n for n in range(len(bits) * 8) if theirs.get_status_bit(bits, n)} == marked
    entry = StatusEntry(list_url=LIST_URL, index=min(marked), purpose="suspension")
    found = theirs.check_credential_status(
        foreign(credentialStatus=entry.document()), resolve_status_list=lambda _: document
    )
    assert found.suspended
    assert not found.revoked


def test_their_bitstring_list_here() -> None:
    bits = theirs.new_bitstring(131_072)
    for place in statuses(1):
        theirs.set_status_bit(bits, place, 1)
    unsigned = theirs.build_status_list_credential(
        id=LIST_URL, issuer="did:web:aid.example", bitstring=bits, valid_from=NOW, ttl=60_000
    )
    document = eddsa_jcs.sign(unsigned, key=key("issuer"), verification_method=KEY_ID)
    found = read_status_list(written(document), url=LIST_URL, key=key("issuer").public)
    assert found.ttl == timedelta(minutes=1)
    for place in range(COUNT):
        pointer = theirs.build_status_list_entry(status_list_credential=LIST_URL, index=place)
        (entry,) = check_credential(foreign(credentialStatus=pointer)).status
        expected = Reason.REVOKED if place in statuses(1) else None
        assert judge_entry(entry, found) is expected
