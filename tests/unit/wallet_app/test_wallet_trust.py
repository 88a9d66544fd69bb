"""Who issued, and who asks: refused if proved false, marked if merely unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from amana.challenge import read_challenge
from amana.credential import check_credential
from amana.errors import AmanaError, RegistryError
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from tests.wallet_world import GRANTED, NOW, World, key_of
from trust_registry.snapshot import State
from wallet_app.trust import look, name_of, seen_issuer

WORLD = World()
HOLDER = key_of("holder").public.did
FORMER = datetime(2026, 5, 1, tzinfo=UTC)


def _seen(
    document: dict[str, Any], world: World | None = WORLD, now: datetime = NOW
) -> Reason | str | None:
    snapshot = None if world is None else world.snapshot()
    try:
        return seen_issuer(check_credential(document), snapshot=snapshot, now=now)
    except AmanaError as error:
        return f"refused: {error.reason}"


def test_a_known_issuer_with_a_good_signature_is_seen() -> None:
    assert _seen(WORLD.credential(HOLDER)) is None


def test_accredited_for_one_purpose_is_enough_for_that_purpose() -> None:
    narrow = WORLD.but(actions=frozenset({("issue", "PurposeCredential:food")}))
    assert _seen(WORLD.credential(HOLDER), narrow) is None
    school = WORLD.credential(HOLDER, purpose="school")
    assert _seen(school, narrow) == "refused: out-of-scope"


UNKNOWN = [
    (None, Reason.REGISTRY_MISSING),
    (WORLD.but(did="did:web:other.example"), Reason.ISSUER_UNKNOWN),
    (WORLD.but(key_name="key-2"), Reason.KEY_UNKNOWN),
    (
        WORLD.but(history=((GRANTED, State.GRANTED), (NOW, State.SUSPENDED))),
        Reason.ISSUER_SUSPENDED_SINCE,
    ),
]


@pytest.mark.parametrize(("world", "reason"), UNKNOWN)
def test_what_is_merely_unknown_is_a_mark(world: World | None, reason: Reason) -> None:
    assert _seen(WORLD.credential(HOLDER), world) is reason


FALSE = [
    (WORLD.but(key=key_of("another")), "bad-signature"),
    (WORLD.but(relationships=frozenset({"authentication"})), "wrong-relationship"),
    (WORLD.but(actions=frozenset()), "out-of-scope"),
    (
        WORLD.but(history=((GRANTED, State.GRANTED), (FORMER, State.WITHDRAWN))),
        "issuer-withdrawn-when-issued",
    ),
]


@pytest.mark.parametrize(("world", "reason"), FALSE)
def test_what_is_proved_false_is_refused(world: World, reason: str) -> None:
    assert _seen(WORLD.credential(HOLDER), world) == f"refused: {reason}"


def _resigned(**named: Any) -> dict[str, Any]:
    document = WORLD.credential(HOLDER)
    del document["proof"]
    return eddsa_jcs.sign(
        document, **{"key": WORLD.key, "verification_method": WORLD.key_id, **named}
    )


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (_resigned(proof_purpose="authentication"), "refused: wrong-relationship"),
        (_resigned(verification_method=f"{WORLD.did}.evil#key-1"), "refused: key-not-of-issuer"),
        ({**WORLD.credential(HOLDER), "proof": None}, "refused: proof-missing"),
        ({**WORLD.credential(HOLDER), "proof": {"type": "Other"}}, Reason.UNKNOWN_CRYPTOSUITE),
    ],
)
def test_the_form_of_the_proof_is_judged(document: Any, reason: str) -> None:
    assert _seen(document) == reason


def test_a_did_key_is_checked_with_no_registry_at_all() -> None:
    key = key_of("did-key")
    own = WORLD.but(did=key.public.did, key=key, key_name=key.public.multikey)
    good = own.credential(HOLDER)
    assert _seen(good, None) is Reason.REGISTRY_MISSING
    forged = {**good, "validUntil": "2030-01-01T00:00:00Z"}
    assert _seen(forged, None) == "refused: bad-signature"
    misnamed = own.but(key_name="key-1").credential(HOLDER)
    assert _seen(misnamed, None) == "refused: key-not-of-issuer"


def test_a_clock_before_the_registry_does_not_hide_a_suspension() -> None:
    world = WORLD.but(
        history=((GRANTED, State.GRANTED), (datetime(2026, 11, 19, tzinfo=UTC), State.SUSPENDED))
    )
    slow = datetime(2026, 2, 1, tzinfo=UTC)
    assert _seen(WORLD.credential(HOLDER), world, now=slow) is Reason.ISSUER_SUSPENDED_SINCE


# --- who asks


def _look(world: World | None = WORLD, *, now: datetime = NOW, **named: Any) -> Any:
    challenge = read_challenge(WORLD.challenge(**named))
    return look(challenge, snapshot=None if world is None else world.snapshot(), now=now)


def test_a_station_of_an_accredited_organisation_is_known() -> None:
    """C61: who asks, by the name that the consortium knows."""
    asker = _look()
    assert (asker.known, asker.name, asker.organisation) == (True, "Aid", WORLD.did)
    assert (asker.trouble, asker.warnings) == (None, ())


@pytest.mark.parametrize(
    ("world", "trouble"),
    [
        *UNKNOWN,
        (WORLD.but(key=key_of("another")), Reason.BAD_SIGNATURE),
        (WORLD.but(actions=frozenset({("issue", "PurposeCredential")})), Reason.OUT_OF_SCOPE),
        (WORLD.but(actions=frozenset({("ask", "PurposeCredential:school")})), Reason.OUT_OF_SCOPE),
        (WORLD.but(relationships=frozenset()), Reason.WRONG_RELATIONSHIP),
        (WORLD.but(published=datetime(2027, 6, 1, tzinfo=UTC)), Reason.EXPIRED),
    ],
)
def test_everybody_else_is_not_known_and_it_says_why(world: World | None, trouble: Reason) -> None:
    asker = _look(world)
    assert (asker.known, asker.trouble) == (False, trouble)


def test_a_damaged_registry_vouches_for_nobody() -> None:
    class Damaged(dict[str, Any]):
        def get(self, *_: object) -> Any:
            raise RegistryError(Reason.REGISTRY_CORRUPT, "what was kept of it is damaged")

    snapshot = replace(WORLD.snapshot(), entries=Damaged())
    asker = look(read_challenge(WORLD.challenge()), snapshot=snapshot, now=NOW)
    assert (asker.known, asker.trouble) == (False, Reason.REGISTRY_CORRUPT)


def test_accredited_to_ask_for_one_purpose() -> None:
    assert _look(WORLD.but(actions=frozenset({("ask", "PurposeCredential:food")}))).known


def test_dates_that_only_this_clock_contradicts_are_warnings() -> None:
    late = _look(now=NOW + timedelta(days=80))
    assert late.known
    assert late.warnings == (Reason.CHALLENGE_EXPIRED, Reason.EXPIRED)
    early = _look(now=NOW - timedelta(days=60))
    assert early.known
    assert early.warnings == (Reason.NOT_YET_VALID,)


def test_an_unsigned_certificate_is_trouble_and_no_crash() -> None:
    challenge = read_challenge(WORLD.challenge())
    del challenge.certificate.document["proof"]
    asker = look(challenge, snapshot=WORLD.snapshot(), now=NOW)
    assert asker.trouble is Reason.PROOF_MISSING


def test_a_name_is_found_in_any_language() -> None:
    entry = WORLD.snapshot().entries[WORLD.did]
    assert name_of(entry) == "Aid"
    assert name_of(replace(entry, names={"fr": "Secours"})) == "Secours"
    assert name_of(replace(entry, names={})) == WORLD.did
