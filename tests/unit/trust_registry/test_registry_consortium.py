"""A consortium at work: keys, staging, signing, publishing."""

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tuf.api.exceptions import RepositoryError

from amana.errors import AmanaError, InputError, RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.reasons import Reason
from amana.sealed import KeyFile, open_key_file
from tests.deterministic import randomness
from tests.registry_lab import CHEAP, NOW, PASSPHRASE, Lab
from trust_registry._previous import read_previous
from trust_registry._tuf_keys import Ed25519Key, KeySigner
from trust_registry.consortium import Consortium
from trust_registry.snapshot import State


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def reason_of(call: Any, *arguments: Any, **named: Any) -> Reason:
    with pytest.raises(AmanaError) as caught:
        call(*arguments, **named)
    return caught.value.reason


def create(folder: Path, **changes: Any) -> Consortium:
    given: dict[str, Any] = {
        "name": "The circle",
        "passphrase": PASSPHRASE,
        "randomness": randomness("create"),
        "now": NOW,
        "cost": CHEAP,
        "bin_bits": 1,
    }
    return Consortium.create(folder, **{**given, **changes})


def test_key_files_are_sealed_private_and_marked(tmp_path: Path) -> None:
    made = create(
        tmp_path, demo=True, members=4, threshold=3, passphrase_of=lambda name: name.encode()
    )
    files = sorted(tmp_path.glob("*/*.key"))
    assert len(files) == 8
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        data = path.read_bytes()
        for founder in made.founders:
            assert founder.secret.seed not in data
        phrase = path.stem.encode() if path.parent.name == "members" else PASSPHRASE
        assert open_key_file(data, phrase).demo


def test_no_repr_shows_a_secret(lab: Lab) -> None:
    shown = repr(lab.consortium) + repr(KeySigner(lab.keys[0]))
    for secret in (*lab.keys, *lab.consortium.automated.values()):
        assert repr(secret.seed) not in shown
        assert secret.seed.hex() not in shown


@pytest.mark.parametrize("threshold", [0, 1, 4])
def test_thresholds_that_trust_one_or_nobody_are_refused(tmp_path: Path, threshold: int) -> None:
    """C112: no single key holder."""
    assert reason_of(create, tmp_path / "new", threshold=threshold) is Reason.BELOW_THRESHOLD
    assert not (tmp_path / "new").exists()


def test_a_consortium_is_not_overwritten(tmp_path: Path) -> None:
    anchor = create(tmp_path).anchor
    assert reason_of(create, tmp_path) is Reason.WOULD_OVERWRITE
    assert Consortium.open(tmp_path).anchor == anchor


def test_opening_gives_what_was_created(lab: Lab) -> None:
    opened = Consortium.open(lab.consortium.folder, passphrase=PASSPHRASE)
    assert opened.members == lab.consortium.members
    assert opened.principles == lab.consortium.principles
    assert opened.automated == lab.consortium.automated
    assert (opened.name, opened.threshold, opened.demo) == ("The circle", 2, False)
    assert opened.founders == ()
    assert reason_of(Consortium.open, opened.folder, passphrase=b"x") is Reason.WRONG_PASSPHRASE
    assert reason_of(Consortium.open, opened.folder / "no") is Reason.NO_SUCH_FILE


@pytest.mark.parametrize(
    "damage", [b"", b"[]", b"{}", b'{"name": 1, "threshold": "x", "members": [], "demo": 1}']
)
def test_a_broken_configuration_is_named(lab: Lab, damage: bytes) -> None:
    (lab.consortium.folder / "consortium.json").write_bytes(damage)
    assert reason_of(Consortium.open, lab.consortium.folder) is Reason.REGISTRY_CORRUPT


def test_publishing_needs_the_automated_keys(lab: Lab) -> None:
    opened = Consortium.open(lab.consortium.folder)
    signers = lab.consortium.founders
    assert reason_of(opened.publish, signers=signers, now=NOW) is Reason.BAD_CEREMONY
    assert not lab.published.exists()


def test_a_stranger_does_not_sign(lab: Lab) -> None:
    stranger = KeyFile(secret=SecretKey.generate(lab.random), demo=False)
    signers = [*lab.consortium.founders[:2], stranger]
    assert reason_of(lab.consortium.publish, signers=signers, now=NOW) is Reason.BAD_CEREMONY
    assert not lab.published.exists()


def test_below_threshold_nothing_changes(lab: Lab) -> None:
    lab.begin()
    before = {path: path.read_bytes() for path in lab.published.rglob("*.json")}
    one = lab.consortium.founders[:1]
    assert reason_of(lab.consortium.publish, signers=one, now=NOW) is Reason.BELOW_THRESHOLD
    assert {path: path.read_bytes() for path in lab.published.rglob("*.json")} == before


def test_any_two_of_three_members_do(lab: Lab) -> None:
    first, second, third = lab.consortium.founders
    for number, signers in enumerate(([first, second], [second, third], [third, first]), 1):
        assert lab.consortium.publish(signers=signers, now=NOW).version == number
        assert lab.load().version == number


def test_status_lists_wait_for_the_first_version(lab: Lab) -> None:
    assert reason_of(lab.consortium.publish_status, now=NOW) is Reason.BAD_CEREMONY


def test_what_the_next_version_would_change_is_said(lab: Lab) -> None:
    assert lab.consortium.statement() is None
    lab.consortium.put_entry(lab.relief.entry())
    assert lab.consortium.unpublished() == {lab.relief.entry_path: "new"}
    lab.consortium.collect_status(lab.relief.list(), now=NOW)
    lab.publish()
    assert lab.consortium.unpublished() == {}
    statement = lab.consortium.statement()
    assert statement is not None
    assert statement.version == 1
    lab.consortium.change_state(lab.relief.did, State.SUSPENDED, reason="audit", now=NOW)
    assert lab.consortium.unpublished() == {lab.relief.entry_path: "changed"}


def test_a_suspension_reaches_the_verifier_with_its_reason(lab: Lab) -> None:
    """C79: no change of status without a published reason."""
    lab.begin()
    change = lab.consortium.change_state
    did = lab.relief.did
    assert reason_of(change, did, State.SUSPENDED, reason=" ", now=NOW) is Reason.REASON_REQUIRED
    change(did, State.SUSPENDED, reason="audit", now=NOW)
    later = NOW + timedelta(days=2)
    change(did, State.GRANTED, reason="the appeal was heard", now=later)
    lab.publish(now=later)
    entry = lab.load().entry(did)
    assert entry is not None
    assert [(c.state, c.reason) for c in entry.history] == [
        (State.GRANTED, "accredited"),
        (State.SUSPENDED, "audit"),
        (State.GRANTED, "the appeal was heard"),
    ]
    assert entry.state_at(NOW) is State.SUSPENDED


def test_changes_need_an_entry_and_a_key(lab: Lab) -> None:
    lab.consortium.put_entry(lab.relief.entry())
    state, key = lab.consortium.change_state, lab.consortium.change_key
    unknown = "did:web:unknown.example"
    assert reason_of(state, unknown, State.SUSPENDED, reason="x", now=NOW) is Reason.ISSUER_UNKNOWN
    assert reason_of(key, unknown, "x", State.RETIRED, now=NOW) is Reason.ISSUER_UNKNOWN
    did, method = lab.relief.did, lab.relief.method
    assert reason_of(key, did, f"{did}#key-9", State.RETIRED, now=NOW) is Reason.KEY_UNKNOWN
    assert reason_of(key, did, method, State.SUSPENDED, now=NOW) is Reason.ENTRY_INVALID
    assert reason_of(state, did, State.GRANTED, reason="x", now=NOW) is Reason.ENTRY_INVALID


def test_a_second_key_joins_and_the_first_retires(lab: Lab) -> None:
    lab.begin()
    did = lab.relief.did
    document = lab.relief.entry()
    second = lab.relief.entry(
        keys={f"{did}#key-2": SecretKey.generate(lab.random).public}, since=NOW
    )["keys"]
    lab.consortium.put_entry({**document, "keys": [*document["keys"], *second]})
    lab.consortium.change_key(did, lab.relief.method, State.RETIRED, now=NOW)
    lab.publish()
    entry = lab.load().entry(did)
    assert entry is not None
    assert {key.id: key.history[-1].state for key in entry.keys.values()} == {
        f"{did}#key-1": State.RETIRED,
        f"{did}#key-2": State.GRANTED,
    }


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda data: b"{", Reason.REGISTRY_CORRUPT),
        (None, Reason.REGISTRY_CORRUPT),
        (lambda data: data.replace(b'"sig":"', b'"sig":"00', 1), Reason.BELOW_THRESHOLD),
        (
            lambda data: data.replace(b'"expires"', b'"x":1.5,"expires"', 1),
            Reason.REGISTRY_CORRUPT,
        ),
    ],
)
@pytest.mark.parametrize("role", ["snapshot", "targets", "status"])
def test_a_changed_published_folder_is_not_built_upon(
    lab: Lab, role: str, damage: Any, reason: Reason
) -> None:
    lab.begin()
    path = lab.published / f"metadata/1.{role}.json"
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage(path.read_bytes()))
    if role == "targets" and reason is Reason.BELOW_THRESHOLD:
        lab.edit("metadata/1.targets.json", lambda document: document["signatures"].pop())
    assert reason_of(lab.publish) is reason


def test_metadata_of_another_role_is_not_built_upon(lab: Lab) -> None:
    lab.begin()
    stamp = lab.published / "metadata/timestamp.json"
    stamp.write_bytes((lab.published / "metadata/1.snapshot.json").read_bytes())
    assert reason_of(lab.publish) is Reason.REGISTRY_CORRUPT


def test_a_snapshot_that_lists_no_roles_is_not_built_upon(lab: Lab) -> None:
    lab.begin()
    signed = json.loads((lab.published / "metadata/1.snapshot.json").read_bytes())
    signed["signed"]["meta"] = {}
    key = lab.consortium.automated["snapshot"]
    signed["signatures"][0]["sig"] = key.sign(canonical(signed["signed"])).hex()
    (lab.published / "metadata/1.snapshot.json").write_text(json.dumps(signed))
    assert reason_of(lab.publish) is Reason.REGISTRY_CORRUPT


def test_targets_without_a_status_role_are_not_built_upon(lab: Lab) -> None:
    lab.begin()
    lab.resign("metadata/1.targets.json", lambda targets: targets.pop("delegations"))
    assert reason_of(lab.publish) is Reason.REGISTRY_CORRUPT


def test_a_staged_demo_entry_is_refused_when_publishing(lab: Lab) -> None:
    """Even one that came into the folder by hand."""
    path = lab.consortium.folder / lab.relief.entry_path
    path.parent.mkdir()
    path.write_bytes(canonical(lab.relief.entry(demo=True)))
    assert reason_of(lab.publish) is Reason.DEMO_KEY
    assert not lab.published.exists()


def test_nothing_published_yet_is_version_0(lab: Lab) -> None:
    previous = read_previous(lambda name: None, anchor=lab.consortium.anchor)
    assert previous.version == 0
    assert previous.read("registry.json") is None


def test_tuf_keys_come_from_metadata_under_their_own_hash_only(lab: Lab) -> None:
    key = Ed25519Key(lab.keys[0].public)
    assert Ed25519Key.from_dict(key.keyid, key.to_dict()) == key
    for keyid, described in (
        ("00" * 32, key.to_dict()),
        (key.keyid, {**key.to_dict(), "note": "x"}),
        (key.keyid, {**key.to_dict(), "keyval": {"public": key.public.raw.hex().upper()}}),
    ):
        with pytest.raises(ValueError, match="hash of itself"):
            Ed25519Key.from_dict(keyid, described)
    with pytest.raises(ValueError, match="handed over"):
        KeySigner.from_priv_key_uri("file:x", key)
    assert KeySigner(lab.keys[0]).public_key == key


def test_typed_errors_only(lab: Lab) -> None:
    """TUF's own errors stay in the modules that import TUF."""
    assert not issubclass(RegistryError, RepositoryError)
    with pytest.raises(InputError):
        lab.consortium.put_entry({})
