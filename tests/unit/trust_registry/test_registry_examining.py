"""What a member's machine refuses before the member is asked: packages that break a rule."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Metadata, TargetFile

from amana.errors import AmanaError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.ceremony_lab import Change, Machine, begin, hold, machines, members
from tests.registry_lab import NOW, Lab
from trust_registry._layout import BINS, bin_of, sealed
from trust_registry._package import Package, read_package
from trust_registry.registrars import RegistrarLimits

Edit = Callable[[Any], object]
LATER = NOW + timedelta(days=2)
STOLEN = "stations/stolen.json"
STRANGER = SecretKey(b"\1" * 32).public.multikey
RSA = {"keytype": "rsa", "scheme": "rsassa-pss-sha256", "keyval": {"public": "x"}}
TOO_LATE, TOO_SOON = "2099-01-01T00:00:00Z", "2026-01-01T00:00:00Z"
EAST = RegistrarLimits(
    name="east",
    title="East",
    actions=frozenset(),
    jurisdictions=frozenset(),
    most_entries=1,
    since=NOW,
)


@dataclass(frozen=True)
class World:
    """Packages as an honest coordinator made them, and a member who has not signed yet."""

    lab: Lab
    first: bytes  # of the first version
    next: bytes  # of one in which one thing changes, and its log grew
    root: bytes  # of one with a new root, in which every bin is signed again
    new: Machine  # a machine before the first version
    member: Machine  # one that verified the first
    empty: Path  # what was published before the first version: nothing


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("examining")
    lab = Lab(folder)
    lab.consortium.put_entry(lab.relief.entry())
    (lab.consortium.folder / "stations").mkdir()
    (lab.consortium.folder / STOLEN).write_bytes(stolen("AAAAAAAAAA"))
    first = begin(lab).data()
    member, second, _ = machines(lab)
    hold(lab, [member, second])
    (lab.consortium.folder / STOLEN).write_bytes(stolen("AAAAAAAAAA", "BBBBBBBBBB"))
    lab.consortium.put_entry({**lab.relief.entry(), "appeals": "new@circle.example"})
    following = begin(lab, now=LATER).data()
    joins = SecretKey.generate(lab.random)
    change = Change(members=members(lab, member_4=joins.public), threshold=3)
    root = begin(lab, now=LATER, change=change).data()
    new = replace(member, state=folder / "another")
    return World(lab, first, following, root, new, member, folder / "nothing")


def stolen(*serials: str) -> bytes:
    return canonical({"type": "StolenStations", "serials": list(serials)})


def refused(machine: Machine, package: bytes, published: Path, reason: Reason) -> AmanaError:
    with pytest.raises(AmanaError) as caught:
        machine.look(package, published, now=LATER)
    assert caught.value.reason is reason, caught.value
    return caught.value


def swapped(package: bytes, change: Edit) -> bytes:
    """The package with something exchanged, and well-formed as ever."""
    document = json.loads(package)
    change(document)
    return canonical(document)


def of(role: str, change: Edit) -> Edit:
    return lambda package: change(package["metadata"][role])


def roles(number: int, **changes: Any) -> Edit:
    return of("targets", lambda t: t["delegations"]["roles"][number].update(changes))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p.update(registry="0" * 64), Reason.ANOTHER_REGISTRY),
        (lambda p: p.update(version=2), Reason.ROLLBACK),
        (lambda p: p.update(version=0), Reason.BAD_CEREMONY),
        (lambda p: p.update(version="1"), Reason.BAD_CEREMONY),
        (lambda p: p.update(type="x"), Reason.BAD_CEREMONY),
        (lambda p: p.update(more=1), Reason.BAD_CEREMONY),
        (lambda p: p.update(metadata={}), Reason.BAD_CEREMONY),
        (lambda p: p.update(members={}), Reason.BAD_CEREMONY),
        (lambda p: p.update(members=[{"name": "x"}]), Reason.BAD_CEREMONY),
        (
            lambda p: p.update(members=[{"name": "x", "key": STRANGER}]),
            Reason.BAD_CEREMONY,
        ),
        (lambda p: p["targets"].update({"x": 7}), Reason.BAD_CEREMONY),
        (lambda p: p["targets"].update({"x": "="}), Reason.BAD_MULTIBASE),
        (lambda p: p["targets"].update({"more.json": "e30"}), Reason.BAD_CEREMONY),
        (lambda p: p["targets"].pop("registry.json"), Reason.REGISTRY_CORRUPT),
        (lambda p: p["targets"].update({"registry.json": "e30"}), Reason.REGISTRY_CORRUPT),
        (lambda p: p["metadata"].pop("targets"), Reason.BAD_CEREMONY),
        (lambda p: p["metadata"].pop("entries"), Reason.REGISTRY_CORRUPT),
        (lambda p: p["metadata"].pop("entries-0"), Reason.BAD_CEREMONY),
        (lambda p: p["metadata"].update(targets=7), Reason.REGISTRY_CORRUPT),
        (lambda p: p["metadata"].update(root=p["metadata"]["targets"]), Reason.REGISTRY_CORRUPT),
        (
            lambda p: p["metadata"].update({"status-0": p["metadata"]["entries-0"]}),
            Reason.REGISTRY_CORRUPT,
        ),
        (
            lambda p: p["metadata"].update(
                {"status-0": {**p["metadata"]["entries-0"], "role": "status-0"}}
            ),
            Reason.BAD_CEREMONY,
        ),
        (of("targets", lambda t: t.update(version=7)), Reason.ROLLBACK),
        (of("entries-0", lambda t: t.update(version=7)), Reason.ROLLBACK),
        (of("entries-0", lambda t: t.update(role="entries-1")), Reason.REGISTRY_CORRUPT),
        (
            of("targets", lambda t: t.update(expires=TOO_LATE)),
            Reason.REGISTRY_CORRUPT,
        ),
        (
            of("targets", lambda t: t.update(expires=TOO_SOON)),
            Reason.REGISTRY_CORRUPT,
        ),
        (of("targets", lambda t: t.update(expires="soon")), Reason.REGISTRY_CORRUPT),
        (of("targets", lambda t: t.update(_type="TARGETS")), Reason.REGISTRY_CORRUPT),
        (of("targets", lambda t: t.update(bins="0" * 64)), Reason.REGISTRY_CORRUPT),
        (of("targets", lambda t: t.pop("delegations")), Reason.REGISTRY_CORRUPT),
        (of("targets", lambda t: t["delegations"]["roles"].pop()), Reason.REGISTRY_CORRUPT),
        (of("targets", lambda t: t["delegations"]["roles"].pop(0)), Reason.REGISTRY_CORRUPT),
        (roles(0, paths=["*/*"]), Reason.REGISTRY_CORRUPT),
        (roles(0, keyids=[]), Reason.REGISTRY_CORRUPT),
        (roles(0, keyids=["0" * 64]), Reason.REGISTRY_CORRUPT),
        (roles(1, threshold=1), Reason.REGISTRY_CORRUPT),
        (
            of(
                "targets",
                lambda t: [key.update(keytype="x") for key in t["delegations"]["keys"].values()],
            ),
            Reason.REGISTRY_CORRUPT,
        ),
        (
            of(
                "targets",
                lambda t: [key.update(RSA) for key in t["delegations"]["keys"].values()],
            ),
            Reason.REGISTRY_CORRUPT,
        ),
        (
            of("entries", lambda t: t["delegations"]["succinct_roles"].update(threshold=1)),
            Reason.BELOW_THRESHOLD,
        ),
        (of("entries", lambda t: t.pop("delegations")), Reason.REGISTRY_CORRUPT),
    ],
)
def test_what_was_swapped_in_a_package_is_caught(
    world: World, change: Edit, reason: Reason
) -> None:
    refused(world.new, swapped(world.first, change), world.empty, reason)
    assert not world.new.state.exists()


def test_a_package_is_written_in_one_way_only(world: World) -> None:
    """Two members can't be read one digest and hold two files."""
    refused(world.new, world.first + b"\n", world.empty, Reason.BAD_CEREMONY)
    refused(world.new, b"[]", world.empty, Reason.BAD_CEREMONY)
    assert world.new.look(world.first, world.empty, now=LATER).package.data() == world.first


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (of("root", lambda r: r.update(version=3)), Reason.ROLLBACK),
        (of("root", lambda r: r["roles"]["root"].update(threshold=2)), Reason.BELOW_THRESHOLD),
        (
            of(
                "root",
                lambda r: [r["roles"][role].update(threshold=1) for role in ("root", "targets")],
            ),
            Reason.BELOW_THRESHOLD,
        ),
        (of("root", lambda r: r.update(consistent_snapshot=False)), Reason.BELOW_THRESHOLD),
        (of("root", lambda r: r.update(consistent_snapshot=None)), Reason.REGISTRY_CORRUPT),
        (of("root", lambda r: r["roles"]["snapshot"]["keyids"].clear()), Reason.BELOW_THRESHOLD),
        (lambda p: p["members"].pop(), Reason.BAD_CEREMONY),
        (lambda p: p["metadata"].pop("root"), Reason.BAD_CEREMONY),
        (lambda p: p["metadata"].pop("entries"), Reason.BELOW_THRESHOLD),
        (lambda p: p["metadata"].pop("entries-1"), Reason.BAD_CEREMONY),
    ],
)
def test_a_swapped_root_is_caught(world: World, change: Edit, reason: Reason) -> None:
    """C112: who decides is changed in the open, by all that it takes."""
    assert world.member.look(world.root, world.lab.published, now=LATER).since == 1
    refused(world.member, swapped(world.root, change), world.lab.published, reason)


def test_the_number_of_bins_is_for_good(world: World) -> None:
    def fewer(package: Any) -> None:
        package["metadata"]["entries"]["delegations"]["succinct_roles"]["bit_length"] = 2
        for number in (2, 3):
            role = f"entries-{number}"
            bin_ = {**package["metadata"]["entries-0"], "role": role, "version": 1}
            package["metadata"][role] = bin_
        versions = {role: one["version"] for role, one in package["metadata"].items()}
        bins = {role: n for role, n in versions.items() if role.startswith("entries")}
        package["metadata"]["targets"]["bins"] = sealed(bins)

    error = refused(
        world.member, swapped(world.root, fewer), world.lab.published, Reason.REGISTRY_CORRUPT
    )
    assert error.where == {"file": "entries.json", "role": "entries"}


def remade(data: bytes, change: Edit) -> bytes:
    """The package of a coordinator who keeps every form: files changed, and hashes that fit."""
    package: Package = read_package(data)
    targets = dict(package.targets)
    change(targets)
    metadata: dict[str, Metadata[Any]] = {}
    for role, old in package.metadata.items():
        signed = Metadata.from_dict(json.loads(json.dumps(old.to_dict()))).signed
        if role in ("targets", "entries-0", "entries-1"):
            for path in package.targets.keys() - targets.keys():
                signed.targets.pop(path, None)  # type: ignore[attr-defined]
            for path, content in targets.items():
                place = bin_of(path, "entries", 1) if path.startswith("entries/") else "targets"
                if place == role:
                    target = TargetFile.from_data(path, content, ["sha256"])
                    signed.targets[path] = target  # type: ignore[attr-defined]
        metadata[role] = Metadata(signed)
    return replace(package, targets=targets, metadata=metadata).data()


def edit(path: str, **changes: Any) -> Edit:
    def change(targets: dict[str, bytes]) -> None:
        targets[path] = canonical({**json.loads(targets[path]), **changes})

    return change


def put(path: str, data: bytes) -> Edit:
    return lambda targets: targets.update({path: data})


def drop(path: str) -> Edit:
    return lambda targets: targets.pop(path)


@pytest.mark.parametrize(
    ("change", "reason", "file"),
    [
        (edit("registry.json", version=2), Reason.REGISTRY_CORRUPT, "registry.json"),
        (
            edit("registry.json", published="2099-01-01T00:00:00Z"),
            Reason.BAD_CEREMONY,
            "registry.json",
        ),
        (edit("governance.json", answers={}), Reason.INCOMPLETE_GOVERNANCE, "governance.json"),
        (drop("governance.json"), Reason.REGISTRY_CORRUPT, "governance.json"),
        (drop("log/checkpoint"), Reason.REGISTRY_CORRUPT, "log/checkpoint"),
        (put("log/checkpoint", b"x"), Reason.BAD_LOG, "log/checkpoint"),
        (put("registrars/x/entries/y.json", b"{}"), Reason.REGISTRY_CORRUPT, None),
        (put("registrars/x.json", EAST.data()), Reason.REGISTRY_CORRUPT, "registrars/x.json"),
        (put("registrars/x.json", b"{}"), Reason.REGISTRY_CORRUPT, "registrars/x.json"),
        (put("entries/x/y.json", b"{}"), Reason.REGISTRY_CORRUPT, "entries/x/y.json"),
        (put("more.json", b"{}"), Reason.REGISTRY_CORRUPT, "more.json"),
    ],
)  # fmt: skip
def test_a_first_version_keeps_the_rules(
    world: World, change: Edit, reason: Reason, file: str | None
) -> None:
    """C109, C121: no version without the consortium's own answers."""
    error = refused(world.new, remade(world.first, change), world.empty, reason)
    assert error.where["file"] == (file or "registrars/x/entries/y.json")


@pytest.mark.parametrize(
    ("change", "reason", "file"),
    [
        (edit("registry.json", principles=[]), Reason.REGISTRY_CORRUPT, "registry.json"),
        (edit("registry.json", published="2026-11-01T00:00:00Z"), Reason.ROLLBACK, "registry.json"),
        (edit("registry.json", demo=True), Reason.DEMO_KEY, "registry.json"),
        (drop(STOLEN), Reason.REGISTRY_CORRUPT, STOLEN),
        (put(STOLEN, stolen()), Reason.BAD_STOLEN_LIST, STOLEN),
    ],
)
def test_a_later_version_takes_nothing_back(
    world: World, change: Edit, reason: Reason, file: str
) -> None:
    """C114: principles, dates and stolen stations stay published."""
    error = refused(world.member, remade(world.next, change), world.lab.published, reason)
    assert error.where == {"file": file, "role": "targets"}


def test_an_entry_keeps_its_rules_in_a_ceremony_too(world: World) -> None:
    """C79: no history is rewritten, and no organisation is somebody else's."""
    relief, path = world.lab.relief, world.lab.relief.entry_path
    for entry, reason in (
        (relief.entry(since=NOW - timedelta(days=3)), Reason.ENTRY_INVALID),
        (relief.entry(demo=True), Reason.DEMO_KEY),
        (world.lab.issuer("thief.example").entry(), Reason.ENTRY_FOR_ANOTHER_DID),
        ({}, Reason.ENTRY_INVALID),
    ):
        data = remade(world.next, put(path, canonical(entry)))
        error = refused(world.member, data, world.lab.published, reason)
        assert error.where == {"file": path, "role": "entries"}


def test_nobody_is_dropped(world: World) -> None:
    """C79: leaving somebody out is no decision."""
    path = world.lab.relief.entry_path
    error = refused(
        world.member, remade(world.next, drop(path)), world.lab.published, Reason.ENTRY_INVALID
    )
    assert error.where == {"file": path, "role": bin_of(path, "entries", 1)}


def test_a_log_does_not_shrink_in_a_ceremony(world: World, tmp_path: Path) -> None:
    """An older checkpoint under a newer version: decisions would be forgotten."""
    lab = Lab(tmp_path)
    note = begin(lab).targets["log/checkpoint"]
    lab.consortium.put_entry(lab.relief.entry())
    member, second, _ = machines(lab)
    hold(lab, [member, second])
    lab.consortium.put_entry({**lab.relief.entry(), "appeals": "new@circle.example"})
    data = remade(begin(lab, now=LATER).data(), put("log/checkpoint", note))
    refused(member, data, lab.published, Reason.LOG_SHRUNK)


def test_one_version_has_one_content(tmp_path: Path) -> None:
    """Members who signed two versions under one number are found by who saw the other."""
    lab = Lab(tmp_path)
    member, second, _ = machines(lab)
    hold(lab, [second, machines(lab)[2]])
    member.sign(begin(lab).data(), lab.published)
    shutil.rmtree(lab.published)
    (lab.consortium.folder / "published.index").unlink()
    lab.consortium.put_entry(lab.relief.entry())
    hold(lab, [replace(second, state=tmp_path / "x"), replace(member, state=tmp_path / "y")])
    error = refused(member, begin(lab).data(), lab.published, Reason.LOG_FORKED)
    assert error.where == {"file": "targets.json", "role": "targets"}


def test_members_may_take_back_a_date_with_a_new_root(world: World) -> None:
    """A date far ahead would keep every device's clock there (the floor of trusted time)."""
    data = remade(world.root, edit("registry.json", published="2026-11-01T00:00:00Z"))
    assert world.member.look(data, world.lab.published, now=LATER).differences


def test_the_bins_that_are_signed_are_named_in_targets(world: World) -> None:
    assert read_package(world.next).metadata["targets"].signed.unrecognized_fields[BINS]
