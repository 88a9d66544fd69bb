"""What changes, in plain words: one sentence for each thing a member has to know."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.ceremony_lab import Machine, begin, hold, machines
from tests.region_lab import RegionLab
from tests.registry_lab import NOW, Lab
from tests.vetting_lab import put
from trust_registry._differences import entry_words, regional_differences
from trust_registry.entries import check_entry
from trust_registry.regional import stage_registrar
from trust_registry.registrars import RegistrarLimits, RegistrarMembers
from trust_registry.snapshot import Entry

WHO = "Relief (did:web:relief.example)"


def entry(lab: Lab, *, more: dict[str, Any] | None = None, **changes: Any) -> Entry:
    return check_entry({**lab.relief.entry(**changes), **(more or {})})


def test_each_change_of_an_entry_is_a_sentence(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    old = entry(lab)
    key = lab.relief.entry()["keys"][0]
    second = SecretKey.generate(lab.random).public
    focal = SecretKey.generate(lab.random).public
    since = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    turned = {**key, "history": [*key["history"], {"since": since, "state": "compromised"}]}
    added = {
        **key,
        "id": f"{lab.relief.did}#key-2",
        "publicKeyMultibase": second.multikey,
        "relationships": ["authentication"],
    }
    wider = {**key, "relationships": ["assertionMethod", "authentication"]}
    ask = [{"action": "ask", "resource": "PurposeCredential"}]
    digest = "1" * 64
    for more, words in (
        ({"names": {"fr": "Secours"}}, "Secours (did:web:relief.example): names {'fr': 'Secours'}"),
        ({"appeals": "x@y.example"}, f"{WHO}: appeals go to x@y.example; before: appeals@"),
        ({"registrar": "east"}, f"{WHO}: admitted by east; before: the members"),
        ({"dossier": digest}, f"{WHO}: dossier {digest}"),
        ({"focalPoint": focal.multikey}, f"{WHO}: complaints go to the key {focal.multikey}"),
        ({"demo": True}, f"{WHO}: demo True; before: False"),
        ({"issued": {f"{lab.relief.did}#key-1": digest}}, f"{WHO}: lists of what its keys issued"),
        ({"jurisdictions": ["KE"]}, f"{WHO}: may issue PurposeCredential in KE; before: may issue"),
        ({"actions": []}, f"{WHO}: may do nothing yet in everywhere"),
        (
            {"actions": ask, "tiers": {"PurposeCredential": ["checked"]}},
            f"{WHO}: may ask PurposeCredential (checked) in everywhere",
        ),
        ({"keys": [turned]}, f"{WHO}: key {lab.relief.did}#key-1 compromised since 2026-11-22"),
        ({"keys": [key, added]}, f"{WHO}: new key {lab.relief.did}#key-2: {second.multikey}"),
        ({"keys": [wider]}, f"{WHO}: key {lab.relief.did}#key-1 is now for assertionMethod, auth"),
    ):
        (said,) = entry_words(old, entry(lab, more=more))
        assert said.startswith(words), said
    assert list(entry_words(old, old)) == []
    assert list(entry_words(old, None)) == [f"organisation dropped: {lab.relief.did}"]
    assert list(entry_words(None, None)) == ["organisation dropped: unknown"]


def told(machine: Machine, lab: Lab) -> list[str]:
    seen = machine.look(begin(lab).data(), lab.published)
    return [f"{one.about}: {one.words}" for one in seen.differences]


def test_what_the_registry_says_as_a_whole_is_told_too(tmp_path: Path) -> None:
    """C114: new principles, stolen stations, documents, a registrar's limits."""
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    folder, one = lab.consortium.folder, machines(lab)[0]
    put(folder / "documents/a.json", {})
    put(folder / "documents/b.json", {})
    hold(lab, machines(lab)[:2])
    put(folder / "documents/a.json", {"x": 1})
    (folder / "documents/b.json").unlink()
    put(folder / "documents/c.json", {})
    put(folder / "stations/stolen.json", {"type": "StolenStations", "serials": ["AAAAAAAAAA"]})
    keys = {name: SecretKey.generate(lab.random).public for name in ("a", "b")}
    east = RegistrarLimits(
        name="east",
        title="Registrar of the east",
        actions=frozenset({("issue", "PurposeCredential")}),
        jurisdictions=frozenset(),
        most_entries=3,
        since=NOW,
    )
    members = RegistrarMembers(name="east", members=keys, threshold=2)
    stage_registrar(lab.consortium, east, members)
    said = told(one, lab)
    assert "stations/stolen.json: stations stolen: AAAAAAAAAA" in said
    assert any(line.startswith("documents/a.json: document changed: 7 bytes") for line in said)
    assert "documents/b.json: gone" in said
    assert any(line.startswith("documents/c.json: document new: 2 bytes") for line in said)
    limits = "issue PurposeCredential in everywhere, 3 entries at most"
    bounds = f"limits of the new registrar east (Registrar of the east): {limits}"
    assert f"registrars/east.json: {bounds}" in said
    hold(lab, machines(lab)[:2])
    narrower = RegistrarLimits(
        name="east",
        title="Registrar of the east",
        actions=frozenset(),
        jurisdictions=frozenset({"KE"}),
        most_entries=1,
        since=NOW,
    )
    stage_registrar(lab.consortium, narrower, members)
    words = f"limits of registrar east: nothing in KE, 1 entries at most; before: {limits}"
    assert f"registrars/east.json: {words}" in told(one, lab)
    (folder / "registrars/east.json").unlink()
    assert "registrars/east.json: gone" in told(one, lab)


def test_who_signs_for_a_registrar_is_told(tmp_path: Path) -> None:
    """C112: a region's members are named to those who let them admit others."""
    lab = Lab(tmp_path)
    region = RegionLab(lab)
    region.add()
    lab.publish()
    region.hand_in(region.signed())
    first, second, _ = machines(lab)
    keys = ", ".join(sorted(key.public.multikey for key in region.keys))
    line = f"registrar-nairobi.json: registrar nairobi: 2 of {keys}"
    assert line in told(first, lab)
    hold(lab, [first, second])
    assert line not in told(first, lab)
    shutil.rmtree(lab.consortium.folder / "registrars/nairobi")
    assert "registrar-nairobi.json: registrar nairobi is none any more" in told(first, lab)


def test_what_is_not_at_hand_any_more_is_told_in_full(tmp_path: Path) -> None:
    """An old file that nobody kept hides nothing: all of the new one is shown."""
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    first, second, third = machines(lab)
    hold(lab, [first, second])
    hold(lab, [first, second])
    lab.consortium.put_entry({**lab.relief.entry(), "appeals": "new@circle.example"})
    old = lab.target(lab.relief.entry_path)
    hold(lab, [second, third])
    assert any("appeals go to new@" in line for line in told(first, lab))
    old.unlink()
    assert any("new organisation: Relief" in line for line in told(first, lab))


def test_a_registrars_members_are_told_of_their_own_entries(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    document = lab.relief.entry(since=NOW - timedelta(days=9))
    lab.consortium.put_entry(document)
    data = (lab.consortium.folder / lab.relief.entry_path).read_bytes()
    path = f"registrars/east/{lab.relief.entry_path}"

    def lost(_: str) -> bytes | None:
        raise RegistryError(Reason.REGISTRY_CORRUPT, "a file is missing")

    def nothing(_: str) -> bytes | None:
        return None

    assert regional_differences({path: data}.get, {path: data}) == []
    for old in (nothing, lost):
        (first, *_) = regional_differences(old, {path: data})
        assert (first.about, first.words) == (path, f"new organisation: {WHO}, granted")
