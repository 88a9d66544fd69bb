"""What a registry's metadata has to look like, whoever signed it, for a client to read it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Delegations

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from tests.registry_thief import thief
from trust_registry import _trusted, client
from trust_registry._layout import bin_of
from trust_registry._trusted import listing
from trust_registry._tuf_keys import Ed25519Key

Spoil = Callable[[Mapping[str, Any]], None]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    lab.begin()
    return lab


def strangers_sign_entries(unsigned: Mapping[str, Any]) -> None:
    key = Ed25519Key(SecretKey(b"k" * 32).public)
    delegations = unsigned["targets"].signed.delegations
    delegations.keys[key.keyid] = key
    delegations.roles["entries"].keyids.append(key.keyid)


def fewer_sign_entries(unsigned: Mapping[str, Any]) -> None:
    unsigned["targets"].signed.delegations.roles["entries"].threshold = 1


def fewer_sign_bins(unsigned: Mapping[str, Any]) -> None:
    unsigned["entries"].signed.delegations.succinct_roles.threshold = 1


def strangers_sign_bins(unsigned: Mapping[str, Any]) -> None:
    key = Ed25519Key(SecretKey(b"k" * 32).public)
    delegations = unsigned["entries"].signed.delegations
    delegations.keys[key.keyid] = key
    delegations.succinct_roles.keyids.append(key.keyid)


def bins_delegate(unsigned: Mapping[str, Any]) -> None:
    unsigned["entries-0"].signed.delegations = Delegations({}, roles={})


def another_order(unsigned: Mapping[str, Any]) -> None:
    delegations = unsigned["targets"].signed.delegations
    delegations.roles = dict(reversed(delegations.roles.items()))


def wider_paths(unsigned: Mapping[str, Any]) -> None:
    unsigned["targets"].signed.delegations.roles["entries"].paths.append("documents/*")


@pytest.mark.parametrize(
    ("spoil", "reason", "role"),
    [
        (strangers_sign_entries, Reason.BELOW_THRESHOLD, "entries"),
        (fewer_sign_entries, Reason.BELOW_THRESHOLD, "entries"),
        (fewer_sign_bins, Reason.BELOW_THRESHOLD, "entries"),
        (strangers_sign_bins, Reason.BELOW_THRESHOLD, "entries"),
        (bins_delegate, Reason.REGISTRY_CORRUPT, "entries-0"),
        (another_order, Reason.REGISTRY_CORRUPT, "targets"),
        (wider_paths, Reason.REGISTRY_CORRUPT, "targets"),
    ],
)
def test_members_sign_no_other_shape(lab: Lab, spoil: Spoil, reason: Reason, role: str) -> None:
    """C112: no single key holder, and nobody but the members."""
    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())}, spoil=spoil)
    assert lab.refused((RegistryError, reason)).where["role"] == role


def test_more_bins_than_a_registry_has(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is looked for: whoever names too many would keep a device busy for ever."""
    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())})
    monkeypatch.setattr(_trusted, "_MOST_BITS", 0)
    with pytest.raises(RegistryError) as caught:
        lab.load()
    assert (caught.value.reason, caught.value.where["role"]) == (Reason.REGISTRY_CORRUPT, "entries")


@pytest.mark.parametrize("prefix", [None, "status"])
def test_entries_lie_in_bins_of_their_own(lab: Lab, prefix: str | None) -> None:
    """Nobody can sign bins under such a delegation: it is refused before they are looked for."""

    def change(signed: Any) -> None:
        if prefix is None:
            del signed["delegations"]
        else:
            signed["delegations"]["succinct_roles"]["name_prefix"] = prefix

    lab.resign("metadata/1.entries.json", change)
    with pytest.raises(RegistryError) as caught:
        client.load(lab.published, root=lab.consortium.anchor, cache=lab.folder / "other", now=NOW)
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
    assert caught.value.where["role"] == "entries"


def test_hashes_in_the_snapshot_count_where_it_has_them(lab: Lab) -> None:
    name = bin_of(lab.relief.list_path, "status", 1)
    lab.consortium.collect_status(lab.relief.list((7, 8)), now=lab.load().published)
    lab.consortium.publish_status(now=lab.load().published)

    def another(signed: Any) -> None:
        signed["meta"][f"{name}.json"]["hashes"] = {"sha256": "0" * 64}

    mirror = thief(lab)
    mirror.point_at(mirror.forge("snapshot", another, by=[mirror.stolen["snapshot"]]))
    assert lab.refused((RegistryError, Reason.REGISTRY_CORRUPT)).where["role"] == name


def test_a_bin_of_another_version_is_refused(lab: Lab) -> None:
    name = bin_of(lab.relief.list_path, "status", 1)
    folder = lab.published / "metadata"
    (folder / f"2.{name}.json").write_bytes((folder / f"1.{name}.json").read_bytes())
    thief(lab).reseal({name: 2})
    error = lab.refused((RegistryError, Reason.ROLLBACK))
    assert error.where == {"file": f"metadata/2.{name}.json", "role": name}


def test_what_was_kept_of_a_listing_may_be_anything() -> None:
    assert listing(b"") == listing(b"{}") == {}
