"""Regional registrars: their limits, and who signs for them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from amana.errors import AmanaError, RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.region_lab import RegionLab
from tests.registry_lab import Lab
from trust_registry.entries import check_entry, entry_document
from trust_registry.registrars import (
    RegistrarLimits,
    RegistrarMembers,
    check_number,
    check_within,
    entry_path,
    limits_path,
    read_limits,
    read_members,
)
from trust_registry.snapshot import Entry

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
RANDOM = randomness("registrars")
KEYS = [SecretKey.generate(RANDOM).public for _ in range(3)]
EAST = RegistrarLimits(
    name="east",
    title="Registrar of the east",
    actions=frozenset({("issue", "PurposeCredential"), ("ask", "PurposeCredential:food")}),
    jurisdictions=frozenset({"KE", "UG-C"}),
    most_entries=2,
    since=SINCE,
)
SIGNERS = RegistrarMembers(
    name="east", members={f"east-{n}": key for n, key in enumerate(KEYS, 1)}, threshold=2
)


def entry(**changes: Any) -> Entry:
    given: dict[str, Any] = {
        "names": {"en": "Relief"},
        "keys": {"did:web:relief.example#key-1": KEYS[0]},
        "actions": [("issue", "PurposeCredential:food")],
        "since": SINCE,
        "registrar": "east",
        "appeals": "appeals@east.example",
        "dossier": "0" * 64,
    }
    places = changes.pop("jurisdictions", ["KE-30"])
    document = entry_document("did:web:relief.example", **{**given, **changes})
    return check_entry({**document, **({"jurisdictions": places} if places else {})})


def test_what_is_written_is_read() -> None:
    assert read_limits(EAST.data()) == EAST
    assert read_members(SIGNERS.data()) == SIGNERS
    anywhere = replace(EAST, jurisdictions=frozenset(), actions=frozenset())
    assert read_limits(anywhere.data()) == anywhere


def test_each_file_has_one_place() -> None:
    assert limits_path("east") == "registrars/east.json"
    assert entry_path("east", "did:web:relief.example").startswith("registrars/east/entries/")


@pytest.mark.parametrize(
    "within",
    [
        {},
        {"actions": [("issue", "PurposeCredential"), ("ask", "PurposeCredential:food")]},
        {"actions": []},
        {"jurisdictions": ["KE", "UG-C"]},
    ],
)
def test_within_its_limits_a_registrar_admits(within: dict[str, Any]) -> None:
    check_within(EAST, entry(**within))
    check_number(EAST, 2)


def test_a_registrar_without_places_admits_anywhere() -> None:
    check_within(replace(EAST, jurisdictions=frozenset()), entry(jurisdictions=[]))


@pytest.mark.parametrize(
    ("beyond", "rule"),
    [
        ({"registrar": "west"}, "registrar"),
        ({"actions": [("ask", "PurposeCredential")]}, "actions"),
        ({"actions": [("issue", "StationCertificate")]}, "actions"),
        ({"actions": [("issue", "PurposeCredentials")]}, "actions"),
        ({"jurisdictions": []}, "jurisdictions"),
        ({"jurisdictions": ["KE", "TZ"]}, "jurisdictions"),
        ({"jurisdictions": ["UG"]}, "jurisdictions"),
        ({"since": datetime(2025, 12, 31, tzinfo=UTC)}, "since"),
    ],
)
def test_beyond_its_limits_it_does_not(beyond: dict[str, Any], rule: str) -> None:
    """A registrar is told which of its limits an entry breaks."""
    with pytest.raises(RegistryError) as caught:
        check_within(EAST, entry(**beyond))
    assert caught.value.reason is Reason.BEYOND_LIMITS
    assert caught.value.where == {"role": "registrar-east", "rule": rule}


def test_its_number_of_entries_is_limited() -> None:
    with pytest.raises(RegistryError) as caught:
        check_number(EAST, 3)
    assert caught.value.reason is Reason.BEYOND_LIMITS


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": "East"}, Reason.REGISTRY_CORRUPT),
        ({"name": "../east"}, Reason.REGISTRY_CORRUPT),
        ({"name": 7}, Reason.REGISTRY_CORRUPT),
        ({"title": ""}, Reason.REGISTRY_CORRUPT),
        ({"actions": {}}, Reason.REGISTRY_CORRUPT),
        ({"actions": ["issue"]}, Reason.REGISTRY_CORRUPT),
        ({"actions": [{"action": "issue"}]}, Reason.REGISTRY_CORRUPT),
        ({"actions": [{"action": "Issue", "resource": "x"}]}, Reason.REGISTRY_CORRUPT),
        ({"actions": [{"action": "issue", "resource": ""}]}, Reason.REGISTRY_CORRUPT),
        ({"actions": [{"action": "issue", "resource": 1}]}, Reason.REGISTRY_CORRUPT),
        ({"actions": [{"action": "a", "resource": "x"}] * 257}, Reason.REGISTRY_CORRUPT),
        ({"jurisdictions": ["Kenya"]}, Reason.REGISTRY_CORRUPT),
        ({"jurisdictions": [7]}, Reason.REGISTRY_CORRUPT),
        ({"jurisdictions": "KE"}, Reason.REGISTRY_CORRUPT),
        ({"mostEntries": 0}, Reason.REGISTRY_CORRUPT),
        ({"mostEntries": True}, Reason.REGISTRY_CORRUPT),
        ({"mostEntries": 100_001}, Reason.REGISTRY_CORRUPT),
        ({"since": "2026"}, Reason.BAD_DATE),
        ({"since": None}, Reason.REGISTRY_CORRUPT),
        ({"more": 1}, Reason.REGISTRY_CORRUPT),
    ],
)
def test_bad_limits_are_refused(change: dict[str, Any], reason: Reason) -> None:
    with pytest.raises(AmanaError) as caught:
        read_limits(canonical({**json.loads(EAST.data()), **change}))
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"threshold": 1}, Reason.BELOW_THRESHOLD),
        ({"threshold": 4}, Reason.BELOW_THRESHOLD),
        ({"threshold": "2"}, Reason.REGISTRY_CORRUPT),
        ({"members": 7}, Reason.REGISTRY_CORRUPT),
        ({"members": [7]}, Reason.REGISTRY_CORRUPT),
        ({"members": [{"name": "a"}]}, Reason.REGISTRY_CORRUPT),
        ({"members": [{"name": "a", "key": "z6Mk"}]}, Reason.BAD_MULTIBASE),
        ({"members": [{"name": "a", "key": KEYS[0].multikey}] * 2}, Reason.REGISTRY_CORRUPT),
        (
            {
                "members": [
                    {"name": "a", "key": KEYS[0].multikey},
                    {"name": "b", "key": KEYS[0].multikey},
                ]
            },
            Reason.REGISTRY_CORRUPT,
        ),
        ({"name": "-"}, Reason.REGISTRY_CORRUPT),
        ({"more": 1}, Reason.REGISTRY_CORRUPT),
    ],
)
def test_a_bad_list_of_signers_is_refused(change: dict[str, Any], reason: Reason) -> None:
    """C112: no single key holder, in a region either."""
    with pytest.raises(AmanaError) as caught:
        read_members(canonical({**json.loads(SIGNERS.data()), **change}))
    assert caught.value.reason is reason


# -- what somebody swaps between a registrar's members


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> RegionLab:
    """A registrar that admitted one clinic, published, and whose next version is drawn up."""
    lab = Lab(tmp_path_factory.mktemp("region"))
    found = RegionLab(lab)
    found.add()
    lab.publish()
    found.admit(lab.issuer("clinic.example"))
    found.publish()
    return found


def own(package: Any) -> Any:
    return package["metadata"]["registrar-nairobi"]


def renamed(package: Any) -> None:
    """The clinic's entry under another's name, with hashes that fit."""
    (path,) = package["targets"]
    other = "registrars/nairobi/entries/x.json"
    package["targets"][other] = package["targets"].pop(path)
    own(package)["targets"][other] = own(package)["targets"].pop(path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p.update(registry="0" * 64), Reason.ANOTHER_REGISTRY),
        (lambda p: p.update(version=7), Reason.ROLLBACK),
        (lambda p: own(p).update(version=7), Reason.ROLLBACK),
        (lambda p: own(p).update(role="registrar-east"), Reason.REGISTRY_CORRUPT),
        (lambda p: own(p).update(expires="2099-01-01T00:00:00Z"), Reason.REGISTRY_CORRUPT),
        (lambda p: p["targets"].update({"x": "e30"}), Reason.REGISTRY_CORRUPT),
        (lambda p: (p["targets"].clear(), own(p)["targets"].clear()), Reason.ENTRY_INVALID),
        (renamed, Reason.ENTRY_FOR_ANOTHER_DID),
    ],
)
def test_a_registrars_member_signs_nothing_that_was_swapped(
    region: RegionLab, change: Any, reason: Reason
) -> None:
    """C79, C112: a region's members are held to the same rules, by their own machines."""
    package = json.loads(region.draw())
    change(package)
    with pytest.raises(AmanaError) as caught:
        region.sign(canonical(package))
    assert caught.value.reason is reason
    assert caught.value.where["role"] == "registrar-nairobi"


def test_a_demos_organisation_does_not_come_in_by_a_registrar(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    found = RegionLab(lab)
    found.add()
    lab.publish()
    found.region = replace(found.region, demo=True)
    found.admit(lab.issuer("clinic.example"), demo=True)
    with pytest.raises(AmanaError) as caught:
        found.hand_in(found.signed())
    assert caught.value.reason is Reason.DEMO_KEY
