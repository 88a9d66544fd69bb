"""Regional registrars as a client sees them: within limits they admit, and stop nobody else."""

import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Issuer, Lab
from tests.registry_thief import Registrar, admit, publish_registrars, registrar
from trust_registry.snapshot import LeftOut, Snapshot


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    lab.begin()
    return lab


def files(one: Registrar, issuers: Iterable[Issuer], **changes: Any) -> dict[str, bytes]:
    return {one.entry_path(issuer): one.entry(issuer, **changes) for issuer in issuers}


def rules(snapshot: Snapshot) -> dict[str, Reason]:
    return {left.file: left.rule for left in snapshot.left_out}


def test_what_a_registrar_admits_is_known_like_any_other(lab: Lab) -> None:
    """C110: whose credentials count, in a region that decides for itself."""
    one, clinic = registrar(lab), lab.issuer("clinic.example")
    admit(lab, (one, files(one, [clinic])))
    lab.force(lists={lab.relief.list_path: lab.relief.list(), clinic.list_path: clinic.list((5,))})
    for found in (lab.load(), lab.cached()):
        entry, listed = found.entry(clinic.did), found.status_list(clinic.url)
        assert entry is not None
        assert entry.registrar == "nairobi"
        assert listed is not None
        assert listed.is_set(5)
        assert set(found.entries) == {lab.relief.did, clinic.did}
        assert set(found.status_lists) == {lab.relief.url, clinic.url}
        assert not found.left_out
        assert set(found.registrars) == {"nairobi"}


def test_a_registrar_that_goes_takes_its_entries_along(lab: Lab) -> None:
    one, clinic = registrar(lab), lab.issuer("clinic.example")
    admit(lab, (one, files(one, [clinic])))
    lab.force(lists={lab.relief.list_path: lab.relief.list(), clinic.list_path: clinic.list()})
    assert lab.load().entry(clinic.did) is not None
    admit(lab)
    found = lab.load()
    assert found.entry(clinic.did) is None
    assert found.status_list(clinic.url) is None
    assert rules(found) == {clinic.list_path: Reason.ISSUER_UNKNOWN}


def test_malformed_huge_and_strange_entries_are_left_out(lab: Lab) -> None:
    one = registrar(lab)
    good, huge, bad, demo = (lab.issuer(f"{name}.example") for name in ("a", "b", "c", "d"))
    given = {
        **files(one, [good]),
        one.entry_path(huge): b" " * 300_000 + one.entry(huge),
        one.entry_path(bad): b"{}",
        one.entry_path(demo): one.entry(demo, demo=True),
    }
    admit(lab, (one, given), limits={"registrars/nairobi.json": one.limits(most_entries=9)})
    found = lab.load()
    assert found.entry(good.did) is not None
    assert rules(found) == {
        one.entry_path(huge): Reason.TOO_LARGE,
        one.entry_path(bad): Reason.ENTRY_INVALID,
        one.entry_path(demo): Reason.DEMO_KEY,
    }
    assert set(found.entries) == {lab.relief.did, good.did}


def test_lists_at_one_url_stop_nobody_else(lab: Lab) -> None:
    one = registrar(lab)
    keys = [lab.issuer("unused.example").key for _ in range(2)]
    first, second = (Issuer(key.public.did, key, "https://lists.example") for key in keys)
    methods = [f"{issuer.did}#{issuer.key.public.multikey}" for issuer in (first, second)]
    given = {
        one.entry_path(issuer): one.entry(issuer, keys={method: issuer.key.public})
        for issuer, method in zip((first, second), methods, strict=True)
    }
    admit(lab, (one, given))
    lists = {
        issuer.list_path: issuer.list(verification_method=method)
        for issuer, method in zip((first, second), methods, strict=True)
    }
    lab.force(lists={lab.relief.list_path: lab.relief.list(), **lists})
    found = lab.load()
    assert list(rules(found).values()) == [Reason.BAD_STATUS_LIST]
    assert found.status_list("https://lists.example/status/1") is not None
    assert found.status_list(lab.relief.url) is not None


def test_damage_to_what_a_registrar_signed_is_found(lab: Lab) -> None:
    one, clinic = registrar(lab), lab.issuer("clinic.example")
    admit(lab, (one, files(one, [clinic])))
    lab.load()
    for layer in (lab.folder / "cache").glob("*/registry-*"):
        connection = sqlite3.connect(layer)
        connection.execute("DELETE FROM roles WHERE role = 'registrar-nairobi'")
        connection.commit()
        connection.close()
    found = lab.cached()
    assert found.entry(lab.relief.did) is not None
    with pytest.raises(RegistryError) as caught:
        found.entry(clinic.did)
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
    assert caught.value.where["role"] == "registrar-nairobi"


def test_of_too_many_those_admitted_first_stay(lab: Lab) -> None:
    """A registrar that goes on past its number harms newcomers, not those who rely on it."""
    one = registrar(lab)
    issuers = [lab.issuer(f"{name}.example") for name in "abcd"]
    given = {
        one.entry_path(issuer): one.entry(issuer, since=NOW + timedelta(days=day))
        for day, issuer in zip((3, 1, 2, 4), issuers, strict=True)
    }
    broken, huge = lab.issuer("e.example"), lab.issuer("f.example")
    given |= {one.entry_path(broken): b"{}", one.entry_path(huge): b" " * 300_000}
    admit(lab, (one, given))
    found = lab.load()
    assert [issuer.did in found.entries for issuer in issuers] == [False, True, True, False]
    beyond = {one.entry_path(issuers[0]), one.entry_path(issuers[3])}
    assert {file for file, rule in rules(found).items() if rule is Reason.BEYOND_LIMITS} == beyond


def test_expired_signatures_of_a_registrar_stop_nobody_else(lab: Lab) -> None:
    one, clinic = registrar(lab), lab.issuer("clinic.example")
    admit(lab, (one, files(one, [clinic])))
    later = NOW + timedelta(days=366)
    found = lab.load(now=later)
    assert found.entry(clinic.did) is None
    assert set(found.entries) == {lab.relief.did}
    assert found.left_out == (
        LeftOut(
            file="metadata/1.registrar-nairobi.json",
            role="registrar-nairobi",
            rule=Reason.REGISTRY_EXPIRED,
        ),
    )


@pytest.mark.parametrize("limits", [None, b"{}", b"limits", "another's"], ids=str)
def test_members_have_to_give_good_limits(lab: Lab, limits: bytes | str | None) -> None:
    one = registrar(lab)
    if limits == "another's":
        limits = one.limits(name="mombasa")
    assert not isinstance(limits, str)
    targets = {} if limits is None else {"registrars/nairobi.json": limits}
    publish_registrars(lab, [one.delegated], [one.submission({})], targets)
    with pytest.raises(RegistryError) as caught:
        lab.load()
    assert caught.value.where == {"file": "registrars/nairobi.json", "role": "targets"}
    assert lab.cached().version == 1


def test_the_lists_of_its_organisations_stop_nobody_else(lab: Lab) -> None:
    """What would refuse a version, had the members admitted the issuer, is only left out."""
    one = registrar(lab)
    clinic, shop = lab.issuer("clinic.example"), lab.issuer("shop.example")
    admit(lab, (one, files(one, [clinic, shop])))
    lists = {lab.relief.list_path: lab.relief.list()}
    lab.force(lists={**lists, clinic.list_path: clinic.list((5,)), shop.list_path: shop.list()})
    assert not lab.load().left_out
    forged = {clinic.list_path: clinic.list((), key=shop.key), shop.list_path: shop.list((7, 9))}
    lab.force(lists={**lists, **forged})
    found = lab.load()
    assert rules(found) == {clinic.list_path: Reason.BAD_SIGNATURE}
    assert found.status_list(clinic.url) is None
    lab.force(lists={**lists, clinic.list_path: clinic.list(()), shop.list_path: shop.list(())})
    found = lab.load()
    assert rules(found) == {
        clinic.list_path: Reason.REVOCATION_CLEARED,
        shop.list_path: Reason.REVOCATION_CLEARED,
    }
    for snapshot in (found, lab.cached()):
        assert snapshot.status_list(clinic.url) is snapshot.status_list(shop.url) is None
        assert set(snapshot.status_lists) == {lab.relief.url}
