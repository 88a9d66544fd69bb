"""Ceremonies: members sign on their own machines, and see only what differs for them."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from amana.errors import AmanaError, RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.reasons import Reason
from amana.sealed import seal_key_file
from tests.ceremony_lab import (
    Change,
    Machine,
    begin,
    desk,
    hold,
    machines,
    members,
)
from tests.region_lab import RegionLab
from tests.registry_lab import CHEAP, NOW, PASSPHRASE, Lab
from trust_registry._package import read_package, read_signatures
from trust_registry.ceremony import Look, finish, sign_package
from trust_registry.consortium import Consortium
from trust_registry.snapshot import State

LATER = NOW + timedelta(days=2)


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A registry with one organisation, published by a ceremony of two of three members."""
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.consortium.collect_status(lab.relief.list(), now=NOW)
    return lab


def told(seen: Look) -> list[str]:
    return [one.words for one in seen.differences]


def refused(call: Callable[[], object], reason: Reason) -> AmanaError:
    with pytest.raises(AmanaError) as caught:
        call()
    assert caught.value.reason is reason, caught.value
    return caught.value


def test_a_version_is_published_by_members_on_their_own_machines(lab: Lab) -> None:
    """C110, C112: no machine holds two members' keys, and none publishes alone."""
    first, second, _ = machines(lab)
    package = begin(lab)
    data = package.data()
    assert read_package(data).digest == package.digest
    assert not (lab.published / "metadata/timestamp.json").exists()
    one = first.sign(data, lab.published)
    refused(lambda: finish(desk(lab), data, [one], now=NOW), Reason.BELOW_THRESHOLD)
    refused(lambda: finish(desk(lab), data, [one, one], now=NOW), Reason.BELOW_THRESHOLD)
    assert not (lab.published / "metadata/timestamp.json").exists()
    assert finish(desk(lab), data, [one, second.sign(data, lab.published)], now=NOW).version == 1
    assert lab.load().entry(lab.relief.did) is not None


def test_each_member_sees_what_differs_from_what_they_verified(lab: Lab) -> None:
    """C79: a suspension is shown with its reason, and nothing hides it."""
    first, second, third = machines(lab)
    hold(lab, [first, second])
    lab.consortium.change_state(lab.relief.did, State.SUSPENDED, reason="audit", now=LATER)
    data = begin(lab, now=LATER).data()
    seen = first.look(data, lab.published, now=LATER)
    assert seen.since == 1
    assert any("suspended" in words and "because: audit" in words for words in told(seen))
    assert not any("new organisation" in words for words in told(seen))
    # Who was not there last time has more to read.
    late = third.look(data, lab.published, now=LATER)
    assert late.since == 0
    assert any("new organisation: Relief" in words for words in told(late))
    signed = [
        third.sign(data, lab.published, now=LATER),
        second.sign(data, lab.published, now=LATER),
    ]
    assert finish(desk(lab), data, signed, now=LATER).version == 2
    # The first did not sign that one: now it is still to be told of it.
    data = begin(lab, now=LATER).data()
    assert any("suspended" in words for words in told(first.look(data, lab.published, now=LATER)))
    assert told(second.look(data, lab.published, now=LATER)) == [
        "version 3, dated 2026-11-24 12:00"
    ]


def test_a_member_leaves_and_another_joins(lab: Lab) -> None:
    """C112: the old members and the new ones sign who decides from now on."""
    joins = SecretKey.generate(lab.random)
    first, second, third, fourth = machines(lab, joins)
    hold(lab, [first, second])
    lab.load()
    change = Change(members=members(lab, member_3=None, member_4=joins.public), threshold=2)
    package = begin(lab, change=change)
    data = package.data()
    seen = told(first.look(data, lab.published))
    assert f"new member: {joins.public.multikey}, called member-4" in seen
    assert f"member no more: {third.key.public.multikey}" in seen
    new, old = fourth.sign(data, lab.published), first.sign(data, lab.published)
    assert set(read_signatures(old).signatures) == set(package.metadata)
    left = third.sign(data, lab.published)
    assert set(read_signatures(left).signatures) == {"root"}
    # One old member and a new one are two, but only one of those who decided before.
    refused(lambda: finish(desk(lab), data, [new, old], now=NOW), Reason.BELOW_THRESHOLD)
    # The old threshold is met, but only one of the signers stays.
    refused(lambda: finish(desk(lab), data, [left, old], now=NOW), Reason.BELOW_THRESHOLD)
    assert finish(desk(lab), data, [new, old, left], now=NOW).version == 2
    assert [one.name for one in desk(lab).members] == ["member-1", "member-2", "member-4"]
    assert lab.load().version == 2
    # From now on the one who left signs nothing, and the one who joined does.
    lab.consortium.collect_status(lab.relief.list(valid_from=LATER), now=LATER)
    data = begin(lab, now=LATER).data()
    refused(lambda: third.sign(data, lab.published, now=LATER), Reason.BAD_CEREMONY)
    signed = [
        fourth.sign(data, lab.published, now=LATER),
        first.sign(data, lab.published, now=LATER),
    ]
    assert finish(desk(lab), data, signed, now=LATER).version == 3
    assert lab.load(now=LATER).version == 3


def test_a_lost_key_is_replaced_by_those_who_are_left(lab: Lab) -> None:
    found = SecretKey.generate(lab.random)
    first, second, _, again = machines(lab, found)
    hold(lab, [first, second])
    change = Change(members=members(lab, member_2=found.public), threshold=2)
    assert hold(lab, [first, machines(lab)[2], again], change=change).version == 2
    assert lab.load().version == 2
    assert members(lab)["member-2"] == found.public
    refused(lambda: second.sign(begin(lab).data(), lab.published), Reason.BAD_CEREMONY)


def test_the_threshold_rises(lab: Lab) -> None:
    three = machines(lab)
    hold(lab, three[:2])
    change = Change(members=members(lab), threshold=3)
    data = begin(lab, change=change).data()
    assert "3 of 3 members decide; before: 2 of 3" in told(three[0].look(data, lab.published))
    signed = [one.sign(data, lab.published) for one in three]
    refused(lambda: finish(desk(lab), data, signed[:2], now=NOW), Reason.BELOW_THRESHOLD)
    finish(desk(lab), data, signed, now=NOW)
    assert desk(lab).threshold == 3
    data = begin(lab).data()
    signed = [one.sign(data, lab.published) for one in three[:2]]
    refused(lambda: finish(desk(lab), data, signed, now=NOW), Reason.BELOW_THRESHOLD)


@pytest.mark.parametrize("threshold", [1, 4])
def test_no_ceremony_lets_one_decide_alone(lab: Lab, threshold: int) -> None:
    """C112: no single key holder, not even by agreement."""
    hold(lab, machines(lab)[:2])
    change = Change(members=members(lab), threshold=threshold)
    refused(lambda: begin(lab, change=change), Reason.BELOW_THRESHOLD)


def test_stolen_automated_keys_are_exchanged(lab: Lab) -> None:
    first, second, _ = machines(lab)
    hold(lab, [first, second])
    lab.load()
    before = desk(lab).automated
    change = Change(members=members(lab), threshold=2, exchange=("snapshot", "timestamp", "status"))
    data = begin(lab, change=change).data()
    seen = told(first.look(data, lab.published))
    assert sum("new snapshot key" in words or "new timestamp key" in words for words in seen) == 2
    assert any(words.startswith("the key for lists: 1 of") for words in seen)
    signed = [one.sign(data, lab.published) for one in (first, second)]
    refused(
        lambda: finish(desk(lab), data, signed, now=NOW, passphrase=b"x"), Reason.WRONG_PASSPHRASE
    )
    finish(desk(lab), data, signed, now=NOW, passphrase=PASSPHRASE)
    after = desk(lab).automated
    assert [role for role in after if after[role] == before[role]] == ["log"]
    assert lab.load().version == 2
    assert not list(lab.consortium.folder.glob("automated/*.new"))
    desk(lab).publish_status(now=LATER)
    assert lab.load(now=LATER).version == 2


@pytest.mark.parametrize(("joins", "at"), [(True, "replace_members"), (False, "write")])
def test_a_ceremony_that_was_killed_at_its_end_is_finished_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, joins: bool, at: str
) -> None:
    """Published, and killed before the coordinator's folder knew of it."""
    first, second, _ = machines(lab)
    hold(lab, [first, second])
    more = {"member_4": SecretKey.generate(lab.random).public} if joins else {}
    change = Change(members=members(lab, **more), threshold=2, exchange=("timestamp",))
    begin(lab, change=change)  # given up; its new key is nobody's
    data = begin(lab, change=change).data()
    signed = [one.sign(data, lab.published) for one in (first, second)]

    through = Consortium.write

    def killed(consortium: Consortium, *given: Any, **_: Any) -> None:
        if at == "write":
            through(consortium, *given)
        raise KeyboardInterrupt

    end = partial(finish, desk(lab), data, signed, now=NOW, passphrase=PASSPHRASE)
    with monkeypatch.context() as patch:
        patch.setattr(Consortium, at, killed)
        with pytest.raises(KeyboardInterrupt):
            end()
    assert len(desk(lab).members) == 3
    assert end().version == 2
    assert len(desk(lab).members) == 3 + joins
    refused(partial(finish, desk(lab), data, signed, now=NOW), Reason.ROLLBACK)
    desk(lab).publish_status(now=LATER)
    assert lab.load().version == 2


def test_only_some_keys_are_exchanged_and_only_from_the_machine_that_made_them(lab: Lab) -> None:
    first, second, _ = machines(lab)
    hold(lab, [first, second])
    log = Change(members=members(lab), threshold=2, exchange=("log",))
    refused(lambda: begin(lab, change=log), Reason.BAD_CEREMONY)
    status = Change(members=members(lab), threshold=2, exchange=("status",))
    refused(lambda: begin(lab, change=status, randomness=None), Reason.BAD_CEREMONY)
    data = begin(lab, change=status).data()
    signed = [one.sign(data, lab.published) for one in (first, second)]
    for path in lab.consortium.folder.glob("automated/*.new"):
        other = SecretKey.generate(lab.random)
        path.write_bytes(seal_key_file(other, PASSPHRASE, randomness=lab.random, cost=CHEAP))
    refused(
        lambda: finish(desk(lab), data, signed, now=NOW, passphrase=PASSPHRASE),
        Reason.BAD_CEREMONY,
    )


def test_every_file_is_signed_again_before_it_expires(lab: Lab) -> None:
    hold(lab, machines(lab)[:2])
    much_later = NOW + timedelta(days=4 * 365)
    package = begin(lab, now=much_later, renew=True)
    assert {"targets", "entries", "entries-0", "entries-1"} == set(package.metadata)
    data = package.data()
    signed = [one.sign(data, lab.published, now=much_later) for one in machines(lab)[:2]]
    finish(desk(lab), data, signed, now=much_later)
    assert lab.load(now=NOW + timedelta(days=5 * 365 + 100)).version == 2


# -- what somebody swaps on the way


def test_one_member_is_handed_another_package_than_the_next(lab: Lab) -> None:
    """The coordinator exchanges a file between two signatures."""
    first, second, _ = machines(lab)
    data = begin(lab).data()
    one = first.sign(data, lab.published)
    lab.consortium.put_entry(lab.issuer("thief.example").entry())
    other = begin(lab).data()
    two = second.sign(other, lab.published)
    for package in (data, other):
        publish = partial(finish, desk(lab), package, [one, two], now=NOW)
        assert {"file", "role"} <= refused(publish, Reason.BAD_CEREMONY).where.keys()
    assert not (lab.published / "metadata/timestamp.json").exists()


def test_a_member_signs_only_the_digest_that_was_read_to_them(lab: Lab) -> None:
    first = machines(lab)[0]
    seen = first.look(begin(lab).data(), lab.published)
    with pytest.raises(RegistryError) as caught:
        sign_package(
            seen, signer=first.key, confirmed="0" * 64, state=first.state, anchor=first.anchor
        )
    assert caught.value.reason is Reason.BAD_CEREMONY
    assert not first.state.exists()


def test_what_is_published_is_no_older_than_what_was_verified(lab: Lab) -> None:
    first, second, _ = machines(lab)
    hold(lab, [first, second])
    old = lab.copy("old")
    hold(lab, [first, second])
    data = begin(lab).data()
    first.sign(data, lab.published)
    refused(lambda: first.look(data, old), Reason.ROLLBACK)
    three = Change(members=members(lab), threshold=3)
    hold(lab, machines(lab), change=three)
    first.sign(begin(lab).data(), lab.published)
    newer = lab.copy("newer")
    (newer / "metadata/2.root.json").unlink()
    refused(lambda: first.look(begin(lab).data(), newer), Reason.ROLLBACK)


def test_a_package_that_another_overtook_is_signed_by_nobody(lab: Lab) -> None:
    first, second, third = machines(lab)
    hold(lab, [first, second])
    data = begin(lab).data()
    hold(lab, [second, third])
    refused(lambda: first.sign(data, lab.published), Reason.ROLLBACK)


def test_a_tampered_state_is_found_and_a_broken_pointer_begins_anew(lab: Lab) -> None:
    first, second, _ = machines(lab)
    hold(lab, [first, second])
    hold(lab, [first, second])
    data = begin(lab).data()
    (home,) = first.state.iterdir()
    kept = home / (home / "current").read_text()
    stamp = kept / "metadata/timestamp.json"
    good = stamp.read_bytes()
    stamp.write_bytes(good.replace(b'"version":1', b'"version":9'))
    refused(lambda: first.look(data, lab.published), Reason.BELOW_THRESHOLD)
    stamp.unlink()
    refused(lambda: first.look(data, lab.published), Reason.REGISTRY_CORRUPT)
    (home / "current").write_bytes(b"\xff")
    assert first.look(data, lab.published).since == 0
    stamp.write_bytes(good)
    (home / "current").write_text(kept.name)
    assert first.look(data, lab.published).since == 2
    (home / "signed-registry.json").write_bytes(b"{")
    assert first.look(data, lab.published).since == 1


def test_what_a_member_keeps_is_complete(lab: Lab) -> None:
    """A registrar's file that did not come along is missed before anything is kept."""
    region = RegionLab(lab)
    region.add()
    lab.publish()
    region.publish()
    (lab.published / "metadata/1.registrar-nairobi.json").unlink()
    first = machines(lab)[0]
    refused(lambda: first.sign(begin(lab).data(), lab.published), Reason.REGISTRY_CORRUPT)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s: s.update(ceremony="0" * 64), Reason.BAD_CEREMONY),
        (lambda s: s.update(signatures={}), Reason.BAD_CEREMONY),
        (lambda s: s.update(signatures={"targets": 7}), Reason.BAD_CEREMONY),
        (lambda s: s.update(signatures={"status": "AA"}), Reason.BAD_CEREMONY),
        (lambda s: s["signatures"].update(targets="AA"), Reason.BAD_CEREMONY),
        (lambda s: s.update(key=SecretKey(b"\1" * 32).public.multikey), Reason.BAD_CEREMONY),
        (lambda s: s.update(type="x"), Reason.BAD_CEREMONY),
        (lambda s: s.pop("key"), Reason.BAD_CEREMONY),
    ],
)
def test_signatures_that_do_not_belong_are_named(lab: Lab, change: Any, reason: Reason) -> None:
    first, second, _ = machines(lab)
    data = begin(lab).data()
    signed = json.loads(first.sign(data, lab.published))
    change(signed)
    handed_in = [canonical(signed), second.sign(data, lab.published)]
    refused(lambda: finish(desk(lab), data, handed_in, now=NOW), reason)
    assert not (lab.published / "metadata/timestamp.json").exists()


def test_who_is_no_member_signs_nothing(lab: Lab) -> None:
    stranger = Machine(SecretKey.generate(lab.random), lab.folder / "x", lab.consortium.anchor)
    data = begin(lab).data()
    refused(lambda: stranger.sign(data, lab.published), Reason.BAD_CEREMONY)


def test_a_coordinator_can_not_leave_the_votes_out(lab: Lab) -> None:
    """C109: what members signed is held against the papers once more when it is published."""
    first, second, _ = machines(lab)
    data = begin(lab).data()
    signed = [one.sign(data, lab.published) for one in (first, second)]
    for path in lab.consortium.folder.glob("vetting/*/votes/*.json"):
        path.unlink()
    refused(lambda: finish(desk(lab), data, signed, now=NOW), Reason.TOO_FEW_VOTES)


def test_a_ceremony_begun_again_tells_a_decision_once(lab: Lab) -> None:
    first, second, _ = machines(lab)
    assert begin(lab).targets["log/checkpoint"] == begin(lab).targets["log/checkpoint"]
    hold(lab, [first, second])
    assert lab.load().version == 1
