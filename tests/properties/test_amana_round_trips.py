"""What goes out comes back: multibase, QR texts, status lists, sealed files, credentials."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multiformats import multibase as oracle

from amana.credential import StatusEntry, build_credential, check_credential
from amana.dates import first_of_month, format_instant, months_after, parse_instant
from amana.errors import InputError, VerificationError
from amana.jcs import canonical
from amana.keys import PublicKey, SecretKey
from amana.multibase import decode_base58, decode_base64url, encode_base58, encode_base64url
from amana.proofs import eddsa_jcs
from amana.qr.deflate import pack, unpack
from amana.qr.text import Kind, decode, encode
from amana.reasons import Reason
from amana.sealed import open_sealed, seal
from amana.status import read_status_list
from tests.amana_samples import CHEAP, ISSUER, KEY_ID, LIST_URL, foreign, key, status_list, written
from tests.deterministic import randomness

SAFE = 2**53 - 1
scalars = st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)
documents = st.dictionaries(st.text(max_size=8), values, max_size=5)


@given(st.binary(max_size=80))
def test_multibase(data: bytes) -> None:
    assert decode_base58(encode_base58(data), size=len(data)) == data
    assert decode_base64url(encode_base64url(data)) == data
    assert encode_base58(data) == oracle.encode(data, "base58btc")
    assert encode_base64url(data) == oracle.encode(data, "base64url")


@given(st.text("z123ABCDabcd0OIl u-_=é", max_size=12), st.integers(0, 9))
def test_one_value_has_one_text(text: str, size: int) -> None:
    for read, write in (
        (lambda t: decode_base58(t, size=size), encode_base58),
        (decode_base64url, encode_base64url),
    ):
        try:
            found = read(text)
        except InputError:
            continue
        assert write(found) == text


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_keys(seed: bytes, message: bytes) -> None:
    secret = SecretKey(seed)
    assert PublicKey.from_multikey(secret.public.multikey) == secret.public
    secret.public.verify(message, secret.sign(message))


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_no_key_believes_a_signature_out_of_the_air(raw: bytes, signature: bytes) -> None:
    with pytest.raises((InputError, VerificationError)):
        PublicKey(raw).verify(b"message", signature)


@given(documents, st.sampled_from(list(Kind)))
def test_qr_text(document: dict[str, Any], kind: Kind) -> None:
    found_kind, found = decode(encode(kind, document))
    assert (found_kind, canonical(found)) == (kind, canonical(document))


@given(st.binary(max_size=2_000))
def test_deflate(data: bytes) -> None:
    assert unpack(pack(data)) == data


@given(documents, st.data())
def test_one_spoiled_character_never_passes(document: dict[str, Any], data: st.DataObject) -> None:
    """A changed scan is refused, or stands for the very same document: never for another."""
    text = encode(Kind.CREDENTIAL, document)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
    changed = text[:at] + other + text[at + 1 :]
    if changed != text:
        try:
            kind, found = decode(changed)
        except InputError:
            return
        assert kind is not Kind.CREDENTIAL
        assert canonical(found) == canonical(document)


@given(st.sets(st.integers(0, 131_071), max_size=50))
@settings(max_examples=50)
def test_status_lists(indices: set[int]) -> None:
    found = read_status_list(
        written(status_list(tuple(indices))), url=LIST_URL, key=key("issuer").public
    )
    bits = int.from_bytes(found.bits, "big")
    assert bits == sum(1 << (131_071 - n) for n in indices)
    assert all(found.is_set(n) for n in indices)


@given(st.binary(max_size=200), st.binary(max_size=20), documents)
@settings(max_examples=50)
def test_sealed(plaintext: bytes, passphrase: bytes, public: dict[str, Any]) -> None:
    data = seal(
        plaintext,
        passphrase,
        kind="x",
        randomness=randomness("s"),
        public=public,
        cost=CHEAP,
    )
    found, header = open_sealed(data, passphrase, kind="x")
    assert (found, canonical(header)) == (plaintext, canonical(public))
    with pytest.raises(InputError) as caught:
        open_sealed(data, passphrase + b"x", kind="x")
    assert caught.value.reason is Reason.WRONG_PASSPHRASE


offsets = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=offsets))  # noqa: DTZ001
def test_instants(instant: datetime) -> None:
    assert parse_instant(format_instant(instant)) == instant.replace(microsecond=0)
    assert parse_instant(instant.isoformat()) == instant


@given(st.dates(date(1, 1, 1), date(9000, 1, 1)), st.integers(0, 900))
def test_months(day: date, months: int) -> None:
    later = months_after(day, months)
    assert later.day == 1
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert parse_instant(first_of_month(day)) == datetime(day.year, day.month, 1, tzinfo=UTC)


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), values, max_size=4),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 120),
    st.integers(0, 10**10 - 1),
)
def test_what_is_built_is_a_credential(
    claims: dict[str, Any], day: date, months: int, index: int
) -> None:
    subject = {**claims, "id": key("holder").public.did}
    document = build_credential(
        "PurposeCredential",
        issuer=ISSUER,
        subject=subject,
        valid_from=day,
        valid_until=months_after(day, months),
        status=StatusEntry(list_url=LIST_URL, index=index),
    )
    found = check_credential(document)
    assert (found.issuer, found.kind, found.holder) == (
        ISSUER,
        "PurposeCredential",
        key("holder").public.did,
    )
    assert found.valid_from == datetime(day.year, day.month, 1, tzinfo=UTC)
    assert found.status == (StatusEntry(list_url=LIST_URL, index=index),)
    proof = {"type": "DataIntegrityProof"}
    assert check_credential({"proof": proof, **document}).document["proof"] == proof


# --- Any change of a signed value -----------------------------------------------------------------


@st.composite
def changed_somewhere(draw: st.DrawFn, value: Any) -> Any:
    return changes(draw, value)


def changes(draw: st.DrawFn, value: Any) -> Any:
    """`value` with exactly one place inside it replaced, removed or added to."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: changes(draw, value[name])}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], changes(draw, value[at]), *value[at + 1 :]]
    if isinstance(value, dict) and draw(st.booleans()):
        if bool(value) and draw(st.booleans()):
            gone = draw(st.sampled_from(sorted(value)))
            return {name: member for name, member in value.items() if name != gone}
        return {**value, draw(st.text(max_size=5)): draw(scalars)}
    if isinstance(value, list) and draw(st.booleans()):
        if bool(value) and draw(st.booleans()):
            return value[: draw(st.integers(0, len(value) - 1))]
        return [*value, draw(scalars)]
    if isinstance(value, bool) and draw(st.booleans()):
        return int(value)
    if isinstance(value, int) and draw(st.booleans()):
        return draw(st.sampled_from([bool(value), str(value), value + 1, -value]))
    if isinstance(value, str) and value and draw(st.booleans()):
        at = draw(st.integers(0, len(value) - 1))
        return value[:at] + draw(st.characters(exclude_categories=["Cs"])) + value[at + 1 :]
    return draw(values)


def prefix_grown(signed: Any, found: Any) -> bool:
    """Whether only contexts were added at the end, which section 3.3.2, step 4, allows."""
    mine, other = copy.deepcopy(signed), copy.deepcopy(found)
    was, now = mine.pop("@context", None), other.pop("@context", None)
    return (
        canonical(mine) == canonical(other)
        and isinstance(was, list)
        and isinstance(now, list)
        and canonical(now[: len(was)]) == canonical(was)
    )


@given(st.data(), documents)
@settings(max_examples=400)
def test_any_change_of_the_parsed_value_makes_verification_fail(
    data: st.DataObject, claims: dict[str, Any]
) -> None:
    """What was signed is what is believed, down to the difference of 1 and true."""
    document = foreign(credentialSubject={"n": 1, "yes": True, **claims})
    signed = eddsa_jcs.sign(document, key=key("issuer"), verification_method=KEY_ID)
    eddsa_jcs.verify(signed, eddsa_jcs.read_proof(signed["proof"]), key=key("issuer").public)
    changed = data.draw(changed_somewhere(signed))
    if not isinstance(changed, dict) or canonical(changed) == canonical(signed):
        return
    if prefix_grown(signed, changed):
        return
    with pytest.raises((InputError, VerificationError)):
        eddsa_jcs.verify(
            changed, eddsa_jcs.read_proof(changed.get("proof")), key=key("issuer").public
        )
