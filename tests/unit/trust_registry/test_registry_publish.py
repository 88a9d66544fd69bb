"""What is published, and what of it is signed again: bins, documents, marks of what changed."""

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import Targets

from amana.errors import AmanaError, RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.ceremony_lab import reader
from tests.region_lab import RegionLab
from tests.registry_lab import NOW, Lab
from tests.vetting_lab import put
from trust_registry import _previous, _survey
from trust_registry._layout import bin_of, bins_of
from trust_registry._previous import Previous, loaded, read_previous
from trust_registry._survey import read_marks, survey, write_marks
from trust_registry.publish import Automated, Submission, complete, draft, root_of


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def versions(lab: Lab) -> Mapping[str, int]:
    """The version of every file that the newest snapshot lists."""
    folder = lab.published / "metadata"
    stamp = json.loads((folder / "timestamp.json").read_bytes())["signed"]
    number = stamp["meta"]["snapshot.json"]["version"]
    meta = json.loads((folder / f"{number}.snapshot.json").read_bytes())["signed"]["meta"]
    return {name.removesuffix(".json"): one["version"] for name, one in meta.items()}


def previous(lab: Lab) -> Previous:
    return read_previous(reader(lab.published), anchor=lab.consortium.anchor)


def refused(call: Any, reason: Reason, *arguments: Any, **named: Any) -> AmanaError:
    with pytest.raises(AmanaError) as caught:
        call(*arguments, **named)
    assert caught.value.reason is reason
    return caught.value


def test_only_what_changed_is_signed_again(lab: Lab) -> None:
    others = [lab.issuer(f"other-{number}.example") for number in range(8)]
    for one in (lab.relief, *others):
        lab.consortium.put_entry(one.entry())
        lab.consortium.collect_status(one.list(), now=NOW)
    lab.publish()
    assert set(versions(lab).values()) == {1}
    bins = {f"{parent}-{number}" for parent in ("entries", "status") for number in (0, 1)}
    assert set(versions(lab)) == {"targets", "entries", "status", *bins}
    lab.consortium.put_entry({**lab.relief.entry(), "appeals": "new@circle.example"})
    lab.publish()
    touched = bin_of(lab.relief.entry_path, "entries", 1)
    assert {name for name, version in versions(lab).items() if version == 2} == {"targets", touched}
    lab.consortium.collect_status(lab.relief.list((7, 8)), now=NOW)
    lab.consortium.publish_status(now=NOW)
    touched = bin_of(lab.relief.list_path, "status", 1)
    assert versions(lab)[touched] == 2
    assert versions(lab)["targets"] == 2
    assert len(lab.load().entries) == 9


def test_a_target_that_did_not_change_is_not_written_again(lab: Lab) -> None:
    lab.begin()
    path = lab.target(lab.relief.entry_path)
    before = path.stat().st_ino
    (lab.consortium.folder / "published.index").unlink()
    lab.publish()
    assert path.stat().st_ino == before


def test_bins_are_as_many_as_the_registry_was_founded_with(lab: Lab) -> None:
    assert len(bins_of("entries", 10)) == 1024
    assert bin_of("entries/x.json", "entries", 10) in bins_of("entries", 10)


def test_documents_and_limits_stand_beside_the_statement(lab: Lab) -> None:
    folder = lab.consortium.folder
    put(folder / "documents/schemas/x.json", {"type": "object"})
    put(folder / "stations/stolen.json", {"type": "StolenStations", "serials": ["AAAAAAAAAA"]})
    lab.begin()
    found = previous(lab)
    assert found.read("documents/schemas/x.json") == b'{"type":"object"}'
    assert found.read("stations/stolen.json") is not None
    assert found.read("documents/y.json") is None
    put(folder / "stations/stolen.json", {"type": "StolenStations", "serials": []})
    error = refused(lab.publish, Reason.BAD_STOLEN_LIST)
    assert error.where["file"] == "stations/stolen.json"
    (folder / "stations/stolen.json").unlink()
    lab.publish()
    assert previous(lab).read("stations/stolen.json") is not None
    put(folder / "registrars/x.json", {"name": "x"})
    assert refused(lab.publish, Reason.REGISTRY_CORRUPT).where["file"] == "registrars/x.json"


def test_nothing_is_published_without_the_consortiums_own_answers(lab: Lab) -> None:
    """C109, C121: ten questions and 33 rows."""
    answers = lab.consortium.folder / "governance.json"
    good = json.loads(answers.read_bytes())
    answers.unlink()
    assert refused(lab.publish, Reason.INCOMPLETE_GOVERNANCE).where == {
        "file": "governance.json",
        "role": "members",
    }
    put(answers, {**good, "answers": dict(list(good["answers"].items())[1:])})
    assert refused(lab.publish, Reason.INCOMPLETE_GOVERNANCE).where["file"] == "governance.json"
    assert not lab.published.exists()
    put(answers, good)
    lab.publish()


def test_nobody_is_published_without_a_decision(lab: Lab) -> None:
    """C109, C113: members vote before an organisation counts."""
    lab.consortium.put_entry(lab.relief.entry())
    publish, signers = lab.consortium.publish, lab.consortium.founders
    refused(publish, Reason.NOT_ACCREDITED, signers=signers, now=NOW)
    assert not lab.published.exists()
    lab.decide()
    assert publish(signers=signers, now=NOW).version == 1


def test_an_entry_of_another_name_is_not_published(lab: Lab) -> None:
    put(lab.consortium.folder / "entries/x.json", lab.relief.entry())
    error = refused(
        lab.consortium.publish,
        Reason.ENTRY_FOR_ANOTHER_DID,
        signers=lab.consortium.founders,
        now=NOW,
    )
    assert error.where == {"file": "entries/x.json", "role": "entries"}


def test_what_was_lost_from_the_working_folder_stays_published(lab: Lab) -> None:
    """C79: losing a file cancels nobody."""
    lab.begin()
    (lab.consortium.folder / lab.relief.entry_path).unlink()
    (lab.consortium.folder / lab.relief.list_path).unlink()
    lab.publish()
    assert lab.load().entry(lab.relief.did) is not None
    assert lab.load().status_list(lab.relief.url) is not None


def test_a_registrar_needs_limits_and_members_of_its_own(lab: Lab) -> None:
    """C112: nobody's papers count for somebody else."""
    region = RegionLab(lab)
    region.add()
    lab.publish()
    region.hand_in(region.signed())
    own = lab.consortium.folder / "registrars"
    limits, members = own / "nairobi.json", own / "nairobi/members.json"
    for path, change in ((limits, {"name": "east"}), (members, {"name": "east"})):
        good = path.read_bytes()
        put(path, {**json.loads(good), **change})
        refused(lab.publish, Reason.REGISTRY_CORRUPT)
        path.write_bytes(good)
    good = limits.read_bytes()
    limits.unlink()
    refused(lab.publish, Reason.REGISTRY_CORRUPT)
    limits.write_bytes(good)
    lab.publish()


def test_roots_follow_one_another(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.begin()
    (lab.published / "metadata/2.root.json").write_bytes(lab.consortium.anchor)
    assert refused(previous, Reason.REGISTRY_CORRUPT, lab).where["role"] == "root"
    monkeypatch.setattr(_previous, "_MOST_ROOTS", 0)
    assert previous(lab).root.version == 1


def test_a_snapshot_that_forgets_a_role_is_not_built_upon(lab: Lab) -> None:
    lab.begin()
    path = lab.published / "metadata/1.snapshot.json"
    document = json.loads(path.read_bytes())
    del document["signed"]["meta"]["status.json"]
    signature = lab.consortium.automated["snapshot"].sign(canonical(document["signed"]))
    document["signatures"][0]["sig"] = signature.hex()
    put(path, document)
    assert refused(previous, Reason.REGISTRY_CORRUPT, lab).where["role"] == "status"


# -- marks


def test_marks_tell_what_to_look_at(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_survey, "_TICK", -1)  # as if everything had been there for a while
    lab.begin()
    folder = lab.consortium.folder
    assert survey(folder).changed == ()
    lab.consortium.put_entry({**lab.relief.entry(), "appeals": "new@circle.example"})
    lab.consortium.collect_status(lab.relief.list((7, 8)), now=NOW)
    assert set(survey(folder).changed) == {lab.relief.entry_path, lab.relief.list_path}
    # Publishing lists alone leaves the entry to be looked at.
    lab.consortium.publish_status(now=NOW)
    assert survey(folder).changed == (lab.relief.entry_path,)
    lab.publish()
    assert survey(folder).changed == ()
    # Another registry lies there, or a damaged index: everything is looked at.
    good = (folder / "published.index").read_bytes()
    for damage in (b"", b"\xff", good.replace(b"entries/", b"entries/ ", 1)):
        (folder / "published.index").write_bytes(damage)
        assert lab.relief.list_path in survey(folder).changed
    (folder / "published.index").write_bytes(good)
    assert survey(folder).changed == ()
    (lab.published / "metadata/timestamp.json").unlink()
    assert lab.relief.entry_path in survey(folder).changed


def test_what_is_too_young_is_looked_at_again(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within one tick of the clock a file may change and keep its mark."""
    monkeypatch.setattr(_survey, "_TICK", 3600 * 10**9)
    lab.begin()
    assert lab.relief.entry_path in survey(lab.consortium.folder).changed


def test_what_is_no_entry_and_no_list_is_passed_over(lab: Lab) -> None:
    lab.begin()
    folder = lab.consortium.folder
    (folder / "entries/.new-x").write_bytes(b"")
    (folder / "entries/notes.txt").write_bytes(b"")
    (folder / "entries/folder").mkdir()
    (folder / "status/file.json").write_bytes(b"")
    changed = survey(folder).changed
    assert not any("notes" in path or ".new" in path or "file.json" in path for path in changed)
    put(folder / "entries/a b.json", lab.relief.entry())
    assert "entries/a b.json" in survey(folder).changed


def test_marks_are_read_as_they_were_written(tmp_path: Path) -> None:
    write_marks(tmp_path / "marks", {"entries/x.json": "1:2"}, bound="then")
    assert read_marks(tmp_path / "marks", bound="then") == {"entries/x.json": "1:2"}
    assert read_marks(tmp_path / "marks", bound="now") == {}
    assert read_marks(tmp_path / "none") == {}


# -- what a registrar's role brings


def planned(lab: Lab, *submissions: Submission, **more: Any) -> dict[str, bytes]:
    automated = Automated(**lab.consortium.automated)
    return complete(
        previous(lab),
        drafted=None,
        lists={},
        automated=automated,
        submissions=submissions,
        now=NOW,
        **more,
    )


def test_a_root_keeps_its_rules(lab: Lab) -> None:
    """C112: two names of one key are one member."""
    keys = [key.public for key in lab.keys]
    automated = {role: secret.public for role, secret in lab.consortium.automated.items()}
    given: dict[str, Any] = {"threshold": 2, "automated": automated, "now": NOW}
    assert root_of(2, keys, **given).version == 2
    refused(root_of, Reason.BAD_CEREMONY, 2, [*keys, keys[0]], **given)
    refused(root_of, Reason.BAD_CEREMONY, 2, [*keys, automated["log"]], **given)
    refused(root_of, Reason.BELOW_THRESHOLD, 2, keys[:1], **given)


def test_another_automated_key_than_the_members_named_signs_nothing(lab: Lab) -> None:
    lab.begin()
    for role in ("snapshot", "timestamp", "status"):
        keys = {**lab.consortium.automated, role: lab.keys[0]}
        error = refused(
            complete,
            Reason.BAD_CEREMONY,
            previous(lab),
            drafted=None,
            lists={lab.relief.list_path: b"x"},
            automated=Automated(**keys),
            now=NOW,
        )
        assert role in str(error.where["role"])


def test_a_draft_that_nobody_signed_is_not_completed(lab: Lab) -> None:
    lab.begin()
    automated = Automated(**lab.consortium.automated)
    drafted = draft(
        previous(lab),
        targets={},
        entries={},
        bits=1,
        status=automated.status.public,
        now=NOW,
    )
    error = refused(
        complete,
        Reason.BELOW_THRESHOLD,
        previous(lab),
        drafted=drafted,
        lists={},
        automated=automated,
        now=NOW,
    )
    assert error.where == {"file": "metadata/2.targets.json", "role": "targets"}


def test_a_registrar_that_members_have_not_signed_for_waits(lab: Lab) -> None:
    lab.begin()
    early = Submission(name="east", metadata=b"{}", targets={})
    assert not [name for name in planned(lab, early) if "registrar-east" in name]


def test_a_published_file_is_held_against_its_hash(lab: Lab) -> None:
    lab.begin()
    path = lab.target(lab.relief.entry_path)
    good = path.read_bytes()
    path.write_bytes(good + b" ")
    refused(previous(lab).read, Reason.REGISTRY_CORRUPT, lab.relief.entry_path)
    path.unlink()
    refused(previous(lab).read, Reason.REGISTRY_CORRUPT, lab.relief.entry_path)


def test_before_the_first_version_there_is_nothing_to_read(lab: Lab) -> None:
    found = previous(lab)
    assert (found.top, found.registrars, found.role("entries")) == (None, [], None)
    assert found.read("registry.json") is None
    assert found.target("registry.json") is None


def test_metadata_of_another_kind_is_named(lab: Lab) -> None:
    with pytest.raises(RegistryError) as caught:
        loaded(Targets, lab.consortium.anchor, "metadata/1.entries.json")
    assert caught.value.where == {"file": "metadata/1.entries.json", "role": "entries"}


def test_a_copied_working_folder_publishes_as_the_first(lab: Lab, tmp_path: Path) -> None:
    """Its marks are others, so all of it is looked at, and nothing of it is signed again."""
    lab.begin()
    for path in lab.consortium.folder.glob("entries/*.json"):
        os.utime(path)
    later = NOW + timedelta(days=1)
    lab.publish(now=later)
    assert versions(lab)["entries-0"] == versions(lab)["entries-1"] == 1
