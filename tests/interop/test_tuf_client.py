"""The client for suites, driven as a suite drives it: exit status, trusted files, what was fetched.

The questions are those that any TUF client must answer (TUF specification, section 5); the
repository is ours. What is asked of our own registry on top stands in tests/attacks/registry.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Delegations, SuccinctRoles

from tests.interop import tuf_client
from tests.tuf_repository import NOW, TOP, Client, Repository, serving, signer

ALL = dict.fromkeys(TOP, 1)
Make = Callable[..., Client]


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with serving() as found:
        yield found


@pytest.fixture
def make(server: Any, tmp_path: Path) -> Make:
    def client(repository: Repository | None = None, *, init: bool = True) -> Client:
        found = Client(server, repository or Repository(), tmp_path)
        if init:
            assert found.init() == 0
        return found

    return client


@pytest.fixture
def client(make: Make) -> Client:
    return make()


@pytest.fixture
def repo(client: Client) -> Repository:
    return client.repository


# --- The commands -------------------------------------------------------------------------------


def test_init_asks_for_nothing_and_refresh_for_what_it_needs(client: Client) -> None:
    assert client.repository.asked == []
    assert client.refresh() == 0
    assert client.asked == ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"]
    assert client.trusted == ALL
    assert client.refresh() == 0
    assert client.asked == ["2.root.json", "timestamp.json"]


def test_a_download_refreshes_first(client: Client) -> None:
    assert client.download("nothing of that name") == 1
    assert client.asked == ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"]
    assert client.trusted == ALL
    assert client.downloaded == {}


def test_it_is_a_command_with_an_exit_status(client: Client) -> None:
    def run(*arguments: str) -> int:
        command = [sys.executable, tuf_client.__file__, *arguments]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
        return subprocess.run(command, check=False, capture_output=True, env=environment).returncode

    assert run(*client.arguments("refresh")) == 0
    assert client.trusted == ALL
    assert run(*client.arguments("download", "nothing")) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["refresh"],
        ["--metadata-dir", "d"],
        ["--metadata-dir", "d", "refresh"],
        ["--metadata-dir", "d", "--metadata-url", "http://127.0.0.1:1/", "download"],
        ["--metadata-dir", "d", "init"],
        ["--metadata-dir", "d", "explode"],
    ],
)
def test_misuse_is_a_failure_too(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        tuf_client.main(arguments)
    assert stopped.value.code == 1


def test_no_root_no_server_no_answer(client: Client, tmp_path: Path) -> None:
    assert tuf_client.main(["--metadata-dir", str(tmp_path / "d"), "init", "no such file"]) == 1
    given = ["--metadata-dir", str(client.metadata), "--metadata-url"]
    assert tuf_client.main([*given, "http://127.0.0.1:1/", "refresh"]) == 1
    assert tuf_client.main([*given, "no url", "refresh"]) == 1
    assert client.trusted == {"root": 1}


@pytest.mark.parametrize("spoil", ["no version", "no signature", "no json", "empty"])
def test_a_bad_first_root_asks_nobody(make: Make, spoil: str) -> None:
    client = make(init=False)
    root = json.loads(client.trusted_root)
    if spoil == "no version":
        del root["signed"]["version"]
    root["signatures"][0]["sig"] = "00" if spoil == "no signature" else root["signatures"][0]["sig"]
    written = {"no json": b"{", "empty": b""}.get(spoil, json.dumps(root).encode())
    client.trusted_root = written
    client.init()
    assert client.refresh() == 1
    assert client.asked == []


def test_unknown_fields_are_signed_and_kept(client: Client, repo: Repository) -> None:
    """TUF specification, section 4: what is undefined counts when signatures are verified."""
    assert client.refresh() == 0
    repo.root.unrecognized_fields["more"] = {"a": [1]}
    repo.root.keys[signer(0).public_key.keyid].unrecognized_fields["note"] = "x"
    repo.publish("root")
    assert client.refresh() == 0
    assert client.trusted["root"] == 2


# --- Versions: rollback, freeze, fast-forward, mix-and-match ------------------------------------


def test_an_older_timestamp(client: Client, repo: Repository) -> None:
    repo.publish("timestamp")
    assert client.refresh() == 0
    repo.signed["timestamp"].version = 1
    repo.publish("timestamp", bump=False)
    assert client.refresh() == 1
    assert client.trusted["timestamp"] == 2
    assert client.asked[-1] == "timestamp.json"


def test_another_timestamp_of_the_same_version(client: Client, repo: Repository) -> None:
    assert client.refresh() == 0
    before = (client.metadata / "timestamp.json").read_bytes()
    repo.signed["timestamp"].snapshot_meta.version = 100
    repo.publish("timestamp", bump=False)
    assert client.refresh() == 0
    assert (client.metadata / "timestamp.json").read_bytes() == before


def test_an_older_snapshot_that_the_timestamp_does_not_tell_of(
    client: Client, repo: Repository
) -> None:
    repo.update()
    assert client.refresh() == 0
    repo.signed["snapshot"].version = 1
    repo.publish("snapshot", bump=False, told=False)
    assert client.refresh() == 0
    assert client.trusted["snapshot"] == 2
    assert client.asked[-1] == "timestamp.json"


@pytest.mark.parametrize("hashes", [False, True])
def test_an_older_snapshot(client: Client, repo: Repository, *, hashes: bool) -> None:
    repo.hashes = hashes
    repo.update()
    assert client.refresh() == 0
    repo.signed["snapshot"].version = 0
    repo.update()
    assert client.refresh() == 1
    assert (client.trusted["timestamp"], client.trusted["snapshot"]) == (2, 2)


@pytest.mark.parametrize("hashes", [False, True])
def test_older_targets(client: Client, repo: Repository, *, hashes: bool) -> None:
    repo.hashes = hashes
    repo.update("targets")
    assert client.refresh() == 0
    repo.signed["targets"].version = 0
    repo.update("targets")
    assert client.refresh() == 1
    assert client.trusted["targets"] == 2


def test_targets_that_vanish_from_the_snapshot(client: Client, repo: Repository) -> None:
    """TUF specification, section 5.5.5: what a trusted snapshot listed stays listed."""
    repo.delegate("targets", "helpers")
    repo.update("targets", "helpers")
    assert client.refresh() == 0
    del repo.signed["snapshot"].meta["helpers.json"]
    repo.update()
    assert client.refresh() == 1
    assert client.trusted["snapshot"] == 2


def test_a_snapshot_of_another_version_than_was_told(client: Client, repo: Repository) -> None:
    repo.signed["snapshot"].version = 2
    repo.files["metadata/1.snapshot.json"] = repo.data("snapshot")
    assert client.refresh() == 1
    assert client.trusted == {"root": 1, "timestamp": 1}


def test_targets_of_another_version_than_was_told(client: Client, repo: Repository) -> None:
    """Mix and match: a good file of another moment."""
    assert client.refresh() == 0
    repo.signed["targets"].version = 5
    good = repo.data("targets")
    repo.signed["targets"].version = 1
    repo.update("targets")
    repo.files["metadata/2.targets.json"] = good
    assert client.refresh() == 1
    assert (client.trusted["snapshot"], client.trusted["targets"]) == (2, 1)


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_content_that_the_told_hash_is_not_of(client: Client, repo: Repository, role: str) -> None:
    repo.hashes = True
    repo.update("targets")
    assert client.refresh() == 0
    repo.update("targets")
    repo.signed[role].unrecognized_fields["later"] = True
    repo.publish(role, bump=False, told=False)
    assert client.refresh() == 1
    assert client.trusted[role] == 2


def test_recovery_of_a_timestamp_that_ran_ahead(client: Client, repo: Repository) -> None:
    repo.signed["timestamp"].version = 1000
    repo.publish("timestamp")
    assert client.refresh() == 0
    assert client.trusted["timestamp"] == 1001
    repo.give_keys("timestamp", [5])
    repo.publish("root")
    repo.signed["timestamp"].version = 1
    repo.publish("timestamp", bump=False)
    assert client.refresh() == 0
    assert client.trusted["timestamp"] == 1


def test_recovery_of_a_snapshot_that_ran_ahead(client: Client, repo: Repository) -> None:
    repo.signed["snapshot"].version = 1000
    repo.update()
    assert client.refresh() == 0
    assert client.trusted["snapshot"] == 1001
    repo.give_keys("timestamp", [5])
    repo.give_keys("snapshot", [6])
    repo.publish("root")
    repo.signed["snapshot"].version = 0
    repo.update()
    assert client.refresh() == 0
    assert client.trusted["snapshot"] == 1


def test_recovery_of_targets_that_ran_ahead(client: Client, repo: Repository) -> None:
    repo.signed["targets"].version = 1000
    repo.update("targets")
    assert client.refresh() == 0
    assert client.trusted["targets"] == 1001
    repo.give_keys("timestamp", [5])
    repo.give_keys("snapshot", [6])
    repo.publish("root")
    repo.signed["targets"].version = 0
    repo.update("targets")
    assert client.refresh() == 0
    assert client.trusted["targets"] == 1


def test_without_new_keys_nothing_that_ran_ahead_comes_back(
    client: Client, repo: Repository
) -> None:
    repo.signed["targets"].version = 1000
    repo.update("targets")
    assert client.refresh() == 0
    repo.publish("root")
    repo.signed["targets"].version = 0
    repo.update("targets")
    assert client.refresh() == 1
    assert client.trusted["targets"] == 1001


# --- Expiry -------------------------------------------------------------------------------------


def test_an_expired_root_is_taken_and_then_nothing_else(client: Client, repo: Repository) -> None:
    """TUF specification, section 5.3.10: a freeze is looked for after the last root."""
    assert client.refresh() == 0
    repo.root.expires = NOW - timedelta(days=1)
    repo.publish("root")
    repo.update("targets")
    assert client.refresh() == 1
    assert client.trusted == {**ALL, "root": 2}


def test_an_expired_root_is_no_obstacle_on_the_way_to_a_good_one(
    client: Client, repo: Repository
) -> None:
    repo.root.expires = NOW - timedelta(days=1)
    repo.publish("root")
    repo.root.expires = NOW + timedelta(days=9)
    repo.publish("root")
    assert client.refresh() == 0
    assert client.trusted["root"] == 3


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_an_expired_role_is_not_taken(client: Client, repo: Repository, role: str) -> None:
    assert client.refresh() == 0
    repo.signed[role].expires = NOW - timedelta(days=5)
    repo.update("targets")
    assert client.refresh() == 1
    assert client.trusted[role] == 1


def test_a_freeze_shows_with_time(client: Client) -> None:
    assert client.refresh() == 0
    assert client.refresh(days=29) == 0
    assert client.refresh(days=31) == 1
    assert client.trusted == ALL


def test_what_expired_here_may_lead_to_what_is_fresh_there(
    client: Client, repo: Repository
) -> None:
    repo.signed["timestamp"].expires = NOW + timedelta(days=7)
    repo.publish("timestamp")
    assert client.refresh() == 0
    repo.signed["timestamp"].expires = NOW + timedelta(days=21)
    repo.update("targets")
    assert client.refresh(days=18) == 0
    assert client.trusted == {"root": 1, "timestamp": 3, "snapshot": 2, "targets": 2}


# --- Keys and thresholds ------------------------------------------------------------------------

ROOTS = {
    # Each version: keys, threshold, who signs. The last one is refused where it says so.
    "one key for another": ([([1], 1, [1]), ([2], 1, [1, 2]), ([2], 1, [2])], True),
    "strangers sign too": ([([1], 1, [7, 1]), ([2], 1, [7, 2, 1, 8])], True),
    "three of five, ever others": (
        [
            ([1, 2, 3, 4, 5], 3, [1, 3, 5]),
            ([1, 2, 3, 4, 5], 3, [2, 4, 5]),
            ([1, 2, 3, 4, 5], 3, [1, 2, 3]),
        ],
        True,
    ),
    "all of five exchanged": (
        [
            ([1, 2, 3, 4, 5], 3, [1, 3, 5]),
            ([6, 7, 8, 9, 10], 3, [1, 3, 5, 6, 8, 10]),
            ([6, 7, 8, 9, 10], 3, [7, 8, 9]),
        ],
        True,
    ),
    "a higher threshold": ([([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [1, 2])], True),
    "a lower threshold": ([([1, 2], 2, [1, 2]), ([1, 2], 1, [2, 1]), ([1, 2], 1, [2])], True),
    "the old key did not sign": ([([1], 1, [1]), ([2], 1, [2, 7])], False),
    "the new key did not sign": ([([1], 1, [1]), ([2], 1, [1, 7])], False),
    "too few of the old": (
        [([1, 2, 3, 4, 5], 3, [1, 2, 3]), ([1, 2, 6, 7, 8], 3, [1, 2, 6, 7])],
        False,
    ),
    "too few of the new": (
        [([1, 2, 3, 4, 5], 3, [1, 2, 3]), ([1, 2, 6, 7, 8], 3, [1, 2, 3])],
        False,
    ),
    "the higher threshold is not reached": ([([1, 2], 1, [1]), ([1, 2], 2, [2])], False),
    "the threshold before was higher": ([([1, 2], 2, [1, 2]), ([1, 2], 1, [1])], False),
}


@pytest.mark.parametrize("case", ROOTS)
def test_roots_that_follow_one_another(make: Make, case: str) -> None:
    """TUF specification, section 5.3.4: each root is signed by the one before and by itself."""
    versions, good = ROOTS[case]
    repo = Repository()
    repo.root.version = 0
    for keys, threshold, signs in versions:
        repo.give_keys("root", keys, threshold=threshold, signs=signs)
        repo.publish("root")
    client = make(repo)
    assert client.refresh() == (0 if good else 1)
    last = len(versions) if good else len(versions) - 1
    assert client.trusted["root"] == last
    on_disk = (client.metadata / "root.json").read_bytes()
    assert on_disk == repo.files[f"metadata/{last}.root.json"]
    assert ("timestamp" in client.trusted) is good


ROLES = {
    "another key": ([5], 1, [5], True),
    "strangers sign too": ([5], 1, [7, 5], True),
    "three of five": ([5, 6, 7, 8, 9], 3, [5, 7, 9], True),
    "another key, signed by none of its own": ([5], 1, [6, 7], False),
    "two of three": ([5, 6, 7, 8, 9], 3, [5, 9], False),
    "two and a stranger of three": ([5, 6, 7, 8, 9], 3, [5, 9, 10], False),
    "more than there are keys": ([5, 6], 3, [5, 6], False),
    "nobody": ([5], 1, [], False),
}


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
@pytest.mark.parametrize("case", ROLES)
def test_thresholds_of_roles(client: Client, repo: Repository, role: str, case: str) -> None:
    keys, threshold, signs, good = ROLES[case]
    assert client.refresh() == 0
    repo.give_keys(role, keys, threshold=threshold, signs=signs)
    repo.publish("root")
    repo.update("targets")
    assert client.refresh() == (0 if good else 1)
    assert client.trusted["root"] == 2
    assert client.trusted[role] == (2 if good else 1)


def test_a_key_id_twice_in_a_role_makes_it_no_root(client: Client, repo: Repository) -> None:
    repo.give_keys("root", [0, 1], threshold=2)
    text = repo.data("root").replace(b'"version": 1', b'"version": 2')
    root = json.loads(text)
    root["signed"]["roles"]["root"]["keyids"] = [signer(0).public_key.keyid] * 2
    repo.files["metadata/2.root.json"] = json.dumps(root).encode()
    assert client.refresh() == 1
    assert client.trusted == {"root": 1}


def test_a_signature_twice_counts_once(client: Client, repo: Repository) -> None:
    repo.give_keys("timestamp", [5, 6], threshold=2, signs=[5])
    repo.publish("root", "timestamp")
    timestamp = json.loads(repo.served("timestamp"))
    timestamp["signatures"] *= 2
    repo.files["metadata/timestamp.json"] = json.dumps(timestamp).encode()
    assert client.refresh() == 1
    assert client.trusted == {"root": 2}


def test_signatures_of_keys_that_the_root_names_but_the_role_does_not(
    client: Client, repo: Repository
) -> None:
    repo.give_keys("snapshot", [2], threshold=1, signs=[0, 1, 3])
    repo.update()
    assert client.refresh() == 1
    assert client.trusted == {"root": 1, "timestamp": 2}


def test_a_key_may_say_more_of_itself(client: Client, repo: Repository) -> None:
    repo.give_keys("snapshot", [5])
    key = repo.root.keys[signer(5).public_key.keyid]
    key.unrecognized_fields["keyid_hash_algorithms"] = ["md5"]
    repo.publish("root")
    repo.update()
    assert client.refresh() == 0
    assert client.trusted["snapshot"] == 2


# --- Roots: long chains, gaps, endless data -----------------------------------------------------


def test_a_long_chain_of_roots_in_one_go(client: Client, repo: Repository) -> None:
    for number in range(1, 12):
        repo.give_keys("root", [number % 2 + 1], signs=[number % 2 + 1, (number - 1) % 2 + 1, 0])
        repo.publish("root")
    assert client.refresh() == 0
    assert client.trusted["root"] == 12
    assert client.asked[:12] == [f"{number}.root.json" for number in range(2, 14)]


def test_a_root_that_is_another_version_than_its_name(client: Client, repo: Repository) -> None:
    repo.root.version = 2
    repo.publish("root")  # 3
    repo.files["metadata/2.root.json"] = repo.files.pop("metadata/3.root.json")
    assert client.refresh() == 1
    assert client.trusted == {"root": 1}


def test_a_gap_in_the_roots_is_their_end(client: Client, repo: Repository) -> None:
    repo.publish("root")
    repo.publish("root")
    del repo.files["metadata/2.root.json"]
    assert client.refresh() == 0
    assert client.trusted == ALL


def endless() -> Iterator[bytes]:
    """A thousand megabytes, or until nobody listens."""
    for _ in range(4_000):
        yield b" " * 250_000


@pytest.mark.parametrize("name", ["2.root.json", "timestamp.json", "1.snapshot.json"])
def test_endless_metadata(client: Client, repo: Repository, name: str) -> None:
    """TUF specification, section 5.3.3 and on: no file is longer than was agreed."""
    repo.files[f"metadata/{name}"] = endless
    assert client.refresh() == 1
    assert client.asked[-1] == name
    assert name.removesuffix(".json").rpartition(".")[2] not in client.trusted.keys() - {"root"}
    assert client.trusted["root"] == 1


def test_endless_targets(client: Client, repo: Repository) -> None:
    repo.list_target("a.txt", b"short")
    repo.hashes = True
    repo.update("targets")
    repo.files["metadata/2.targets.json"] = endless
    assert client.refresh() == 1
    assert "targets" not in client.trusted


# --- Files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("consistent", [True, False])
@pytest.mark.parametrize("name", ["file.txt", "a/path/to/file.txt", "a b/ü.txt"])
def test_a_file_comes_whole_and_once(make: Make, name: str, *, consistent: bool) -> None:
    repo = Repository(consistent=consistent)
    client = make(repo)
    repo.list_target(name, b"content")
    repo.update("targets")
    assert client.refresh() == 0
    assert client.downloaded == {}
    assert client.download(name) == 0
    assert client.downloaded == {name: b"content"}
    assert client.asked[-1] == repo.target(name).removeprefix("targets/")
    assert client.download(name) == 0
    assert client.asked[-1] == "timestamp.json"


def test_a_file_changes_when_it_is_listed_anew(client: Client, repo: Repository) -> None:
    for content in (b"one", b"another", b"a third"):
        repo.list_target("file.txt", content)
        repo.update("targets")
        assert client.download("file.txt") == 0
        assert client.downloaded == {"file.txt": content}


@pytest.mark.parametrize("content", [b"other!!", b"content and more", b"cont", endless])
def test_another_file_in_its_place(client: Client, repo: Repository, content: Any) -> None:
    repo.list_target("file.txt", b"content")
    repo.list_target("kept.txt", b"kept")
    repo.update("targets")
    assert client.download("kept.txt") == 0
    repo.files[repo.target("file.txt")] = content
    repo.files[repo.target("kept.txt")] = content
    assert client.download("file.txt") == 1
    assert client.download("kept.txt") == 0
    assert client.downloaded == {"kept.txt": b"kept"}


def test_a_file_that_is_not_there(client: Client, repo: Repository) -> None:
    repo.list_target("file.txt", b"content")
    repo.update("targets")
    del repo.files[repo.target("file.txt")]
    assert client.download("file.txt") == 1
    assert client.downloaded == {}


# --- Consistent snapshots -----------------------------------------------------------------------


def test_without_consistent_snapshots_only_roots_have_a_number(make: Make) -> None:
    client = make(Repository(consistent=False))
    assert client.refresh() == 0
    assert client.asked == ["2.root.json", "timestamp.json", "snapshot.json", "targets.json"]
    assert client.trusted == ALL


@pytest.mark.parametrize("first", [True, False])
def test_a_repository_may_change_its_mind(make: Make, *, first: bool) -> None:
    repo = Repository(consistent=first)
    client = make(repo)
    assert client.refresh() == 0
    repo.root.consistent_snapshot = not first
    repo.publish("root")
    repo.update("targets")
    assert client.refresh() == 0
    version = "" if first else "2."
    assert client.asked == [
        "2.root.json",
        "3.root.json",
        "timestamp.json",
        f"{version}snapshot.json",
        f"{version}targets.json",
    ]
    assert client.trusted == {"root": 2, "timestamp": 2, "snapshot": 2, "targets": 2}


# --- Delegations --------------------------------------------------------------------------------

GRAPHS = {
    # Delegations in order (who, to whom, paths, terminating), and the order in which a file that
    # nobody has is looked for (TUF specification, section 5.6.7: pre-order, depth first).
    "one": ([("targets", "A", "*", False)], ["A"]),
    "two beside one another": (
        [("targets", "A", "*", False), ("targets", "B", "*", False)],
        ["A", "B"],
    ),
    "depth first": (
        [("targets", "A", "*", False), ("targets", "B", "*", False), ("A", "C", "*", False)],
        ["A", "C", "B"],
    ),
    "a terminating one ends it": (
        [("targets", "A", "*", True), ("targets", "B", "*", False), ("A", "C", "*", False)],
        ["A", "C"],
    ),
    "a terminating one below": (
        [("targets", "A", "*", False), ("targets", "B", "*", False), ("A", "C", "*", True)],
        ["A", "C"],
    ),
    "a terminating one that is not asked": (
        [("targets", "A", "*.zip", True), ("targets", "B", "*", False)],
        ["B"],
    ),
    "paths that do not fit": (
        [("targets", "A", "*.zip", False), ("targets", "B", "m*", False), ("B", "C", "x/*", False)],
        ["B"],
    ),
    "a circle": (
        [("targets", "A", "*", False), ("A", "B", "*", False), ("B", "A", "*", False)],
        ["A", "B"],
    ),
    "two ways to one": (
        [("targets", "A", "*", False), ("targets", "B", "*", False), ("A", "C", "*", False),
         ("B", "C", "*", False)],
        ["A", "C", "B"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", GRAPHS)
def test_roles_are_asked_in_order(client: Client, repo: Repository, case: str) -> None:
    edges, order = GRAPHS[case]
    for by, to, path, last in edges:
        repo.delegate(by, to, paths=[path], last=last)
    repo.update("targets", *dict.fromkeys(to for _, to, _, _ in edges))
    assert client.download("missing") == 1
    assert client.asked[4:] == [f"1.{role}.json" for role in order]
    assert client.trusted.keys() == {*TOP, *order}


@pytest.mark.parametrize(
    ("name", "found", "visited"),
    [
        ("top.txt", b"top", []),
        ("notes.md", b"notes", ["A"]),
        ("releases/x/one", b"x one", ["B", "C"]),
        ("releases/y/one.zip", b"y one", ["B", "D"]),
        ("releases/z/one.zip", None, ["B"]),  # D lists it, and B never gave it that name
        ("a.doc", None, ["A"]),
    ],
)
def test_a_file_counts_where_every_role_above_allows_it(
    client: Client, repo: Repository, name: str, found: bytes | None, visited: list[str]
) -> None:
    repo.delegate("targets", "A", paths=["*.md", "*.doc"])
    repo.delegate("targets", "B", paths=["releases/*/*"])
    repo.delegate("B", "C", paths=["releases/x/*"])
    repo.delegate("B", "D", paths=["releases/y/*.zip"])
    for role, listed, data in (
        ("targets", "top.txt", b"top"),
        ("A", "notes.md", b"notes"),
        ("C", "releases/x/one", b"x one"),
        ("D", "releases/y/one.zip", b"y one"),
        ("D", "releases/z/one.zip", b"z one"),
        ("C", "a.doc", b"not C's to give"),
    ):
        repo.list_target(listed, data, role=role)
    repo.update("targets", "A", "B", "C", "D")
    assert client.download(name) == (1 if found is None else 0)
    assert client.downloaded == ({} if found is None else {name: found})
    fetched = [asked for asked in client.asked[4:] if asked.endswith(".json")]
    assert fetched == [f"1.{role}.json" for role in visited]


def test_a_delegated_role_is_held_to_what_delegates(client: Client, repo: Repository) -> None:
    repo.delegate("targets", "A")
    repo.list_target("file.txt", b"content", role="A")
    repo.signers["A"] = [signer(4)]
    repo.update("targets", "A")
    assert client.download("file.txt") == 1
    assert client.trusted.keys() == set(TOP)
    repo.signers["A"] = [signer(9)]
    repo.signed["A"].expires = NOW - timedelta(days=1)
    repo.update("A")
    assert client.download("file.txt") == 1
    repo.signed["A"].expires = NOW + timedelta(days=1)
    repo.update("A")
    assert client.download("file.txt") == 0
    assert client.trusted["A"] == 3
    repo.signed["A"].version = 0
    repo.update("A")
    assert client.download("file.txt") == 1
    assert client.trusted["A"] == 3


def test_a_delegated_role_that_the_snapshot_does_not_list(client: Client, repo: Repository) -> None:
    repo.delegate("targets", "A")
    repo.publish("A", told=False)
    repo.update("targets")
    assert client.download("file.txt") == 1
    assert client.trusted.keys() == set(TOP)


def test_hash_bins_as_the_registry_has_them(client: Client, repo: Repository) -> None:
    """TAP 15: a name's hash tells its bin, and no other bin is asked."""
    succinct = SuccinctRoles([], 1, 2, "bin")
    delegator = repo.delegate("targets", "entries", paths=["entries/*"], last=True)
    bins = sorted(succinct.get_roles())
    for name in bins:
        repo.add_role(name)
        repo.signers[name] = [signer(9)]
    delegator.delegations = Delegations({}, None, succinct)
    delegator.add_key(signer(9).public_key)
    own = succinct.get_role_for_target("entries/one.json")
    repo.list_target("entries/one.json", b"{}", role=own)
    repo.update("targets", "entries", *bins)
    assert client.download("entries/one.json") == 0
    assert client.downloaded == {"entries/one.json": b"{}"}
    assert client.trusted.keys() == {*TOP, "entries", own}
    assert client.download("other/one.json") == 1
    assert client.trusted.keys() == {*TOP, "entries", own}


@pytest.mark.parametrize("role", ["?", "#", "/absolute", "../up", "a b", "ü"])
def test_role_names_stay_inside_their_folders(client: Client, repo: Repository, role: str) -> None:
    repo.delegate("targets", role)
    repo.update("targets", role)
    around = sorted(path.name for path in client.metadata.parent.iterdir())
    assert client.download("missing") == 1
    assert client.asked[-1] == f"1.{role}.json"
    assert client.trusted == {**ALL, "timestamp": 2, "snapshot": 2, "targets": 2, role: 1}
    assert sorted(path.name for path in client.metadata.parent.iterdir()) == around
