"""Bitstring Status List v1.0: bits, signatures, and texts that would blow up."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from amana.errors import InputError, VerificationError
from amana.limits import LIMITS, Limits
from amana.multibase import encode_base64url
from amana.proofs import eddsa_jcs, vc_jwt
from amana.proofs.data_integrity import add_proof
from amana.reasons import Reason
from amana.status import StatusList, build_status_list, read_status_list
from tests.amana_samples import (
    ISSUER,
    KEY_ID,
    LIST_URL,
    NOW,
    Object,
    key,
    refused,
    status_list,
    written,
)
from tests.deterministic import randomness
from tests.jose_samples import P256Key

PUBLIC = key("issuer").public


def read(document: Object, **more: Any) -> StatusList:
    return read_status_list(written(document), url=LIST_URL, key=PUBLIC, **more)


def resigned(change: Callable[[Object], Any]) -> Object:
    document = status_list()
    del document["proof"]
    change(document)
    return eddsa_jcs.sign(document, key=key("issuer"), verification_method=KEY_ID)


def encoded(data: bytes) -> Object:
    """A list whose `encodedList` is just these packed bytes."""
    return resigned(lambda d: d["credentialSubject"].update(encodedList=encode_base64url(data)))


def test_bits_are_where_they_were_set() -> None:
    indices = (0, 7, 8, 48_611, 131_071)
    found = read(status_list(indices))
    assert [n for n in range(131_072) if found.is_set(n)] == list(indices)
    assert (found.url, found.issuer, found.purposes) == (LIST_URL, ISSUER, ("revocation",))
    assert found.valid_from == datetime(2026, 11, 22, tzinfo=UTC)
    assert found.valid_until is None


def test_the_first_bit_is_the_highest_of_the_first_byte() -> None:
    """Section 3.3: index 0 stands left-most."""
    assert read(status_list((0,))).bits[:2] == b"\x80\x00"
    assert read(status_list((15,))).bits[:2] == b"\x00\x01"


def test_the_encoding_can_be_read_without_our_code() -> None:
    text = status_list((1,))["credentialSubject"]["encodedList"]
    assert text[0] == "u"
    bits = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert len(bits) == 16_384
    assert bits[0] == 0x40


def test_a_list_says_a_day_and_no_instant() -> None:
    """C68: not in its date, not in its gzip header."""
    east = timedelta(hours=3)
    document = status_list(valid_from=NOW + east, valid_until=datetime(2027, 1, 20, tzinfo=UTC))
    assert document["validFrom"] == "2026-11-22T00:00:00Z"
    assert document["validUntil"] == "2027-01-01T00:00:00Z"
    packed = document["credentialSubject"]["encodedList"]
    assert base64.urlsafe_b64decode(packed[1:] + "===")[4:8] == bytes(4)
    assert status_list(valid_from=NOW) == status_list(valid_from=NOW + east)
    assert read(document).valid_until == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("index", [-1, 131_072, 2**40])
def test_indices_outside(index: int) -> None:
    assert refused(lambda: status_list((index,)), error=InputError) is (
        Reason.STATUS_INDEX_OUT_OF_RANGE
    )
    found = read(status_list())
    assert refused(lambda: found.is_set(index), error=VerificationError) is (
        Reason.STATUS_INDEX_OUT_OF_RANGE
    )


@pytest.mark.parametrize("size", [0, 8, 131_064, 131_073, 131_079])
def test_sizes_that_nobody_could_read(size: int) -> None:
    with pytest.raises(ValueError, match="status list"):
        status_list(size=size)


def test_larger_lists() -> None:
    found = read(status_list((999_999,), size=1_000_000))
    assert found.is_set(999_999)
    assert not found.is_set(999_998)


def test_a_list_is_not_over_before_it_begins() -> None:
    """Its end is cut to the month, so an end in this month lies before today."""
    later = datetime(2026, 11, 30, tzinfo=UTC)
    found = refused(lambda: status_list(valid_until=later), error=InputError)
    assert found is Reason.BAD_DATE


def test_a_list_signed_by_another_key() -> None:
    document = build_status_list(
        (), url=LIST_URL, issuer=ISSUER, key=key("b"), verification_method=KEY_ID, valid_from=NOW
    )
    assert refused(lambda: read(document), error=VerificationError) is Reason.BAD_SIGNATURE


def test_a_list_with_one_bit_cleared_afterwards() -> None:
    document = status_list()
    document["credentialSubject"] = status_list(())["credentialSubject"]
    assert refused(lambda: read(document), error=VerificationError) is Reason.BAD_SIGNATURE


def test_a_list_without_a_proof() -> None:
    document = status_list()
    del document["proof"]
    assert refused(lambda: read(document), error=InputError) is Reason.PROOF_MISSING


def test_a_list_is_signed_to_assert() -> None:
    document = status_list()
    del document["proof"]
    signed = eddsa_jcs.sign(
        document,
        key=key("issuer"),
        verification_method=KEY_ID,
        proof_purpose="authentication",
    )
    found = refused(lambda: read(signed), error=VerificationError)
    assert found is Reason.WRONG_RELATIONSHIP


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(type=["VerifiableCredential"]),
        lambda d: d.update(type=["VerifiableCredential", "StatusList2021Credential"]),
        lambda d: d.update(id="https://aid.example/status/2"),
        lambda d: d.pop("id"),
        lambda d: d.pop("validFrom"),
        lambda d: d.update(credentialSubject=[d["credentialSubject"]] * 2),
        lambda d: d["credentialSubject"].update(type="StatusList2021"),
        lambda d: d["credentialSubject"].pop("type"),
        lambda d: d["credentialSubject"].pop("statusPurpose"),
        lambda d: d["credentialSubject"].update(statusPurpose=5),
        lambda d: d["credentialSubject"].pop("encodedList"),
        lambda d: d["credentialSubject"].update(encodedList=[1]),
    ],
)
def test_documents_that_are_not_this_list(change: Callable[[Object], Any]) -> None:
    found = refused(lambda: read(resigned(change)), error=InputError)
    assert found is Reason.BAD_STATUS_LIST


GOOD = gzip.compress(bytes(16_384), mtime=0)


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"\x1f\x8b",
        b"not gzip at all",
        bytes(16_384),
        zlib.compress(bytes(16_384)),
        GOOD[:-1],
        GOOD[:-8] + bytes(8),
        GOOD + b"\0",
        GOOD + GOOD,
        gzip.compress(bytes(16_383)),
        gzip.compress(b""),
        gzip.compress(bytes(1_250_001)),
        gzip.compress(bytes(50_000_000)),
    ],
    ids=range(13),
)
def test_bits_that_are_refused(packed: bytes) -> None:
    """Among them 50 MB in 50 kB, which is never inflated."""
    assert refused(lambda: read(encoded(packed)), error=InputError) is Reason.BAD_STATUS_LIST


@pytest.mark.parametrize("text", ["", "u", "z11", "uA=", "mAAAA", "uAB"])
def test_encodings_that_are_refused(text: str) -> None:
    document = resigned(lambda d: d["credentialSubject"].update(encodedList=text))
    found = refused(lambda: read(document), error=InputError)
    assert found in {Reason.BAD_MULTIBASE, Reason.BAD_STATUS_LIST}


def test_the_largest_list_is_read() -> None:
    found = read(encoded(gzip.compress(bytes(1_250_000))))
    assert len(found.bits) * 8 == LIMITS.status_list_bits_max


def test_lists_may_be_larger_than_other_documents() -> None:
    random = randomness("bits")(300_000)
    document = encoded(gzip.compress(random))
    assert len(written(document)) > LIMITS.json_bytes
    assert read(document).bits == random
    small = Limits(status_list_json_bytes=1_000)
    assert refused(lambda: read(document, limits=small)) is Reason.TOO_LARGE


def test_bytes_that_are_no_json() -> None:
    found = refused(lambda: read_status_list(b"{", url=LIST_URL, key=PUBLIC), error=InputError)
    assert found is Reason.NOT_JSON


def unsecured(**changes: Any) -> Object:
    document = {**status_list((7,)), **changes}
    del document["proof"]
    return document


def asserting(cryptosuite: str, document: Object, *, signer: str = "issuer") -> Object:
    return add_proof(
        document,
        key=key(signer),
        cryptosuite=cryptosuite,
        options={"verificationMethod": KEY_ID, "proofPurpose": "assertionMethod"},
    )


def test_a_list_with_a_proof_of_another_suite() -> None:
    found = read(asserting("eddsa-rdfc-2022", unsecured()))
    assert found == read(status_list((7,)))


def test_a_list_with_two_proofs() -> None:
    """Each of them has to be by the key, and to assert."""
    once = asserting("eddsa-jcs-2022", unsecured())
    assert read(asserting("eddsa-rdfc-2022", once)).is_set(7)
    twice = asserting("eddsa-jcs-2022", once, signer="b")
    assert refused(lambda: read(twice), error=VerificationError) is Reason.BAD_SIGNATURE


def test_a_list_of_a_suite_that_nobody_here_knows() -> None:
    document = status_list()
    document["proof"]["cryptosuite"] = "other-2030"
    found = refused(lambda: read(document), error=VerificationError)
    assert found is Reason.UNKNOWN_CRYPTOSUITE


def test_a_list_under_a_key_of_another_kind() -> None:
    other = P256Key("list").public
    data = written(status_list())
    found = refused(lambda: read_status_list(data, url=LIST_URL, key=other))
    assert found is Reason.ALGORITHM_FORBIDDEN


def test_an_enveloped_list() -> None:
    """Bitstring Status List, section 3.6: secured as credentials are."""
    token = vc_jwt.issue(unsecured(), key=key("issuer"), verification_method=KEY_ID).encode()
    found = read_status_list(token, url=LIST_URL, key=PUBLIC)
    assert found == read(status_list((7,)))
    other = key("b").public
    reason = refused(lambda: read_status_list(token, url=LIST_URL, key=other))
    assert reason is Reason.BAD_SIGNATURE
    for spoiled in (b"ey", token + b"\xff", token.replace(b".", b"", 1)):
        reason = refused(lambda data=spoiled: read_status_list(data, url=LIST_URL, key=PUBLIC))  # type: ignore[misc]
        assert reason is Reason.BAD_JWT
