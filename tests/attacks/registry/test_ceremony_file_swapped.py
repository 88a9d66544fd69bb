"""The coordinator, or whoever carries the stick, swaps a file between two members.

Each member's machine checks what it is given against what that member verified last, and shows the
rest; a member who was shown something else than the others signs something else than the others.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.multibase import to_base64url
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.signing_table import Table, edited, reason_of
from trust_registry._layout import bin_of
from trust_registry._tuf_keys import Ed25519Key

EXPECT = (RegistryError, Reason.BAD_CEREMONY)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """One version is published; another organisation is about to be accredited."""
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    found = Table(lab)
    found.held()
    lab.consortium.put_entry(lab.issuer("clinic.example").entry())
    return found


def test_an_honest_ceremony_ends_in_a_version(table: Table) -> None:
    """C112: each member sees what is new, and only that, and no key leaves its machine."""
    package = table.start()
    shown = table.look(0, package)
    assert shown.since == 1
    clinic = table.lab.issuer("clinic.example")
    assert any(clinic.entry_path == one.about for one in shown.differences)
    table.finish(package, [table.sign(member, package) for member in (0, 1)])
    assert clinic.did in table.lab.load().entries


def test_one_member_is_given_another_package(table: Table) -> None:
    """It is good in itself, and holds one organisation more than the others were shown."""
    package = table.start()
    table.lab.consortium.put_entry(table.lab.issuer("shop.example").entry())
    other = table.start()
    digest = table.look(0, package).package.digest
    kind, reason, _ = reason_of(lambda: table.sign(1, other, confirmed=digest))
    assert (kind, reason) == EXPECT
    # A member who does not compare digests signs it; that counts for nothing in the first one.
    unwary = table.sign(1, other)
    before = table.lab.load()
    kind, reason, _ = reason_of(lambda: table.finish(package, [table.sign(0, package), unwary]))
    assert (kind, reason) == EXPECT
    assert table.lab.load() == before


def swapped_bytes(table: Table, document: Any) -> None:
    path = table.lab.issuer("clinic.example").entry_path
    thief = table.lab.issuer("clinic.example")  # the same DID, another key
    document["targets"][path] = to_base64url(canonical(thief.entry()))


def swapped_governance(table: Table, document: Any) -> None:
    document["targets"]["governance.json"] = to_base64url(b"{}")


def smuggled(table: Table, document: Any) -> None:
    document["targets"]["documents/more.json"] = to_base64url(b"{}")


@pytest.mark.parametrize(
    ("swap", "path"),
    [
        (swapped_bytes, "entries/"),
        (swapped_governance, "governance.json"),
        (smuggled, "documents/more.json"),
    ],
)
def test_bytes_that_are_not_those_to_be_signed(
    table: Table, swap: Callable[[Table, Any], None], path: str
) -> None:
    package = edited(table.start(), lambda document: swap(table, document))
    kind, reason, where = reason_of(lambda: table.look(1, package))
    assert kind is RegistryError
    assert reason is (Reason.BAD_CEREMONY if swap is smuggled else Reason.REGISTRY_CORRUPT)
    assert str(where["file"]).startswith(path)


def wider_status(document: Any) -> None:
    document["metadata"]["targets"]["delegations"]["roles"][0]["paths"].append("entries/*")


def one_decides(document: Any) -> None:
    document["metadata"]["targets"]["delegations"]["roles"][1]["threshold"] = 1


def own_member(document: Any) -> None:
    public = SecretKey(bytes(32)).public.raw.hex()
    key = {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": public}}
    keys = document["metadata"]["targets"]["delegations"]["keys"]
    keyid = Ed25519Key(SecretKey(bytes(32)).public).keyid
    keys[keyid] = key
    document["metadata"]["targets"]["delegations"]["roles"][1]["keyids"].append(keyid)


@pytest.mark.parametrize("change", [wider_status, one_decides, own_member])
def test_delegations_that_no_registry_has(table: Table, change: Callable[[Any], None]) -> None:
    package = edited(table.start(), change)
    kind, reason, where = reason_of(lambda: table.look(1, package))
    assert (kind, reason) == (RegistryError, Reason.REGISTRY_CORRUPT)
    assert where == {"file": "targets.json", "role": "targets"}


def test_an_organisation_that_goes_missing(table: Table) -> None:
    """C79: nobody's accreditation is dropped on the way; it is withdrawn, with a reason."""
    relief = table.lab.relief.entry_path
    role = bin_of(relief, "entries", 1)
    # Another organisation in the same bin, so that this bin is to be signed.
    number = 0
    while bin_of((org := table.lab.issuer(f"org-{number}.example")).entry_path, "entries", 1) != (
        role
    ):
        number += 1
    table.lab.consortium.put_entry(org.entry())

    def drop(document: Any) -> None:
        del document["metadata"][role]["targets"][relief]

    kind, reason, where = reason_of(lambda: table.look(1, edited(table.start(), drop)))
    assert (kind, reason) == (RegistryError, Reason.ENTRY_INVALID)
    assert where == {"file": relief, "role": role}


@pytest.mark.parametrize("name", ["role", "bins"])
def test_what_devices_would_refuse_is_not_signed(table: Table, name: str) -> None:
    """Else the coordinator could have members sign a version that stops every device."""

    def spoil(document: Any) -> None:
        document["metadata"]["targets"][name] = "0" * 64

    kind, reason, where = reason_of(lambda: table.look(1, edited(table.start(), spoil)))
    assert (kind, reason) == (RegistryError, Reason.REGISTRY_CORRUPT)
    assert where["role"] == "targets"


def test_a_package_below_threshold_publishes_nothing(table: Table) -> None:
    package = table.start()
    mine = table.sign(0, package)
    for handed_in in ([], [mine], [mine, mine]):
        kind, reason, where = reason_of(partial(table.finish, package, handed_in))
        assert (kind, reason) == (RegistryError, Reason.BELOW_THRESHOLD)
        assert where["role"] in json.loads(package)["metadata"]
    assert table.lab.load().version == 1


def test_signatures_under_another_members_name(table: Table) -> None:
    """The coordinator hands in one member's signatures twice, once as another's."""
    package = table.start()
    mine = table.sign(0, package)
    document = json.loads(mine)
    document["key"] = table.lab.keys[1].public.multikey
    kind, reason, _ = reason_of(lambda: table.finish(package, [mine, canonical(document)]))
    assert (kind, reason) == EXPECT
