"""Our own SD-JWTs in their usual text: what is read in one step, and what is left to others."""

from __future__ import annotations

import time
from typing import Any

import pytest

from amana.credential import check_credential
from amana.jcs import canonical
from amana.jwk import public_jwk
from amana.multibase import to_base64url
from amana.proofs import vc_sd_jwt
from amana.proofs._disclosures import Path
from amana.proofs.jose import sign_jws
from amana.usual_token import UsualToken, read_usual_token
from tests.amana_samples import ISSUER, KEY_ID, NOW, Object, key, unsigned
from tests.deterministic import randomness
from tests.jose_samples import P256Key
from tests.sd_jwt_samples import disclosure, hashed

ABOUT = "credentialSubject"
HIDDEN: tuple[Path, ...] = (
    (ABOUT, "householdSize"),
    (ABOUT, "children"),
    (ABOUT, "selfStated", None),
)
SIZE = disclosure("salt", "householdSize", 5)
MARK = disclosure("salt", "householdSize")


def issued(
    document: Object | None = None, *, hidden: tuple[Path, ...] = HIDDEN, **more: Any
) -> str:
    named: Object = {"holder": key("holder").public, "decoys": 2, **more}
    return vc_sd_jwt.issue(
        document or unsigned(),
        key=key("issuer"),
        verification_method=KEY_ID,
        disclosable=hidden,
        randomness=randomness("salts"),
        **named,
    )


def raw(subject: Object, *disclosures: str, header: Object | None = None, **members: Any) -> str:
    """A token of the issuer around any subject, digests and all."""
    document = unsigned(**members)
    about = {name: document[ABOUT][name] for name in ("id", "purpose", "entitlement")}
    document[ABOUT] = {**about, **subject}
    named = {"typ": "vc+sd-jwt", "cty": "vc", "kid": KEY_ID, **(header or {})}
    jwt = sign_jws(canonical(document), key=key("issuer"), header=named)
    return "~".join([jwt, *disclosures, ""])


def read(text: str) -> UsualToken:
    found = read_usual_token(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        issued(),
        issued(hidden=()),
        issued(holder=None),
        issued(unsigned(id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33")),
        issued(hidden=(*HIDDEN, (ABOUT, "selfStated"))),
        issued(hidden=(*HIDDEN, (ABOUT, "selfStated"))).partition("~")[0] + "~",
        raw({"_sd": [hashed(SIZE)], "selfStated": [{"...": hashed(MARK)}]}, SIZE, MARK),
        raw({"checked": [{"...": "A" * 43}, "children"], "children": 2}),
    ],
    ids=["all", "open", "unbound", "id", "nested", "none", "by hand", "kept back"],
)
def test_a_token_is_read_as_the_general_way_reads_it(text: str) -> None:
    shown = vc_sd_jwt.verify(
        text, key_of=lambda *_: key("issuer").public, binding=None, now=NOW
    ).document
    found = read(text)
    assert found.credential == check_credential(shown)
    assert canonical(found.credential.document) == canonical(shown)
    assert found.verification_method == KEY_ID
    key("issuer").public.verify(found.signed, found.signature)


def test_whose_key_binds_it() -> None:
    assert read(issued()).confirmation == {"jwk": public_jwk(key("holder").public)}
    assert read(issued(holder=None)).confirmation is None


def test_a_key_binding_is_passed_over() -> None:
    """Who asked the holder judges it."""
    assert read(issued() + "x.y.z") == read(issued())


def test_what_was_read_shows_nothing_of_the_person() -> None:
    assert "household" not in repr(read(issued()))
    assert key("holder").public.did not in repr(read(issued()))


GOOD = issued()
JWT, *PARTS = GOOD.split("~")
HEAD, BODY, SIGNATURE = JWT.split(".")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "~",
        JWT,
        f"{HEAD}.{BODY}~",
        f"{JWT}.x~",
        f"{HEAD}.{BODY}!.{SIGNATURE}~",
        f"{HEAD}.{to_base64url(b'{}')}.{SIGNATURE}~",
        f"{HEAD}.{to_base64url(bytes([0xFF]))}.{SIGNATURE}~",
        f"{JWT}~\u00e9~",
        f"{JWT}~{PARTS[0]}~{PARTS[0]}~",
        f"{JWT}~",  # an empty list of marks is left, which the schema does not have
        f"{JWT}~~",
        f"{JWT}~{to_base64url(b'[1.5]')}~",
        f"{JWT}~{disclosure('salt', 'children', 2)}~",
        f"{JWT}~" + "~" * 513,
        GOOD + "~" * 16_384,
        raw({}, header={"cty": None}),
        raw({}, header={"typ": "dc+sd-jwt"}),
        raw({}, header={"kid": 5}),
        raw({}, header={"kid": f"{ISSUER}#"}),
        raw({}, header={"kid": ISSUER}),
        raw({}, header={"kid": "did:web:other.example#key-1"}),
        raw({}, header={"more": 1}),
        raw({}, exp=1_900_000_000),
        raw({}, validFrom="2028-01-01T00:00:00Z"),
        raw({}, validFrom="0000-01-01T00:00:00Z"),
        raw({"name": "Amal"}),
        raw({"_sd": []}),
        raw({"specificNeeds": ["DS", "DS"]}),
        raw({"_sd": [hashed(SIZE)], "householdSize": 5}, SIZE),
        raw({"_sd": [hashed(SIZE), hashed(SIZE)]}, SIZE),
        raw({"_sd": [hashed(MARK)]}, MARK),
        raw({"selfStated": [{"...": hashed(SIZE)}]}, SIZE),
        raw({"selfStated": [{"...": hashed(MARK)}, {"...": hashed(MARK)}]}, MARK),
        issued(holder=P256Key("p256 holder").public),
        *[
            raw({"_sd": [hashed(part)]}, part)
            for part in (
                disclosure("salt", "_sd", []),
                disclosure("salt", 5, 5),
                disclosure(5, "householdSize", 5),
                disclosure("salt", "householdSize", 10_000),
                disclosure("salt", "name", "Amal"),
                disclosure("salt", "selfStated", "children"),
                disclosure("salt", "selfStated", [{"...": 5}]),
                to_base64url(b"{}"),
            )
        ],
        *[
            raw({"selfStated": [{"...": hashed(part)}]}, part)
            for part in (disclosure(5, "children"), disclosure("salt", {}), to_base64url(b"5"))
        ],
    ],
)
def test_what_goes_the_general_way(text: str) -> None:
    """Nothing is refused here: it is only not the usual text."""
    assert read_usual_token(text) is None


LONG = [
    raw({"_sd": [hashed(part)]}, part)
    for part in (
        disclosure("salt", "language", "ar" + "-ab" * 3_300),
        disclosure("salt", "language", "ar" + "-abcdefgh" * 1_100 + "-"),
        disclosure("salt", "purpose", "a-" * 5_000),
        disclosure("salt", "specificNeeds", ["DS"] * 2_000),
        disclosure("salt", "selfStated", ["a"] * 2_500),
        disclosure("salt", "selfStated", ["a" * 10_000]),
        disclosure("salt", "children", 2) + "A" * 10_000,
    )
]
LONG += [
    raw({"_sd": ["A" * 43] * 200}),
    raw({"selfStated": [{"...": "A" * 43}] * 150}),
    raw({"language": "ar" + "-ab" * 2_800}),
    raw({}, issuer="did:" + "a" * 8_000),
    raw({}, issuer="did:a:" + "a:" * 4_000),
    f"{JWT}~" + "A~" * 500,
]


@pytest.mark.parametrize("number", range(len(LONG)))
def test_long_texts_cost_no_more_than_others(number: int) -> None:
    """Up to 16 KiB that nearly match, or just so: no pattern begins again and again (C93)."""
    text = LONG[number]
    assert len(text) <= 16_384
    read_usual_token(text)  # the patterns are made when first needed
    spent = []
    for _ in range(3):
        begun = time.process_time()
        read_usual_token(text)
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.05
