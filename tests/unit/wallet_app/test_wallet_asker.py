"""The wallet says whether who asks is accredited to ask this; the person decides (C61)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from amana.challenge import read_challenge
from amana.cli import main
from amana.errors import RegistryError, VerificationError
from amana.reasons import Reason
from tests.wallet_world import GRANTED, NOW, World, key_of
from trust_registry.accreditation import Accreditation
from trust_registry.snapshot import Entry, Snapshot, State
from wallet_app import actions
from wallet_app._words import asking, vouching
from wallet_app.state import State as Profile
from wallet_app.trust import Asker, Vouched, look

WORLD = World()
CHALLENGE = read_challenge(WORLD.challenge())
SERIAL: str = CHALLENGE.certificate.subjects[0]["serial"]
A, V = Accreditation, Vouched


def _entry(world: World = WORLD, **changes: Any) -> Entry:
    return replace(world.snapshot().entries[world.did], **changes)


def _snapshot(world: World = WORLD, *, stolen: tuple[str, ...] = (), **changes: Any) -> Snapshot:
    entries = {world.did: _entry(world, **changes)}
    return replace(world.snapshot(), entries=entries, stolen=frozenset(stolen))


def _asker(snapshot: Snapshot | None) -> Asker:
    return look(CHALLENGE, snapshot=snapshot, now=NOW)


def _ended(state: State, after: timedelta = timedelta(0)) -> World:
    return WORLD.but(history=((GRANTED, State.GRANTED), (NOW - timedelta(days=10) + after, state)))


TIERS = {"PurposeCredential": frozenset({"registered"})}
CASES: list[tuple[str, Snapshot | None, Vouched, Accreditation, Reason | None]] = [
    ("good", _snapshot(), V.YES, A.ACCREDITED, None),
    ("no registry", None, V.NO_REGISTRY, A.UNKNOWN, Reason.REGISTRY_MISSING),
    (
        "a stranger",
        _snapshot(WORLD.but(did="did:web:other.example")),
        V.UNKNOWN,
        A.UNKNOWN,
        Reason.ISSUER_UNKNOWN,
    ),
    (
        "for something else",
        _snapshot(WORLD.but(actions=frozenset({("ask", "PurposeCredential:school")}))),
        V.NOT_ACCREDITED,
        A.NOT_FOR_THIS,
        Reason.OUT_OF_SCOPE,
    ),
    (
        "at another tier",
        _snapshot(tiers=TIERS),
        V.NOT_ACCREDITED,
        A.NOT_AT_THIS_TIER,
        Reason.OUT_OF_SCOPE,
    ),
    (
        "suspended",
        _snapshot(_ended(State.SUSPENDED)),
        V.NOT_ACCREDITED,
        A.SUSPENDED,
        Reason.ISSUER_SUSPENDED_SINCE,
    ),
    (
        "withdrawn",
        _snapshot(_ended(State.WITHDRAWN)),
        V.NOT_ACCREDITED,
        A.WITHDRAWN,
        Reason.ISSUER_WITHDRAWN_SINCE,
    ),
    (
        "gone by itself",
        _snapshot(_ended(State.TERMINATED)),
        V.NOT_ACCREDITED,
        A.TERMINATED,
        Reason.ISSUER_WITHDRAWN_SINCE,
    ),
    (
        "in somebody's name",
        _snapshot(WORLD.but(key=key_of("another"))),
        V.NOT_PROVED,
        A.ACCREDITED,
        Reason.BAD_SIGNATURE,
    ),
    (
        "in the name of somebody who may not",
        _snapshot(WORLD.but(key=key_of("another"), actions=frozenset())),
        V.NOT_PROVED,
        A.NOT_FOR_THIS,
        Reason.BAD_SIGNATURE,
    ),
    ("stolen", _snapshot(stolen=(SERIAL,)), V.STOLEN, A.ACCREDITED, Reason.STATION_STOLEN),
    (
        "stolen from one that may not",
        _snapshot(stolen=(SERIAL,), tiers=TIERS),
        V.STOLEN,
        A.NOT_AT_THIS_TIER,
        Reason.STATION_STOLEN,
    ),
    ("another is stolen", _snapshot(stolen=("A" * 10,)), V.YES, A.ACCREDITED, None),
]


@pytest.mark.parametrize(
    ("snapshot", "vouched", "accreditation", "trouble"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_the_registry_says_of_who_asks(
    snapshot: Snapshot | None,
    vouched: Vouched,
    accreditation: Accreditation,
    trouble: Reason | None,
) -> None:
    """C2, C61, C111."""
    asker = _asker(snapshot)
    assert (asker.vouched, asker.accreditation, asker.trouble) == (vouched, accreditation, trouble)
    assert asker.known is (vouched is Vouched.YES)


@pytest.mark.parametrize("reason", [Reason.REGISTRY_CORRUPT, Reason.UNREADABLE_FILE])
def test_a_registry_that_was_damaged_is_none(reason: Reason) -> None:
    class Damaged(dict[str, Entry]):
        def get(self, key: str, default: object = None) -> Any:
            raise RegistryError(reason, file=key)

    asker = _asker(replace(_snapshot(), entries=Damaged()))
    assert (asker.vouched, asker.trouble) == (Vouched.NO_REGISTRY, reason)


def test_a_stranger_without_any_proof_is_a_stranger() -> None:
    challenge = read_challenge(WORLD.challenge())
    del challenge.certificate.document["proof"]
    asker = look(challenge, snapshot=replace(WORLD.snapshot(), entries={}), now=NOW)
    assert (asker.vouched, asker.trouble) == (Vouched.UNKNOWN, Reason.PROOF_MISSING)


def test_a_tier_that_it_may_ask_at() -> None:
    tiers = {"PurposeCredential": frozenset({"checked"})}
    assert _asker(_snapshot(tiers=tiers)).vouched is Vouched.YES


def test_places_are_said_and_not_judged() -> None:
    """A wallet does not know where it is; the person does (C67)."""
    asker = _asker(_snapshot(jurisdictions=frozenset({"UG", "KE"})))
    assert (asker.vouched, asker.places) == (Vouched.YES, ("KE", "UG"))
    assert any("KE, UG" in line for line in vouching(asker))


def test_a_clock_before_the_registry_hides_no_suspension() -> None:
    asker = look(
        CHALLENGE, snapshot=_snapshot(_ended(State.SUSPENDED)), now=NOW - timedelta(days=60)
    )
    assert asker.accreditation is Accreditation.SUSPENDED


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_each_result_has_plain_words(
    case: tuple[str, Snapshot | None, Vouched, Accreditation, Reason | None],
) -> None:
    """C13: in words of its own, on lines of their own; only a full yes goes without advice."""
    asker = _asker(case[1])
    lines = vouching(asker)
    assert all("\n" not in line for line in lines)
    assert (len(lines) == 1) is (asker.vouched is Vouched.YES)
    assert asking(CHALLENGE, asker).startswith("\n".join(lines))


def test_no_two_results_sound_alike() -> None:
    said: dict[Any, str] = {}
    for name, snapshot, vouched, accreditation, _ in CASES:
        key = (vouched, accreditation if vouched is Vouched.NOT_ACCREDITED else None)
        # The stranger is told by its DID: names that nobody signed are not shown.
        said.setdefault(key, " ".join(vouching(_asker(snapshot))))
        assert name
    assert len(set(said.values())) == len(said) == 10


def test_software_never_refuses_for_the_person() -> None:
    """The answer waits for the person's word, and is then given, whoever asks (C61)."""
    seed = bytes(range(32))
    empty = Profile(seed=seed, counter=0, spent=frozenset(), proofs=())
    state, (holder,) = actions.request_keys(empty, 1)
    state = actions.receive(state, WORLD.credential(holder), snapshot=_snapshot(), now=NOW)
    for _, snapshot, vouched, _, trouble in CASES:
        named: dict[str, Any] = {"snapshot": snapshot, "now": NOW}
        answered = actions.answer(state, CHALLENGE, allow_unknown=True, **named)
        assert answered.claims == ("children", "householdSize")
        if vouched is not Vouched.YES:
            with pytest.raises(VerificationError) as caught:
                actions.answer(state, CHALLENGE, **named)
            assert caught.value.reason is Reason.CHALLENGE_NOT_TRUSTED
            assert caught.value.detail == str(trouble)


def test_the_command_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    question = tmp_path / "ask.json"
    question.write_text(json.dumps(WORLD.challenge()))
    found = _snapshot(stolen=(SERIAL,), jurisdictions=frozenset({"KE"}))
    monkeypatch.setattr("wallet_app.cli.read_snapshot", lambda _options, now: found)
    assert main(["wallet", "look", str(question), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["vouched"], said["accreditation"]) == ("stolen", "accredited")
    assert (said["places"], said["trouble"]) == (["KE"], "station-stolen")
