"""Properties of the register's hand-written fast paths."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.credential import StatusEntry, build_credential
from amana.errors import InputError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from issuer._lines import CopySigner
from issuer._sealing import RegisterKey
from tests.deterministic import randomness

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUE = st.one_of(
    TEXT,
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.lists(TEXT, max_size=3),
)
NAME = TEXT.filter(lambda name: name != "id")
SEED = st.binary(min_size=32, max_size=32)
DAY = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(st.dictionaries(NAME, VALUE, max_size=6), SEED, SEED, st.integers(0, 131_071), DAY, DAY)
def test_the_fast_line_is_the_plain_one(
    subject: dict[str, Any], seed: bytes, holder: bytes, index: int, start: date, end: date
) -> None:
    """Byte for byte what build_credential, eddsa_jcs.sign and RFC 8785 give, for any claims."""
    key, did = SecretKey(seed), SecretKey(holder).public.did
    url, method = "https://aid.example/status/7", "did:web:aid.example#key-1"
    signer = CopySigner(
        signer=key, issuer_did="did:web:aid.example", verification_method=method, valid_from=start
    )
    lines = signer.sign(subject, [(did, url, index), (did, url, 0)], valid_until=end)
    for line, wanted in zip(lines, (index, 0), strict=True):
        document = build_credential(
            "PurposeCredential",
            issuer="did:web:aid.example",
            subject={"id": did, **subject},
            valid_from=start,
            valid_until=end,
            status=StatusEntry(list_url=url, index=wanted),
        )
        assert line == canonical(eddsa_jcs.sign(document, key=key, verification_method=method))


PLACE = st.lists(st.text("abc-:0", max_size=4), max_size=3)


@given(st.dictionaries(TEXT, VALUE, max_size=4), PLACE, PLACE, SEED)
def test_sealed_content_opens_at_its_place_only(
    content: dict[str, Any], place: list[str], other: list[str], seed: bytes
) -> None:
    """C72: the same content back, and nothing anywhere else or under another key."""
    key = RegisterKey(seed)
    sealed = key.seal(content, *place, randomness=randomness("seal"))
    assert key.open(sealed, *place) == content
    if other != place and (place or other not in ([""], [])) and (other or place not in ([""], [])):
        with pytest.raises(InputError) as caught:
            key.open(sealed, *other)
        assert caught.value.reason is Reason.BAD_REGISTER
    with pytest.raises(InputError) as caught:
        RegisterKey(bytes(32 * [seed[0] ^ 1])).open(sealed, *place)
    assert caught.value.reason is Reason.BAD_REGISTER


@given(st.binary(max_size=120), SEED)
def test_no_bytes_but_our_own_open(data: bytes, seed: bytes) -> None:
    with pytest.raises(InputError) as caught:
        RegisterKey(seed).open(data, "registrations", "row")
    assert caught.value.reason is Reason.BAD_REGISTER


PARTS = st.lists(st.binary(max_size=6), max_size=4)


@given(PARTS, PARTS)
def test_tags_are_equal_for_equal_parts_only(parts: list[bytes], other: list[bytes]) -> None:
    """Moving a byte from one part to the next gives another tag."""
    key = RegisterKey(bytes(32))
    assert (key.tag("intake", *parts) == key.tag("intake", *other)) == (parts == other)
    assert key.tag("intake", *parts) != key.tag("holder", *parts)
    assert len(key.tag("intake", *parts)) == 16
