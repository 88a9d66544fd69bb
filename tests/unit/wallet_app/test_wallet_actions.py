"""Receive, list and answer: only what was asked, only once, and only about me."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from amana.challenge import Challenge, read_challenge
from amana.did.key import resolve, verification_method
from amana.errors import AmanaError, InputError, VaultError, VerificationError
from amana.keys import SecretKey
from amana.limits import LIMITS
from amana.presentation import check_presentation
from amana.proofs import eddsa_jcs
from amana.proofs.eddsa_jcs import read_proof, verify
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import FOOD, NOW, World
from wallet_app import actions
from wallet_app.state import CHECKED, State

WORLD = World()
SNAPSHOT = WORLD.snapshot()


def _state(keys: int = 3) -> tuple[State, list[str]]:
    state, holders = actions.request_keys(State.new(randomness("seed")), keys)
    return state, list(holders)


def _holding(*documents: dict[str, Any], keys: int = 3, **options: Any) -> State:
    """A state that received each of `documents`, made for its next key by a function."""
    state, holders = _state(keys)
    for make, holder in zip(documents, holders, strict=False):
        document = WORLD.credential(holder, **make)
        state = actions.receive(state, document, snapshot=SNAPSHOT, now=NOW, **options)
    return state


def _challenge(*given: Any, **named: Any) -> Challenge:
    return read_challenge(WORLD.challenge(*given, **named))


def _answer(state: State, challenge: Challenge, **named: Any) -> actions.Answered:
    return actions.answer(state, challenge, **{"snapshot": SNAPSHOT, "now": NOW, **named})


def _refused(state: State, challenge: Challenge, **named: Any) -> AmanaError:
    with pytest.raises(AmanaError) as caught:
        _answer(state, challenge, **named)
    return caught.value


# --- keys


def test_keys_are_fresh_for_ever() -> None:
    state, first = _state(2)
    state, second = actions.request_keys(state, 3)
    assert len({*first, *second}) == 5
    assert state.counter == 5


@pytest.mark.parametrize("count", [0, -1, LIMITS.wallet_keys + 1])
def test_a_number_of_keys_outside_the_bounds_is_refused(count: int) -> None:
    state, _ = _state()
    with pytest.raises(InputError) as caught:
        actions.request_keys(state, count)
    assert caught.value.reason is Reason.TOO_LARGE


# --- receive


def test_a_good_credential_is_kept_as_checked() -> None:
    state = _holding({})
    assert [(held.copy, held.issuer) for held in state.proofs] == [(0, CHECKED)]


def test_without_a_registry_it_is_kept_and_marked() -> None:
    state, holders = _state()
    state = actions.receive(state, WORLD.credential(holders[0]), now=NOW)
    assert state.proofs[0].issuer == "registry-missing"


def test_the_same_again_is_quietly_the_same_state() -> None:
    state, holders = _state()
    document = WORLD.credential(holders[0])
    state = actions.receive(state, document, now=NOW)
    assert actions.receive(state, document, now=NOW) is state


def test_another_proof_under_a_key_in_use_is_refused() -> None:
    """Two proofs under one key could be linked by it."""
    state, holders = _state()
    state = actions.receive(state, WORLD.credential(holders[0]), now=NOW)
    with pytest.raises(VaultError) as caught:
        actions.receive(state, WORLD.credential(holders[0], purpose="school"), now=NOW)
    assert caught.value.reason is Reason.ALREADY_USED


def test_an_expired_one_is_refused() -> None:
    state, holders = _state()
    document = WORLD.credential(holders[0], until=date(2026, 11, 1))
    with pytest.raises(VerificationError) as caught:
        actions.receive(state, document, now=NOW)
    assert caught.value.reason is Reason.EXPIRED


@pytest.mark.parametrize("document", [7, {}, [], None, {"type": "x"}])
def test_what_is_no_credential_is_an_input_error(document: Any) -> None:
    state, _ = _state()
    with pytest.raises(InputError) as caught:
        actions.receive(state, document, now=NOW)
    assert caught.value.reason is Reason.BAD_CREDENTIAL


def test_a_credential_without_an_end_or_of_another_kind_is_kept() -> None:
    state, holders = _state()
    document = WORLD.credential(holders[0], kind="TrainingCertificate")
    endless = {name: value for name, value in document.items() if name != "validUntil"}
    del endless["proof"], endless["credentialSubject"]["purpose"]
    signed = eddsa_jcs.sign(endless, key=WORLD.key, verification_method=WORLD.key_id)
    state = actions.receive(state, signed, now=NOW)
    (summary,) = actions.list_proofs(state)
    assert (summary.kind, summary.purpose, summary.until) == ("TrainingCertificate", None, None)


def test_a_batch_goes_on_after_a_bad_one() -> None:
    state, holders = _state()
    good = WORLD.credential(holders[0])
    received = actions.receive_all(
        state,
        [
            WORLD.credential("did:key:z6MkSomebodyElse"),
            InputError(Reason.NOT_JSON),
            good,
            good,
            WORLD.credential(holders[1]),
        ],
        now=NOW,
    )
    assert (received.kept, received.known) == (2, 1)
    assert [(place, error.reason) for place, error in received.refused] == [
        (0, Reason.NOT_MINE),
        (1, Reason.NOT_JSON),
    ]
    assert [held.copy for held in received.state.proofs] == [0, 1]


# --- list


def test_the_list_sums_up_and_tells_no_value() -> None:
    """Copies are counted by purpose, with names of claims and months, never values (C68)."""
    food = {"claims": {"householdSize": 31_337}}
    state = _holding(food, food, {"purpose": "school", "claims": {}})
    summaries = actions.list_proofs(state, snapshot=SNAPSHOT)
    assert [(s.purpose, s.copies, s.until, s.claims, s.issuer_name) for s in summaries] == [
        ("food", 2, "2027-03", ("householdSize",), "Aid"),
        ("school", 1, "2027-03", (), "Aid"),
    ]
    assert "31337" not in repr(summaries)
    assert actions.list_proofs(state)[0].issuer_name is None


# --- answer


def test_the_answer_shows_one_credential_bound_to_the_whole_challenge() -> None:
    state = _holding({}, {})
    challenge = _challenge()
    answered = _answer(state, challenge)
    presentation = check_presentation(answered.presentation)
    assert len(presentation.credentials) == 1
    holder = presentation.credentials[0].holder
    assert presentation.holder == holder
    proof = read_proof(answered.presentation["proof"])
    verify(answered.presentation, proof, key=resolve(str(holder)))
    assert proof.verification_method == verification_method(str(holder))
    assert proof.options["challenge"] == challenge.digest
    assert proof.options["domain"] == WORLD.did
    assert answered.claims == ("children", "householdSize")
    assert answered.warnings == ()


def test_a_copy_is_shown_once() -> None:
    state = _holding({}, {})
    first = _answer(state, _challenge())
    second = _answer(first.state, _challenge())
    shown = [check_presentation(a.presentation).credentials[0].holder for a in (first, second)]
    assert len(set(shown)) == 2
    assert _refused(second.state, _challenge()).reason is Reason.NOTHING_TO_SHOW
    assert second.state.spent == {0, 1}
    assert second.state.proofs == ()


def test_more_than_was_asked_is_never_shown() -> None:
    """A credential that says more than was asked stays in the wallet (C30)."""
    error = _refused(_holding({}), _challenge(["householdSize"]))
    assert (type(error), error.reason) == (VaultError, Reason.CLAIM_NOT_ASKED)
    assert error.where == {"claims": "children"}
    assert "4" not in str(error)


def test_the_narrow_copy_is_chosen_where_the_wide_one_says_too_much() -> None:
    state = _holding({}, {"claims": {"householdSize": 4}})
    answered = _answer(state, _challenge(["householdSize"]))
    assert answered.claims == ("householdSize",)


def test_the_copy_that_says_most_of_what_is_asked_is_chosen() -> None:
    state = _holding({"claims": {}}, {}, {"claims": {"children": 2}})
    assert _answer(state, _challenge()).claims == ("children", "householdSize")


def test_a_claim_that_is_not_held_is_named_and_nothing_is_joined() -> None:
    """Two proofs that together say all of it are not joined into one answer."""
    halves = [{"claims": {name: value}} for name, value in FOOD.items()]
    state = _holding(*halves)
    error = _refused(state, _challenge())
    assert (type(error), error.reason) == (VaultError, Reason.CLAIM_MISSING)
    assert error.where["claims"] in {"children", "householdSize"}
    answered = _answer(state, _challenge(), allow_missing=True)
    assert len(answered.presentation["verifiableCredential"]) == 1


def test_a_nameless_proof_answers_when_nothing_about_the_person_is_asked() -> None:
    """C3, C24: who gave no claims has a proof like everybody else's."""
    state = _holding({"claims": {}})
    assert _answer(state, _challenge([])).claims == ()


@pytest.mark.parametrize(
    "held", [{"purpose": "school"}, {"kind": "HouseholdProfile"}, {"purpose": 7}]
)
def test_proofs_for_another_purpose_or_of_another_kind_are_never_shown(
    held: dict[str, Any],
) -> None:
    world = WORLD.but(actions=WORLD.actions | {("issue", "HouseholdProfile")})
    state, holders = _state()
    document = world.credential(holders[0], **held)
    state = actions.receive(state, document, snapshot=world.snapshot(), now=NOW)
    assert _refused(state, _challenge()).reason is Reason.NOTHING_TO_SHOW


def test_who_is_not_known_gets_an_answer_only_if_the_person_insists() -> None:
    """C61: the person learns that the registry does not vouch for who asks, and decides."""
    state = _holding({})
    error = _refused(state, _challenge(), snapshot=None)
    assert (type(error), error.reason) == (VerificationError, Reason.CHALLENGE_NOT_TRUSTED)
    assert error.detail == Reason.REGISTRY_MISSING.value
    answered = _answer(state, _challenge(), snapshot=None, allow_unknown=True)
    assert answered.claims == ("children", "householdSize")


def test_clocks_of_phones_only_warn() -> None:
    state = _holding({})
    later = NOW + timedelta(days=365)
    challenge = _challenge(certified_from=later - timedelta(days=200))
    answered = _answer(state, challenge, now=later)
    assert set(answered.warnings) == {Reason.CHALLENGE_EXPIRED, Reason.EXPIRED}
    assert _answer(state, _challenge(), now=datetime(1970, 1, 1, tzinfo=UTC)).warnings == (
        Reason.NOT_YET_VALID,
    )


def test_what_has_expired_or_is_unchecked_is_shown_last() -> None:
    state, holders = _state()
    soon = WORLD.credential(holders[0], until=date(2026, 12, 1))
    late = WORLD.credential(holders[1])
    unchecked = WORLD.credential(holders[2], until=date(2026, 12, 1))
    state = actions.receive(state, unchecked, now=NOW)
    for document in (late, soon):
        state = actions.receive(state, document, snapshot=SNAPSHOT, now=NOW)

    def order(now: datetime) -> list[str | None]:
        current, shown = state, []
        for _ in range(3):
            answered = _answer(current, _challenge(), now=now)
            current = answered.state
            shown.append(check_presentation(answered.presentation).credentials[0].holder)
        return shown

    assert order(NOW) == [holders[0], holders[1], holders[2]]
    assert order(NOW + timedelta(days=20)) == [holders[1], holders[0], holders[2]]


def test_an_endless_proof_is_shown_after_none_that_ends() -> None:
    state = _holding({}, {})
    endless = replace(
        state.proofs[0], credential=state.proofs[0].credential._replace(valid_until=None)
    )
    state = replace(state, proofs=(endless, state.proofs[1]))
    assert _answer(state, _challenge()).warnings == ()


def test_an_issuer_without_a_registry_may_be_a_did_key() -> None:
    key = SecretKey.generate(randomness("did-key issuer"))
    world = WORLD.but(did=key.public.did, key=key, key_name=key.public.multikey)
    state, holders = _state()
    state = actions.receive(state, world.credential(holders[0]), snapshot=SNAPSHOT, now=NOW)
    assert state.proofs[0].issuer == "issuer-unknown"
