"""Somebody on the way swaps what a registrar's members are asked to sign.

Each member's machine holds the draft against what was published, and the digest that members read
to each other is not that of the swapped one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.multibase import to_base64url
from amana.reasons import Reason
from tests.region_lab import NAME, ROLE, RegionLab
from tests.registry_lab import Issuer, Lab
from trust_registry._bins import stored
from trust_registry.ceremony import sign_package
from trust_registry.registrars import entry_path

EXPECT = (RegistryError, Reason.BAD_CEREMONY)


def world(tmp_path: Path) -> tuple[RegionLab, Issuer]:
    lab = Lab(tmp_path)
    found = RegionLab(lab)
    found.add()
    clinic = lab.issuer("clinic.example")
    found.admit(clinic)
    return found, clinic


def listing(draft: bytes, path: str, data: bytes) -> bytes:
    """The draft with one file more, or another, and everything else just as it should be."""
    document = json.loads(draft)
    targets: dict[str, Any] = document["metadata"][ROLE]["targets"]
    targets[path] = stored({path: data}, {})[path].to_dict()
    document["metadata"][ROLE]["targets"] = dict(sorted(targets.items()))
    document["targets"][path] = to_base64url(data)
    return canonical(document)


def test_one_more_organisation(tmp_path: Path) -> None:
    """C112: a member who compares digests does not sign it; one who does not is one of two."""
    nairobi, _ = world(tmp_path)
    honest, shop = nairobi.draw(), nairobi.lab.issuer("shop.example")
    swapped = listing(honest, entry_path(NAME, shop.did), canonical(nairobi.entry(shop)))
    one, two = nairobi.machines[:2]
    digest = one.look(honest, nairobi.published).package.digest
    seen = two.look(swapped, nairobi.published)
    assert any(shop.did in found.words for found in seen.differences)
    with pytest.raises(EXPECT[0]) as caught:
        sign_package(seen, signer=two.key, confirmed=digest, state=two.state, anchor=two.anchor)
    assert caught.value.reason is EXPECT[1]
    signed = [one.sign(honest, nairobi.published), two.sign(swapped, nairobi.published)]
    for draft in (honest, swapped):
        with pytest.raises(EXPECT[0]) as caught:
            nairobi.complete(draft, signed)
        assert caught.value.reason is EXPECT[1]
        assert caught.value.where["role"] in (ROLE, "targets")
    assert nairobi.region.signed() is None


def emptied(document: Any) -> None:
    document["targets"] = {}


def unlisted(document: Any) -> None:
    document["metadata"][ROLE]["targets"] = {}


def elsewhere(document: Any) -> None:
    document["registry"] = "00" * 32


def ahead(document: Any) -> None:
    document["version"] = document["metadata"][ROLE]["version"] = 2


def for_ever(document: Any) -> None:
    document["metadata"][ROLE]["expires"] = "2099-01-01T00:00:00Z"


def anothers(document: Any) -> None:
    document["metadata"][ROLE]["role"] = "registrar-mombasa"


def renamed(document: Any) -> None:
    (path,) = document["targets"]
    other = f"registrars/{NAME}/entries/another.json"
    document["targets"][other] = document["targets"].pop(path)
    listed = document["metadata"][ROLE]["targets"]
    listed[other] = listed.pop(path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (emptied, Reason.REGISTRY_CORRUPT),
        (unlisted, Reason.REGISTRY_CORRUPT),
        (elsewhere, Reason.ANOTHER_REGISTRY),
        (ahead, Reason.ROLLBACK),
        (for_ever, Reason.REGISTRY_CORRUPT),
        (anothers, Reason.REGISTRY_CORRUPT),
        (renamed, Reason.ENTRY_FOR_ANOTHER_DID),
    ],
)
def test_what_does_not_follow(
    tmp_path: Path, change: Callable[[Any], None], reason: Reason
) -> None:
    """It is refused before the member is shown anything, whatever else it says."""
    nairobi, _ = world(tmp_path)
    document = json.loads(nairobi.draw())
    change(document)
    with pytest.raises(RegistryError) as caught:
        nairobi.machines[0].look(canonical(document), nairobi.published)
    assert caught.value.reason is reason
    assert caught.value.where["role"] == ROLE


def test_beyond_the_published_limits(tmp_path: Path) -> None:
    """Its members' machines know the limits as well, once they are published."""
    nairobi, clinic = world(tmp_path)
    nairobi.lab.begin()
    nairobi.publish()
    shop = nairobi.lab.issuer("shop.example")
    path = entry_path(NAME, shop.did)
    for changes, expect in (
        ({"jurisdictions": ["UG"]}, Reason.BEYOND_LIMITS),
        ({"since": nairobi.region.limits.since.replace(year=2099)}, Reason.ENTRY_INVALID),
    ):
        swapped = listing(nairobi.draw(), path, canonical(nairobi.entry(shop, **changes)))
        with pytest.raises(RegistryError) as caught:
            nairobi.machines[0].look(swapped, nairobi.published)
        assert caught.value.reason is expect
        assert caught.value.where["file"] == path
    gone = json.loads(nairobi.draw())
    gone["metadata"][ROLE]["targets"], gone["targets"] = {}, {}
    with pytest.raises(RegistryError) as caught:
        nairobi.machines[0].look(canonical(gone), nairobi.published)
    assert caught.value.reason is Reason.ENTRY_INVALID
    assert caught.value.where == {"file": entry_path(NAME, clinic.did), "role": ROLE}


def test_a_demos_entry_and_too_many(tmp_path: Path) -> None:
    """What the consortium's machine would see first is refused there too."""
    nairobi, clinic = world(tmp_path)
    lab = nairobi.lab
    draft = listing(
        nairobi.draw(), entry_path(NAME, clinic.did), canonical(nairobi.entry(clinic, demo=True))
    )
    signed = nairobi.complete(draft, nairobi.sign(draft))
    with pytest.raises(RegistryError) as caught:
        nairobi.hand_in(signed)
    assert caught.value.reason is Reason.DEMO_KEY
    draft = nairobi.draw()
    for number in (1, 2):
        shop = lab.issuer(f"shop-{number}.example")
        draft = listing(draft, entry_path(NAME, shop.did), canonical(nairobi.entry(shop)))
    with pytest.raises(RegistryError) as caught:
        nairobi.complete(draft, nairobi.sign(draft))
    assert caught.value.reason is Reason.BEYOND_LIMITS
    assert "signed.json" not in nairobi.staged()
