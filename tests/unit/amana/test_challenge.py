"""The challenge: who asks, for what, with whose leave; and everything that is not one."""

from __future__ import annotations

import base64
import copy
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from amana.challenge import check_station, digest, read_challenge
from amana.did.key import verification_method
from amana.errors import AmanaError, InputError, VerificationError
from amana.jcs import canonical
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.schema import conforms
from tests.amana_samples import (
    ISSUER,
    KEY_ID,
    NOW,
    Object,
    certificate,
    challenge,
    key,
    refused,
    unsigned,
)
from tests.deterministic import randomness

Change = Callable[[Object], Any]


def resigned(change: Change, by: str = "station", purpose: str = "authentication") -> Object:
    document = copy.deepcopy(challenge())
    del document["proof"]
    change(document)
    return eddsa_jcs.sign(
        document,
        key=key(by),
        verification_method=verification_method(key(by).public.did),
        proof_purpose=purpose,
    )


def certified(change: Change) -> Object:
    document = copy.deepcopy(certificate())
    del document["proof"]
    change(document)
    return eddsa_jcs.sign(document, key=key("issuer"), verification_method=KEY_ID)


def test_what_a_challenge_says() -> None:
    """C61: who asks, what for, what is asked and how long it is kept."""
    document = challenge(retention="P30D", tier="registered")
    found = read_challenge(document)
    assert found.document is document
    assert (found.domain, found.station) == (ISSUER, key("station").public.did)
    assert (found.act, found.purpose, found.tier) == ("food-line", "food", "registered")
    assert found.claims == ("householdSize", "children")
    assert found.retention == "P30D"
    assert found.expires == NOW + timedelta(minutes=3)
    assert found.digest == digest(document)


def test_the_digest_is_over_the_whole_challenge() -> None:
    document = challenge()
    hashed = base64.urlsafe_b64encode(hashlib.sha256(canonical(document)).digest())
    assert digest(document) == "u" + hashed.decode().rstrip("=")
    for name in document:
        assert digest({**document, name: "other"}) != digest(document)


def test_two_challenges_are_never_the_same() -> None:
    source = randomness("many")
    assert len({digest(challenge(randomness=source)) for _ in range(10)}) == 10


def test_nothing_may_be_asked_at_all() -> None:
    assert read_challenge(challenge(claims=[])).claims == ()


def test_the_certificate_is_as_its_schema_says() -> None:
    assert conforms("StationCertificate")(certificate()) is True


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("nonce"),
        lambda d: d.pop("station"),
        lambda d: d.update(more=1),
        lambda d: d.update(type="Challenge"),
        lambda d: d.update(version=2),
        lambda d: d.update(version=True),
        lambda d: d.update(version="1"),
        lambda d: d.update(version=None),
        lambda d: d.update(act="Food line"),
        lambda d: d.update(act=""),
        lambda d: d.update(act="food-line\n"),
        lambda d: d.update(act=5),
        lambda d: d.update(purpose="-food"),
        lambda d: d.update(purpose=None),
        lambda d: d.update(purpose="a" * 65),
        lambda d: d.update(retention="forever"),
        lambda d: d.update(retention="P"),
        lambda d: d.update(retention="P1D\n"),
        lambda d: d.update(tier="none"),
        lambda d: d.update(tier=["checked"]),
        lambda d: d.update(claims="householdSize"),
        lambda d: d.update(claims=None),
        lambda d: d.update(claims=["HouseholdSize"]),
        lambda d: d.update(claims=[["a"]]),
        lambda d: d.update(claims=["a", "a"]),
        lambda d: d.update(claims=[f"claim{'x' * n}" for n in range(21)]),
        lambda d: d.update(nonce=5),
        lambda d: d.update(nonce=""),
        lambda d: d.update(nonce="u"),
        lambda d: d.update(nonce="uAAAA"),
        lambda d: d.update(nonce="z" + "1" * 16),
        lambda d: d.update(expires=5),
        lambda d: d.update(expires=None),
    ],
)
def test_forms_that_are_refused(change: Change) -> None:
    found = refused(lambda: read_challenge(resigned(change)), error=InputError)
    assert found is Reason.BAD_CHALLENGE


@pytest.mark.parametrize("value", [None, [], "text", {}, {"proof": 1}])
def test_what_is_no_challenge_at_all(value: Any) -> None:
    assert refused(lambda: read_challenge(value), error=InputError) is Reason.BAD_CHALLENGE


def test_an_expiry_that_no_calendar_has() -> None:
    document = resigned(lambda d: d.update(expires="2026-02-30T00:00:00Z"))
    assert refused(lambda: read_challenge(document), error=InputError) is Reason.BAD_DATE


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(act="health-visit"),
        lambda d: d.update(claims=["children"]),
        lambda d: d.update(retention="P9Y"),
        lambda d: d.update(nonce="u" + "A" * 21 + "A"),
        lambda d: d.update(expires="2027-01-01T00:00:00Z"),
        lambda d: d["station"].update(name="a friend"),
    ],
)
def test_a_challenge_changed_after_it_was_signed(change: Change) -> None:
    document = copy.deepcopy(challenge())
    change(document)
    found = refused(lambda: read_challenge(document), error=VerificationError)
    assert found is Reason.BAD_SIGNATURE


def test_a_challenge_signed_by_somebody_else() -> None:
    document = resigned(lambda d: None, by="thief")
    found = refused(lambda: read_challenge(document), error=VerificationError)
    assert found is Reason.KEY_NOT_OF_ISSUER


def test_a_challenge_is_signed_to_authenticate() -> None:
    document = resigned(lambda d: None, purpose="assertionMethod")
    found = refused(lambda: read_challenge(document), error=VerificationError)
    assert found is Reason.WRONG_RELATIONSHIP


@pytest.mark.parametrize(
    ("act", "tiers"), [("cash-line", ["checked"]), ("food-line", ["registered"])]
)
def test_a_station_asks_within_its_certificate(act: str, tiers: list[str]) -> None:
    """What a station may ask is what its organisation signed."""
    call: Callable[[], object] = lambda: challenge(certificate(tiers=tiers), act=act)  # noqa: E731
    assert refused(call, error=VerificationError) is Reason.STATION_OUT_OF_SCOPE


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(type=["VerifiableCredential", "OtherCertificate"]),
        lambda d: d.update(type=["VerifiableCredential", "StationCertificate", "Other"]),
        lambda d: d.update(credentialSubject=[d["credentialSubject"], {"id": "urn:a"}]),
        lambda d: d["credentialSubject"].pop("id"),
        lambda d: d["credentialSubject"].pop("acts"),
        lambda d: d["credentialSubject"].update(acts="food-line"),
        lambda d: d["credentialSubject"].update(tiers="checked"),
        lambda d: d.pop("validFrom"),
        lambda d: d.pop("validUntil"),
        lambda d: d.update(validUntil="2027-11-22T00:00:00Z"),
    ],
)
def test_certificates_that_are_none(change: Change) -> None:
    document = certified(change)
    found = refused(lambda: challenge(document), error=InputError)
    assert found is Reason.BAD_CHALLENGE


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (None, Reason.BAD_CREDENTIAL),
        ("text", Reason.BAD_CREDENTIAL),
        ({}, Reason.BAD_CREDENTIAL),
        (unsigned(), Reason.BAD_CHALLENGE),
        (certified(lambda d: d.update(validFrom="soon")), Reason.BAD_DATE),
        (certified(lambda d: d["credentialSubject"].update(id="did:web:a.b")), Reason.BAD_DID),
        (certified(lambda d: d["credentialSubject"].update(id="did:key:z6Mk")), None),
    ],
)  # fmt: skip
def test_certificates_of_another_form(document: Any, reason: Reason | None) -> None:
    found = resigned(lambda d: d.update(station=document))
    if reason is None:
        reason = Reason.KEY_NOT_OF_ISSUER
    assert refused(lambda: read_challenge(found), error=AmanaError) is reason


@pytest.mark.parametrize("days", [0, -1, 91])
def test_a_certificate_lasts_at_most_90_days(days: int) -> None:
    with pytest.raises(ValueError, match="90 days"):
        certificate(days=days)


def check(found_at: timedelta = timedelta(0), document: Object | None = None, **more: Any) -> None:
    given: Object = {"key_id": KEY_ID, "key": key("issuer").public, "now": NOW + found_at}
    check_station(read_challenge(document or challenge()), **{**given, **more})


def test_a_station_that_its_organisation_certified() -> None:
    check()
    check(timedelta(days=-3))
    check(timedelta(days=86, hours=23))


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (timedelta(days=-3, seconds=-1), Reason.NOT_YET_VALID),
        (timedelta(days=87), Reason.EXPIRED),
    ],
)
def test_a_certificate_out_of_its_days(when: timedelta, reason: Reason) -> None:
    assert refused(lambda: check(when), error=VerificationError) is reason


def test_a_certificate_signed_by_another_key() -> None:
    assert refused(lambda: check(key=key("b").public)) is Reason.BAD_SIGNATURE
    assert refused(lambda: check(key_id=f"{ISSUER}#key-2")) is Reason.KEY_NOT_OF_ISSUER


def test_a_certificate_is_signed_to_assert() -> None:
    document = copy.deepcopy(certificate())
    del document["proof"]
    signed = eddsa_jcs.sign(
        document, key=key("issuer"), verification_method=KEY_ID, proof_purpose="authentication"
    )
    asked = challenge(signed)
    found = refused(lambda: check(document=asked), error=VerificationError)
    assert found is Reason.WRONG_RELATIONSHIP


def test_a_certificate_that_nobody_signed() -> None:
    document = {k: v for k, v in certificate().items() if k != "proof"}
    asked = challenge(document)
    assert refused(lambda: check(document=asked), error=InputError) is Reason.PROOF_MISSING


@pytest.mark.parametrize("serial", [None, 5, "", "ABCDEFGHI", "abcdefghij", "ABCDEFGHI1"])
def test_a_station_is_known_by_its_serial(serial: Any) -> None:
    """Without one, a stolen station could not be told from the others."""
    subject = {**certificate()["credentialSubject"], "serial": serial}
    found = refused(
        lambda: read_challenge(resigned(lambda d: d["station"].update(credentialSubject=subject))),
        error=InputError,
    )
    assert found is Reason.BAD_CHALLENGE
