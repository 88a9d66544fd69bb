"""`verify`: what is accepted, what it relied on, and how misuse is told from bad input."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from amana import credential as credential_module
from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Outcome, Reason
from tests.simulator import (
    FOOD,
    NOW,
    Document,
    Issuer,
    Simulator,
    found,
    key_of,
    reasons,
    text_of,
)
from trust_registry.snapshot import Snapshot, State
from verifier import Policy, Tier, verify
from verifier.verdict import ProofShown

GOOD = (Outcome.ACCEPTED, Reason.PRESENCE_NOT_PROVEN)


@pytest.fixture
def sim() -> Simulator:
    return Simulator()


def _known(sim: Simulator) -> Snapshot:
    snapshot = sim.snapshot()
    assert snapshot is not None
    return snapshot


def test_an_answer_to_a_challenge_is_accepted(sim: Simulator) -> None:
    """A stranger with no internet believes a holder, and learns what was asked (C11, C87)."""
    verdict = sim.answer(sim.credential())
    assert found(verdict) == GOOD
    assert reasons(verdict) == [Reason.PRESENCE_NOT_PROVEN]
    assert verdict.shown == {"purpose": "food", "entitlement": "household", **FOOD}
    relied = verdict.relied_on
    assert (relied.registry_version, relied.issuer) == (7, "did:web:aid.example")
    assert relied.registry_age == NOW - sim.published
    assert relied.status_age == NOW - sim.issuer.listed_on
    assert relied.proof is ProofShown.HOLDER


def test_the_code_says_the_same_as_the_json(sim: Simulator) -> None:
    asked = sim.ask()
    shown = sim.present(sim.credential(), to=asked)
    assert found(sim.judge(text_of(shown), asked)) == GOOD


def test_nobody_is_relied_on_for_being_named(sim: Simulator) -> None:
    """A forger names an issuer; the verdict does not repeat it as what it stands on."""
    stranger = Issuer(did="did:web:stranger.example", key=key_of("stranger"))
    for credential, issuer in (
        (sim.credential(key=sim.thief), None),
        (sim.credential(issuer=stranger), None),
        (sim.credential(purpose="cash"), sim.issuer.did),
    ):
        verdict = sim.answer(credential)
        assert not verdict.accepted
        assert verdict.relied_on.issuer == issuer


def test_the_registry_s_own_findings_come_first(sim: Simulator) -> None:
    """What a whole station lacks explains more than what it then can't say of one proof."""
    sim.registry = False
    assert reasons(sim.answer(sim.credential(purpose="cash"))) == [
        Reason.REGISTRY_MISSING,
        Reason.ISSUER_UNKNOWN,
        Reason.STATUS_LIST_MISSING,
        Reason.PRESENCE_NOT_PROVEN,
        Reason.WRONG_PURPOSE,
    ]


def test_paper_is_enough_where_registration_is(sim: Simulator) -> None:
    """A printed card works with no phone at all (C2, C9)."""
    verdict = sim.judge(text_of(sim.credential()), tier=Tier.REGISTERED, purpose="food")
    assert found(verdict) == (Outcome.ACCEPTED, Reason.HOLDER_NOT_PROVED)
    assert verdict.relied_on.proof is ProofShown.CREDENTIAL
    assert verdict.shown["householdSize"] == 4


def test_a_nameless_copy_is_as_good(sim: Simulator) -> None:
    """No claim about the person, the same entitlement (C3, C24)."""
    credential = sim.credential(claims={}, subject={"reference": "ABCDEFGH23"})
    asked = sim.ask(claims=[])
    verdict = sim.judge(sim.present(credential, to=asked), asked)
    assert found(verdict) == GOOD
    assert verdict.shown == {"purpose": "food", "entitlement": "household"}


def test_the_purpose_counts_where_nothing_was_asked(sim: Simulator) -> None:
    verdict = sim.judge(sim.credential(), tier=Tier.REGISTERED, purpose="health")
    assert found(verdict) == (Outcome.REJECTED, Reason.WRONG_PURPOSE)
    assert verdict.shown == {}


@pytest.mark.parametrize(
    "edit",
    [
        lambda answer: answer.pop("holder"),
        lambda answer: answer.update(holder={"id": answer["holder"]}),
        lambda answer: answer.update(verifiableCredential=answer["verifiableCredential"][0]),
        lambda answer: answer.update(type="VerifiablePresentation"),
        lambda answer: answer.update(id="urn:uuid:0e4f5fd2-30cd-4a1b-b0ba-1ec8ea9a3c0d"),
    ],
    ids=["no holder", "holder object", "one credential", "one type", "id"],
)
def test_the_data_model_s_other_forms_of_an_answer(sim: Simulator, edit: Any) -> None:
    """VC Data Model 2.0, section 4.13 allows them (C93)."""
    assert found(sim.answer(sim.credential(), edit=edit)) == GOOD


def test_two_copies_where_a_service_takes_two(sim: Simulator) -> None:
    old = Issuer(did="did:web:old.example", key=key_of("old"))
    old.listed_on = datetime(2026, 10, 28, tzinfo=UTC)
    sim.others.append(old)
    asked = sim.ask()
    shown = sim.present(sim.credential(), sim.credential(issuer=old), to=asked)
    verdict = sim.judge(shown, asked, credentials_max=2)
    assert found(verdict) == GOOD
    assert verdict.relied_on.status_age == NOW - old.listed_on


def test_two_lists_of_one_copy(sim: Simulator) -> None:
    """Each of several status entries is asked; the older list's age is told."""
    other = Issuer(key=sim.issuer.key, list_url="https://aid.example/status/2")
    other.listed_on = datetime(2026, 11, 2, tzinfo=UTC)
    snapshot = sim.snapshot()
    assert snapshot is not None
    lists = {**other.collected(), **snapshot.status_lists}
    assert len(lists) == 2

    def twice(document: Document) -> None:
        entry = document["credentialStatus"]
        document["credentialStatus"] = [
            {**entry, "statusListCredential": other.list_url},
            entry,
        ]

    credential = sim.credential(edit=twice)
    verdict = verify(
        json.dumps(credential).encode(),
        snapshot=replace(snapshot, status_lists=lists),
        policy=Policy(),
        now=NOW,
    )
    assert verdict.relied_on.status_age == NOW - other.listed_on
    assert Reason.STATUS_LIST_MISSING not in reasons(verdict)


def test_a_type_without_people_needs_no_status(sim: Simulator) -> None:
    sim.issuer.actions.add(("issue", "StationCertificate"))
    verdict = sim.judge(
        sim.certificate(), tier=Tier.REGISTERED, kinds=frozenset({"StationCertificate"})
    )
    assert found(verdict) == (Outcome.ACCEPTED, Reason.HOLDER_NOT_PROVED)


def test_a_copy_without_status_and_without_schema(sim: Simulator) -> None:
    """Absence of a status is no permission where a person is concerned (C79)."""
    credential = sim.credential(edit=lambda document: document.pop("credentialStatus"))
    assert Reason.STATUS_MISSING in reasons(sim.answer(credential))


def test_where_no_validator_is_installed(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone can't tell whether a schema holds: then it is unknown, not good.

    Of our own usual text it can: the pattern that it fits was made from the schema.
    """
    monkeypatch.setattr(credential_module, "conforms", lambda kind: lambda document: None)
    for written, expected in (
        (json.dumps, (Outcome.UNDECIDED, Reason.MISSING_LIBRARY)),
        (canonical, GOOD),
    ):
        asked = sim.ask()
        text = written(sim.present(sim.credential(), to=asked))
        shown = text.encode() if isinstance(text, str) else text
        assert found(sim.judge(shown, asked)) == expected


@pytest.mark.parametrize("state", [State.RETIRED, State.TERMINATED])
def test_what_was_issued_before_a_good_ending_stays_good(sim: Simulator, state: State) -> None:
    """A retired key's and a closed organisation's older copies keep their worth."""
    change = (datetime(2026, 10, 10, tzinfo=UTC), state)
    history = sim.issuer.key_history if state is State.RETIRED else sim.issuer.history
    history.append(change)
    assert found(sim.answer(sim.credential(valid_from=date(2026, 10, 1)))) == GOOD


def test_an_accreditation_for_one_purpose(sim: Simulator) -> None:
    sim.issuer.actions = {("issue", "PurposeCredential:food")}
    assert found(sim.answer(sim.credential())) == GOOD


def test_a_did_key_issuer_that_is_registered(sim: Simulator) -> None:
    key = key_of("small organisation")
    sim.issuer = Issuer(
        did=key.public.did,
        key=key,
        key_name=key.public.multikey,
        list_url="https://small.example/status/1",
    )
    assert found(sim.answer(sim.credential())) == GOOD


@pytest.mark.parametrize(
    ("tier", "expected"),
    [
        (Tier.CHECKED, (Outcome.UNDECIDED, Reason.CLOCK_UNTRUSTED)),
        (Tier.REGISTERED, (Outcome.ACCEPTED, Reason.REGISTRY_STALE)),
    ],
)
def test_a_clock_that_can_not_be_right(
    sim: Simulator, tier: Tier, expected: tuple[Outcome, Reason]
) -> None:
    """Its age is unknown; the registry's own date stands in for the time (C11)."""
    sim.now = datetime(1970, 1, 1, tzinfo=UTC)
    asked = sim.ask()
    verdict = sim.judge(sim.present(sim.credential(), to=asked), asked, tier=tier)
    assert found(verdict) == expected
    assert verdict.relied_on.registry_age is None
    assert verdict.relied_on.status_age == sim.published - sim.issuer.listed_on


def test_a_list_that_an_old_bundle_can_not_hold(sim: Simulator) -> None:
    """Tier registered is never stopped by a stale registry, nor by what it lacks (C2)."""
    sim.published = NOW - timedelta(days=91)
    sim.issuer.list_published = False
    verdict = sim.judge(sim.credential(), tier=Tier.REGISTERED)
    assert verdict.outcome is Outcome.ACCEPTED
    assert Reason.STATUS_LIST_STALE in reasons(verdict)


def test_a_fresh_bundle_without_the_list_decides_nothing(sim: Simulator) -> None:
    sim.issuer.list_published = False
    verdict = sim.judge(sim.credential(), tier=Tier.REGISTERED)
    assert found(verdict) == (Outcome.UNDECIDED, Reason.STATUS_LIST_MISSING)


@pytest.mark.parametrize("tier", [Tier.CHECKED, Tier.REGISTERED])
@pytest.mark.parametrize("days", [0, 90, 91, 399, 400, 401])
def test_the_age_of_a_registry(sim: Simulator, tier: Tier, days: int) -> None:
    sim.published = NOW - timedelta(days=days)
    sim.issuer.listed_on = NOW
    verdict = sim.judge(sim.credential(valid_from=date(2026, 10, 1)), tier=tier)
    known = {
        (Tier.CHECKED, True): Reason.REGISTRY_EXPIRED if days <= 400 else Reason.CLOCK_UNTRUSTED,
        (Tier.REGISTERED, True): Reason.REGISTRY_STALE,
    }.get((tier, days > 90))
    about = {Reason.REGISTRY_EXPIRED, Reason.CLOCK_UNTRUSTED, Reason.REGISTRY_STALE}
    assert set(reasons(verdict)) & about == ({known} if known else set())
    assert (verdict.relied_on.registry_age is None) is (days > 400)


@pytest.mark.parametrize(
    ("after", "age", "expired"),
    [(-1, None, False), (0, 40, False), (400, 440, True), (401, None, None)],
)
def test_the_floor_is_the_newest_date_that_a_device_has_seen(
    sim: Simulator, after: int, age: int | None, *, expired: bool | None
) -> None:
    """A clock before the floor, or too far past it, gives no age: whatever version is at hand."""
    floor = sim.published + timedelta(days=40)
    snapshot = replace(_known(sim), floor=floor)
    credential = sim.credential(valid_from=date(2026, 10, 1), valid_until=date(2028, 5, 1))
    verdict = verify(
        canonical(credential),
        snapshot=snapshot,
        policy=Policy(registry_max_age=timedelta(days=41), status_max_age=timedelta(days=999)),
        now=floor + timedelta(days=after),
    )
    assert verdict.relied_on.registry_age == (None if age is None else timedelta(days=age))
    assert (Reason.CLOCK_UNTRUSTED in reasons(verdict)) is (age is None)
    assert (Reason.REGISTRY_EXPIRED in reasons(verdict)) is bool(expired)


def test_what_the_floor_proves_needs_no_clock(sim: Simulator) -> None:
    """Members signed that the day had come: a clock set back brings nothing back."""
    snapshot = replace(_known(sim), floor=datetime(2027, 3, 1, tzinfo=UTC))
    for until, reason in (
        (date(2027, 3, 1), Reason.EXPIRED),
        (date(2027, 4, 1), Reason.CLOCK_UNTRUSTED),
    ):
        credential = canonical(sim.credential(valid_until=until))
        verdict = verify(credential, snapshot=snapshot, policy=Policy(), now=NOW)
        assert verdict.reason is reason


def test_a_registry_that_turns_out_to_be_damaged_proves_nothing(sim: Simulator) -> None:
    class Damaged(dict[str, Any]):
        def get(self, *_: object) -> Any:
            raise RegistryError(Reason.REGISTRY_CORRUPT, "what was kept of it is damaged")

    credential = canonical(sim.credential())
    changes: list[dict[str, Any]] = [{"entries": Damaged()}, {"status_lists": Damaged()}]
    for changed in changes:
        snapshot = replace(_known(sim), **changed)
        verdict = verify(credential, snapshot=snapshot, policy=Policy(), now=NOW)
        assert found(verdict) == (Outcome.UNDECIDED, Reason.REGISTRY_CORRUPT)
        assert not verdict.shown


@pytest.mark.parametrize("days", [29, 30, 31])
def test_the_age_of_a_status_list(sim: Simulator, days: int) -> None:
    sim.issuer.listed_on = datetime(2026, 11, 22, tzinfo=UTC) - timedelta(days=days)
    verdict = sim.answer(sim.credential())
    assert (Reason.STATUS_LIST_EXPIRED in reasons(verdict)) is (days >= 30)


def test_dates_count_to_the_instant(sim: Simulator) -> None:
    credential = sim.credential(valid_from=date(2026, 11, 1), valid_until=date(2026, 12, 1))
    turn = datetime(2026, 12, 1, tzinfo=UTC)
    for now, expired in ((turn - timedelta(microseconds=1), False), (turn, True)):
        sim.now = now
        assert (Reason.EXPIRED in reasons(sim.judge(credential))) is expired
    sim.now = datetime(2026, 12, 1, tzinfo=UTC)
    for at, early in ((date(2026, 12, 1), False), (date(2027, 1, 1), True)):
        credential = sim.credential(valid_from=at, valid_until=date(2027, 5, 1))
        assert (Reason.NOT_YET_VALID in reasons(sim.judge(credential))) is early


def test_ages_count_to_the_instant(sim: Simulator) -> None:
    """A list is old after its age, and over at its own end, not before."""
    listed = datetime(2026, 11, 2, tzinfo=UTC)
    sim.issuer.listed_on, sim.issuer.list_until = listed, datetime(2026, 12, 1, tzinfo=UTC)
    instant = timedelta(microseconds=1)
    for now, most, old in (
        (listed + timedelta(days=20), timedelta(days=20), False),
        (listed + timedelta(days=20) + instant, timedelta(days=20), True),
        (sim.issuer.list_until - instant, timedelta(days=60), False),
        (sim.issuer.list_until, timedelta(days=60), True),
    ):
        sim.now = now
        verdict = sim.judge(sim.credential(), status_max_age=most)
        assert (Reason.STATUS_LIST_EXPIRED in reasons(verdict)) is old


@pytest.mark.parametrize(
    ("published", "reason"),
    [
        (datetime(2026, 12, 1, tzinfo=UTC), Reason.EXPIRED),
        (datetime(2026, 11, 30, 23, tzinfo=UTC), Reason.EXPIRED_BY_DOUBTED_CLOCK),
    ],
)
def test_what_members_signed_proves_an_expiry(
    sim: Simulator, published: datetime, reason: Reason
) -> None:
    """Only a believed date says that something is over."""
    sim.published, sim.now = published, datetime(2031, 1, 1, tzinfo=UTC)
    verdict = sim.judge(sim.credential(valid_until=date(2026, 12, 1)))
    about = {Reason.EXPIRED, Reason.EXPIRED_BY_DOUBTED_CLOCK}
    assert set(reasons(verdict)) & about == {reason}


def test_misuse_is_not_a_verdict(sim: Simulator) -> None:
    snapshot = sim.snapshot()
    shown = json.dumps(sim.credential()).encode()
    with pytest.raises(ValueError, match="time zone"):
        verify(shown, snapshot=snapshot, policy=Policy(), now=datetime(2026, 11, 22))  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        verify(shown, snapshot=None, policy=Policy(), now=datetime(2026, 11, 22))  # noqa: DTZ001
    with pytest.raises(TypeError):
        verify("text", snapshot=snapshot, policy=Policy(), now=NOW)  # type: ignore[arg-type]


def test_a_local_clock_means_the_same_instant(sim: Simulator) -> None:
    credential = sim.credential()
    here = sim.judge(credential)
    sim.now = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert sim.judge(credential) == here


def test_nothing_of_the_person_in_a_verdict_s_repr(sim: Simulator) -> None:
    verdict = sim.answer(sim.credential(claims={"householdSize": 77, "children": 2}))
    assert verdict.accepted
    assert "77" not in repr(verdict)
    assert sim.holder.public.multikey not in repr(verdict)
