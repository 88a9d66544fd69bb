"""Token Status List: one list in two forms, and everything that makes it no list."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest

from amana._cwt import sign_cwt
from amana.errors import InputError, VerificationError
from amana.limits import LIMITS, Limits
from amana.multibase import from_base64url, to_base64url
from amana.proofs.jose import sign_jws
from amana.reasons import Reason
from amana.token_status import (
    StatusReference,
    TokenStatusList,
    build_status_list_cwt,
    build_status_list_jwt,
    read_status_claim,
    read_token_status_list,
)
from tests.amana_samples import NOW, Object, key, refused
from tests.deterministic import randomness
from tests.jose_samples import P256Key

URI = "https://aid.example/statuslists/1"
PUBLIC = key("issuer").public
NUMBERS = {"iss": 1, "sub": 2, "exp": 4, "nbf": 5, "iat": 6, "status_list": 65533, "ttl": 65534}
FORMS = ("jwt", "cwt")
DAY = timedelta(days=1)


def build(form: str, statuses: Any = (), **more: Any) -> Any:
    given = {"count": 1_000, "uri": URI, "key": key("issuer"), "issued": NOW, **more}
    write: Any = build_status_list_jwt if form == "jwt" else build_status_list_cwt
    return write(statuses, **given)


def read(data: bytes | str, **more: Any) -> TokenStatusList:
    return read_token_status_list(data, **{"uri": URI, "key": PUBLIC, **more})


def claims(form: str, **changes: Any) -> bytes | str:
    """A signed token whose claims are these; None leaves one out, `lst` replaces the bytes."""
    lst = changes.pop("lst", zlib.compress(bytes(2)))
    inside = {"bits": 1, "lst": lst, **changes.pop("inside", {})}
    found: Object = {"sub": URI, "iat": 1_790_000_000, "status_list": inside, **changes}
    found = {name: value for name, value in found.items() if value is not None}
    if form == "cwt":
        numbered = {NUMBERS[name]: value for name, value in found.items()}
        return sign_cwt(numbered, key=key("issuer"), media_type="application/statuslist+cwt")
    if type(lst) is bytes and found.get("status_list") is inside:
        inside["lst"] = to_base64url(lst)
    return sign_jws(json.dumps(found).encode(), key=key("issuer"), header={"typ": "statuslist+jwt"})


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_statuses_are_where_they_were_set(form: str, size: int) -> None:
    """Section 4.1: from the lowest bit up."""
    most = (1 << size) - 1
    found = read(build(form, {0: 1, 3: most, 999: most}, size=size))
    assert found.size == size
    assert [found.status(n) for n in range(5)] == [1, 0, 0, most, 0]
    assert found.status(999) == most
    assert found.data[0] & 1 == 1
    assert len(found.data) == 1_000 * size // 8
    assert (found.uri, found.issued, found.expires, found.ttl) == (URI, NOW, None, None)
    assert (found.issuer, found.aggregation_uri) == (None, None)


@pytest.mark.parametrize("form", FORMS)
def test_all_that_a_list_may_say(form: str) -> None:
    more = "https://aid.example/statuslists"
    kid: Any = "12" if form == "jwt" else b"12"
    data = build(
        form, (1,), expires=NOW + DAY, ttl=timedelta(hours=12), aggregation_uri=more, key_id=kid
    )
    found = read(data, now=NOW)
    assert (found.expires, found.ttl) == (NOW + DAY, timedelta(hours=12))
    assert found.aggregation_uri == more
    named = read(claims(form, iss="https://aid.example", nbf=1_790_000_000))
    assert named.issuer == "https://aid.example"


def test_a_key_is_named_where_each_form_names_it() -> None:
    header = build("jwt", key_id="12").split(".")[0]
    assert json.loads(from_base64url(header)) == {
        "alg": "EdDSA", "kid": "12", "typ": "statuslist+jwt",
    }  # fmt: skip
    token = cbor2.loads(build("cwt", key_id=b"12"))
    assert token.tag == 18
    assert token.value[1] == {4: b"12"}
    assert cbor2.loads(token.value[0]) == {1: -8, 16: "application/statuslist+cwt"}


def test_a_jwt_may_come_as_bytes() -> None:
    data = build("jwt", (7,))
    assert read(data) == read(data.encode())


@pytest.mark.parametrize("form", FORMS)
def test_what_a_status_means(form: str) -> None:
    """Section 7.1; what it leaves open decides nothing."""
    found = read(build(form, {1: 1, 2: 2, 3: 3, 4: 12}, size=4))
    assert [found.judge(n) for n in range(5)] == [
        None, Reason.REVOKED, Reason.SUSPENDED, Reason.STATUS_UNKNOWN, Reason.STATUS_UNKNOWN,
    ]  # fmt: skip


@pytest.mark.parametrize("index", [-1, 1_000, 2**60])
def test_places_outside(index: int) -> None:
    found = read(build("jwt"))
    for ask in (found.status, found.judge):
        reason = refused(lambda ask=ask: ask(index), error=VerificationError)  # type: ignore[misc]
        assert reason is Reason.STATUS_INDEX_OUT_OF_RANGE
    assert refused(lambda: build("jwt", (index,))) is Reason.STATUS_INDEX_OUT_OF_RANGE


@pytest.mark.parametrize("form", FORMS)
def test_lists_that_nobody_could_issue(form: str) -> None:
    with pytest.raises(ValueError, match="1, 2, 4 or 8"):
        build(form, size=3)
    assert refused(lambda: build(form, {0: 4}, size=2)) is Reason.STATUS_VALUE_OUT_OF_RANGE


@pytest.mark.parametrize("form", FORMS)
def test_dates(form: str) -> None:
    """Section 8.3, 4c, and RFC 7519, sections 4.1.4 and 4.1.5: on its end a token is over."""
    data = build(form, expires=NOW + DAY)
    assert read(data, now=NOW + DAY - timedelta(seconds=1)).expires == NOW + DAY
    assert refused(lambda: read(data, now=NOW + DAY), error=VerificationError) is (
        Reason.STATUS_LIST_EXPIRED
    )
    assert read(data).expires == NOW + DAY
    early = claims(form, nbf=int(NOW.timestamp()))
    assert refused(lambda: read(early, now=NOW - DAY), error=VerificationError) is (
        Reason.NOT_YET_VALID
    )
    assert read(early, now=NOW).issued == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("form", FORMS)
def test_dates_may_have_fractions(form: str) -> None:
    found = read(claims(form, iat=1_790_000_000.5, ttl=0.5))
    assert found.issued.microsecond == 500_000
    assert found.ttl == timedelta(milliseconds=500)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"sub": URI + "/"},
        {"sub": 5},
        {"iat": None},
        {"iat": "1790000000"},
        {"iat": True},
        {"iat": 10**15},
        {"iat": -(10**15)},
        {"exp": 1e300},
        {"exp": [1]},
        {"nbf": ""},
        {"iss": 5},
        {"ttl": 0},
        {"ttl": -1},
        {"ttl": True},
        {"ttl": "43200"},
        {"ttl": 10**15},
        {"status_list": None},
        {"status_list": []},
        {"status_list": {}},
        {"status_list": {"bits": 1}},
        {"inside": {"bits": 0}},
        {"inside": {"bits": 3}},
        {"inside": {"bits": 16}},
        {"inside": {"bits": True}},
        {"inside": {"bits": "1"}},
        {"inside": {"bits": None}},
        {"inside": {"aggregation_uri": "nowhere"}},
        {"inside": {"aggregation_uri": 5}},
        {"lst": 5},
        {"lst": None},
        {"lst": b""},
        {"lst": b"not zlib"},
        {"lst": zlib.compress(bytes(9))[:-1]},
        {"lst": zlib.compress(bytes(9)) + b"\0"},
        {"lst": zlib.compress(bytes(LIMITS.status_list_bits_max // 8 + 1))},
        {"lst": zlib.compress(bytes(9), wbits=31)},
        {"lst": zlib.compress(bytes(9), wbits=-15)},
    ],
    ids=range(38),
)
def test_claims_that_are_refused(form: str, changes: Object) -> None:
    found = refused(lambda: read(claims(form, **changes)), error=InputError)
    assert found is Reason.BAD_STATUS_LIST


def test_a_list_in_the_other_form_s_type() -> None:
    """Bytes in CBOR, base64url in JSON, and never the other way round."""
    text = to_base64url(zlib.compress(bytes(9)))
    assert refused(lambda: read(claims("cwt", lst=text))) is Reason.BAD_STATUS_LIST
    padded = text + "=" * (-len(text) % 4) + "="
    assert refused(lambda: read(claims("jwt", lst=padded))) is Reason.BAD_STATUS_LIST


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t[:-1] + ("A" if t[-1] != "A" else "Q"), Reason.BAD_SIGNATURE),
        (lambda t: t.replace(".", "", 1), Reason.BAD_JWT),
        (lambda t: t + "é", Reason.BAD_JWT),
        (lambda t: "", Reason.BAD_JWT),
        (lambda t: b"", Reason.BAD_JWT),
        (lambda t: (t + "é").encode(), Reason.BAD_JWT),
        (lambda t: " " + t, Reason.BAD_JWT),
    ],
)
def test_tokens_that_are_refused(change: Callable[[str], bytes | str], reason: Reason) -> None:
    token = build("jwt")
    found = refused(lambda: read(change(token)))
    assert found is reason


@pytest.mark.parametrize("payload", [b"[]", b"5", b'{"a":1,"a":2}', b""])
def test_payloads_that_are_no_claims(payload: bytes) -> None:
    token = sign_jws(payload, key=key("issuer"), header={"typ": "statuslist+jwt"})
    found = refused(lambda: read(token), error=InputError)
    assert found in {Reason.BAD_JWT, Reason.DUPLICATE_KEY, Reason.NOT_JSON}


@pytest.mark.parametrize("form", FORMS)
def test_another_key(form: str) -> None:
    found = refused(lambda: read(build(form), key=key("b").public), error=VerificationError)
    assert found is Reason.BAD_SIGNATURE


@pytest.mark.parametrize("form", FORMS)
def test_lists_may_be_larger_than_other_tokens(form: str) -> None:
    drawn = randomness("statuses")(300_000)
    statuses = dict(enumerate(drawn))
    data = build(form, statuses, count=300_000, size=8)
    assert len(data) > LIMITS.json_bytes
    found = read(data)
    assert [found.status(n) for n in (0, 1, 299_999)] == [drawn[0], drawn[1], drawn[-1]]
    small = Limits(status_list_json_bytes=1_000)
    assert refused(lambda: read(data, limits=small), error=InputError) is Reason.TOO_LARGE


def test_es256() -> None:
    """What others sign with P-256 is judged too."""
    other = P256Key("status")
    protected = cbor2.dumps({1: -7, 16: "application/statuslist+cwt"})
    payload = cbor2.loads(build("cwt", (3,))).value[2]
    signature = other.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    cwt = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))
    assert read(cwt, key=other.public).status(3) == 1
    header = to_base64url(b'{"alg":"ES256","typ":"statuslist+jwt"}')
    signing_input = f"{header}.{build('jwt', (3,)).split('.')[1]}"
    jwt = f"{signing_input}.{to_base64url(other.sign(signing_input.encode()))}"
    assert read(jwt, key=other.public).status(3) == 1
    for token in (cwt, jwt):
        found = refused(lambda token=token: read(token), error=VerificationError)  # type: ignore[misc]
        assert found is Reason.ALGORITHM_FORBIDDEN


def test_without_cbor2(monkeypatch: pytest.MonkeyPatch) -> None:
    """A JWT needs no CBOR; a CWT says what is missing."""
    cwt, jwt = build("cwt"), build("jwt")
    monkeypatch.setitem(sys.modules, "cbor2", None)
    assert read(jwt).size == 1
    assert refused(lambda: read(cwt), error=InputError) is Reason.MISSING_LIBRARY
    assert refused(lambda: build("cwt"), error=InputError) is Reason.MISSING_LIBRARY


def test_references() -> None:
    given: Object = {"status": {"status_list": {"idx": 412, "uri": URI, "more": 1}, "other": {}}}
    assert read_status_claim(given) == StatusReference(uri=URI, idx=412)
    assert read_status_claim({}) is None


@pytest.mark.parametrize(
    "status",
    [
        None,
        "valid",
        [],
        {},
        {"status_list": None},
        {"status_list": [0, URI]},
        {"status_list": {"idx": 0}},
        {"status_list": {"uri": URI}},
        {"status_list": {"idx": -1, "uri": URI}},
        {"status_list": {"idx": "0", "uri": URI}},
        {"status_list": {"idx": True, "uri": URI}},
        {"status_list": {"idx": 0.0, "uri": URI}},
        {"status_list": {"idx": 0, "uri": "nowhere"}},
        {"status_list": {"idx": 0, "uri": [URI]}},
    ],
)
def test_references_that_are_refused(status: Any) -> None:
    found = refused(lambda: read_status_claim({"status": status}), error=InputError)
    assert found is Reason.BAD_CREDENTIAL


def test_a_status_by_another_mechanism_is_unknown() -> None:
    given: Object = {"status": {"identifier_list": {}}}
    found = refused(lambda: read_status_claim(given), error=VerificationError)
    assert found is Reason.STATUS_UNKNOWN
