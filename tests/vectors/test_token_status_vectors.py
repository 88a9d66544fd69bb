"""Token Status List: the examples and test vectors of the draft's own repository.

What they hold is known from the draft (sections 4 to 6 and appendix C); of the eight-bit list, by
the recipe that made it. Half of the files may be absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import cbor2
import pytest

from amana._cwt import sign_cwt
from amana.jcs import canonical
from amana.multibase import from_base64url, to_base64url
from amana.p256 import P256PublicKey
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
from tests.amana_samples import key, refused

URI = "https://example.com/statuslists/1"
IAT = datetime(2023, 6, 16, 12, 56, 10, tzinfo=UTC)
EXP = IAT + timedelta(days=7_000)
# The key that signed the draft's examples.
SIGNER = P256PublicKey.from_coordinates(
    from_base64url("I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo"),
    from_base64url("6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M"),
)
MANY = 2**20
ONE_BIT = dict.fromkeys((0, 3, 4, 5, 7, 8, 9, 13, 15), 1)
TWO_BITS = {0: 1, 1: 2, 3: 3, 5: 1, 7: 1, 8: 1, 9: 2, 10: 3, 11: 3}
ONE_BIT_LONG = dict.fromkeys(
    (0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345), 1
)
TWO_BITS_LONG = {
    0: 1, 1993: 2, 25460: 1, 159495: 3, 495669: 1, 554353: 1, 645645: 2, 723232: 1, 854545: 1,
    934534: 2, 1000345: 3,
}  # fmt: skip
FOUR_BITS = {
    0: 1, 1993: 2, 35460: 3, 459495: 4, 595669: 5, 754353: 6, 845645: 7, 923232: 8, 924445: 9,
    934534: 10, 1004534: 11, 1000345: 12, 1030203: 13, 1030204: 14, 1030205: 15,
}  # fmt: skip
_DRAWN = Random(42)
EIGHT_BITS = {_DRAWN.randint(0, MANY - 1): status for status in range(256)}
# By file: places, bits of a status, and the statuses other than 0.
LISTS: Mapping[str, tuple[int, int, Mapping[int, int]]] = {
    "status_list_encoding": (16, 1, ONE_BIT),
    "status_list_encoding2": (12, 2, TWO_BITS),
    "status_list_encoding1_long": (MANY, 1, ONE_BIT_LONG),
    "status_list_encoding2_long": (MANY, 2, TWO_BITS_LONG),
    "status_list_encoding4": (MANY, 4, FOUR_BITS),
    "status_list_encoding8": (MANY, 8, EIGHT_BITS),
}
TOKENS = ("status_list_jwt", "status_list_jwt_raw", "status_list_cwt", "referenced_token_cwt")
NAMES = {
    *(f"{name}_{form}" for name in LISTS for form in ("json", "cbor", "cbor_diag")),
    *TOKENS,
    "status_list_cwt_diag",
    "referenced_token_cwt_diag",
}


@pytest.fixture
def folder(vectors: Path) -> Path:
    return vectors / "status-list"


def text_of(folder: Path, name: str) -> str:
    path = folder / f"{name}.md"
    if not path.exists():
        pytest.skip(f"{name} is in the other half")
    return path.read_text("utf-8")


def json_of(text: str) -> Any:
    """Long texts are broken into lines, which JSON does not allow."""
    return json.loads(re.sub(r"\s*\n\s*", "", text.partition("encoded:")[2] or text))


def bytes_of(text: str) -> bytes:
    """Hexadecimal in lines, some of them with a comment."""
    lines = (text.partition("encoded:")[2] or text).splitlines()
    return bytes.fromhex("".join(line.partition("#")[0] for line in lines))


def check(found: TokenStatusList, name: str) -> None:
    count, size, statuses = LISTS[name]
    assert found.size == size
    assert len(found.data) * 8 // size == count
    places = range(count) if count < 100 else {*statuses, *range(0, count, 997), count - 1}
    for place in places:
        assert found.status(place) == statuses.get(place, 0), place
    other_bytes = sum(byte != 0 for byte in found.data)
    assert other_bytes <= len(statuses)


def test_every_file_is_known(folder: Path) -> None:
    names = {path.stem for path in folder.glob("*.md")}
    assert names
    assert names <= NAMES


def test_the_recipe_of_the_eight_bit_list() -> None:
    """Three lines of appendix C.4."""
    assert EIGHT_BITS[52_451] == 1
    assert EIGHT_BITS[884_834] == 8
    assert EIGHT_BITS[19_535] == 255


@pytest.mark.parametrize("name", LISTS)
def test_in_json(name: str, folder: Path) -> None:
    given = json_of(text_of(folder, f"{name}_json"))
    claims = {"sub": URI, "iat": 1_686_920_170, "status_list": given}
    token = sign_jws(canonical(claims), key=key("issuer"), header={"typ": "statuslist+jwt"})
    check(read_token_status_list(token, uri=URI, key=key("issuer").public), name)
    count, size, statuses = LISTS[name]
    ours = build_status_list_jwt(
        statuses, count=count, size=size, uri=URI, key=key("issuer"), issued=IAT
    )
    written = json.loads(from_base64url(ours.split(".")[1]))
    assert written["status_list"] == given


@pytest.mark.parametrize("form", ["cbor", "cbor_diag"])
@pytest.mark.parametrize("name", LISTS)
def test_in_cbor(name: str, form: str, folder: Path) -> None:
    data = bytes_of(text_of(folder, f"{name}_{form}"))
    given = cbor2.loads(data)
    token = sign_cwt(
        {2: URI, 6: 1_686_920_170, 65533: given},
        key=key("issuer"),
        media_type="application/statuslist+cwt",
    )
    check(read_token_status_list(token, uri=URI, key=key("issuer").public), name)
    count, size, statuses = LISTS[name]
    ours = build_status_list_cwt(
        statuses, count=count, size=size, uri=URI, key=key("issuer"), issued=IAT
    )
    written = cbor2.loads(cbor2.loads(ours).value[2])[65533]
    assert written == given


def signed_example(token: bytes | str) -> None:
    found = read_token_status_list(token, uri=URI, key=SIGNER, now=EXP - timedelta(seconds=1))
    check(found, "status_list_encoding")
    assert (found.issued, found.expires, found.ttl) == (IAT, EXP, timedelta(hours=12))
    late = refused(lambda: read_token_status_list(token, uri=URI, key=SIGNER, now=EXP))
    assert late is Reason.STATUS_LIST_EXPIRED
    other = refused(lambda: read_token_status_list(token, uri=URI + "2", key=SIGNER))
    assert other is Reason.BAD_STATUS_LIST


def test_signed_jwt(folder: Path) -> None:
    signed_example("".join(text_of(folder, "status_list_jwt_raw").split()))


def test_decoded_jwt(folder: Path) -> None:
    header, claims = text_of(folder, "status_list_jwt").split("\n.\n")
    assert json.loads(header) == {"alg": "ES256", "kid": "12", "typ": "statuslist+jwt"}
    token = build_status_list_jwt(
        ONE_BIT, count=16, uri=URI, key=key("issuer"), issued=IAT, expires=EXP,
        ttl=timedelta(hours=12), key_id="12",
    )  # fmt: skip
    ours = [json.loads(from_base64url(part)) for part in token.split(".")[:2]]
    assert ours == [{"alg": "EdDSA", "kid": "12", "typ": "statuslist+jwt"}, json.loads(claims)]


@pytest.mark.parametrize("name", ["status_list_cwt", "status_list_cwt_diag"])
def test_signed_cwt(name: str, folder: Path) -> None:
    data = bytes_of(text_of(folder, name))
    signed_example(data)
    spoiled = data[:-1] + bytes([data[-1] ^ 1])
    found = refused(lambda: read_token_status_list(spoiled, uri=URI, key=SIGNER))
    assert found is Reason.BAD_SIGNATURE


@pytest.mark.parametrize("name", ["referenced_token_cwt", "referenced_token_cwt_diag"])
def test_referenced_token(name: str, folder: Path) -> None:
    data = bytes_of(text_of(folder, name))
    claims = cbor2.loads(cbor2.loads(data).value[2])
    assert read_status_claim({"status": claims[65535]}) == StatusReference(URI, 0)
    no_list = refused(lambda: read_token_status_list(data, uri=URI, key=SIGNER))
    assert no_list is Reason.BAD_CWT


def test_bytes_are_written_as_the_draft_writes_them() -> None:
    """Sections 4.1 and 4.2, without the files."""
    token = build_status_list_jwt(TWO_BITS, count=12, size=2, uri=URI, key=key("a"), issued=IAT)
    written = json.loads(from_base64url(token.split(".")[1]))["status_list"]
    assert from_base64url(written["lst"]).hex() == "78da3be9f2130003df0207"
    assert written == {"bits": 2, "lst": to_base64url(bytes.fromhex("78da3be9f2130003df0207"))}
