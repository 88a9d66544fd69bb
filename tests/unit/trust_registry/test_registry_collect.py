"""Status lists on their way in: whose, signed by what, and only ever growing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.errors import AmanaError, InputError, RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from amana.status import StatusList, build_status_list
from amana.strict_json import loads
from tests.registry_lab import NOW, Lab
from trust_registry import collect
from trust_registry.snapshot import State


def refused(lab: Lab, data: bytes) -> Reason:
    with pytest.raises(AmanaError) as caught:
        lab.consortium.collect_status(data, now=NOW)
    return caught.value.reason


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    made = Lab(tmp_path)
    made.consortium.put_entry(made.relief.entry())
    return made


def test_a_list_grows_and_is_collected_again(lab: Lab) -> None:
    """C11: what changed reaches verifiers when a link, or a stick, appears."""
    first = lab.consortium.collect_status(lab.relief.list((7,)), now=NOW)
    again = lab.consortium.collect_status(lab.relief.list((7, 8)), now=NOW)
    assert first.is_set(7)
    assert not first.is_set(8)
    assert again.is_set(8)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "did:web:unknown.example"}, Reason.ISSUER_UNKNOWN),
        ({"url": "https://relief.example/lists/one"}, Reason.BAD_STATUS_LIST),
        ({"url": "https://other.example/status/1"}, Reason.BAD_STATUS_LIST),
        ({"url": "https://relief.example/\x1b[2J/status/1"}, Reason.BAD_CREDENTIAL),
        ({"valid_from": NOW + timedelta(days=3)}, Reason.BAD_STATUS_LIST),
        ({"verification_method": "did:web:relief.example#key-9"}, Reason.KEY_NOT_OF_ISSUER),
    ],
)
def test_a_list_that_is_not_what_it_says_is_refused(
    lab: Lab, changes: dict[str, Any], reason: Reason
) -> None:
    assert refused(lab, lab.relief.list(**changes)) is reason


def test_a_url_that_no_host_can_be_read_from_is_refused(lab: Lab) -> None:
    with pytest.raises(InputError) as caught:
        collect.list_path("https://]relief.example/status/1", lab.relief.did)
    assert caught.value.reason is Reason.BAD_STATUS_LIST


def test_a_url_without_end_is_refused(lab: Lab) -> None:
    with pytest.raises(InputError) as caught:
        collect.list_path("https://relief.example/" + "x" * 3000 + "/status/1", lab.relief.did)
    assert caught.value.reason is Reason.BAD_STATUS_LIST


def test_older_smaller_and_other_lists_are_refused(lab: Lab) -> None:
    lab.consortium.collect_status(lab.relief.list(size=200_000), now=NOW)
    assert refused(lab, lab.relief.list(size=131_072)) is Reason.ROLLBACK
    yesterday = NOW - timedelta(days=1)
    assert refused(lab, lab.relief.list(size=200_000, valid_from=yesterday)) is Reason.ROLLBACK
    elsewhere = lab.relief.list(size=200_000, url="https://relief.example/b/status/1")
    assert refused(lab, elsewhere) is Reason.BAD_STATUS_LIST
    assert (
        refused(lab, lab.relief.list(size=200_000, purpose="suspension")) is Reason.BAD_STATUS_LIST
    )


def test_a_suspension_may_end(lab: Lab) -> None:
    lab.consortium.collect_status(lab.relief.list((7,), purpose="suspension"), now=NOW)
    found = lab.consortium.collect_status(lab.relief.list((), purpose="suspension"), now=NOW)
    assert not found.is_set(7)


def test_only_a_key_in_good_standing_adds_lists(lab: Lab) -> None:
    data = lab.relief.list()
    did, method = lab.relief.did, lab.relief.method
    early = lab.relief.entry(since=NOW + timedelta(days=1))
    lab.consortium.put_entry(early)
    assert refused(lab, data) is Reason.KEY_NOT_YET_VALID
    lab.consortium.put_entry(lab.relief.entry())
    lab.consortium.change_key(did, method, State.RETIRED, now=NOW)
    assert refused(lab, data) is Reason.KEY_RETIRED_WHEN_ISSUED
    lab.consortium.change_key(did, method, State.COMPROMISED, now=NOW + timedelta(seconds=1))
    with pytest.raises(AmanaError) as caught:
        lab.consortium.collect_status(data, now=NOW + timedelta(days=1))
    assert caught.value.reason is Reason.KEY_COMPROMISED


def test_a_key_that_only_authenticates_signs_no_list(lab: Lab) -> None:
    lab.consortium.put_entry(lab.relief.entry(relationships=("authentication",)))
    assert refused(lab, lab.relief.list()) is Reason.WRONG_RELATIONSHIP


def test_a_list_names_its_issuer_and_its_url(lab: Lab) -> None:
    document = loads(lab.relief.list())
    assert refused(lab, canonical({**document, "issuer": {"id": "x"}})) is Reason.BAD_STATUS_LIST
    assert refused(lab, canonical({**document, "id": 5})) is Reason.BAD_STATUS_LIST
    assert refused(lab, canonical({**document, "proof": []})) is Reason.KEY_NOT_OF_ISSUER
    assert refused(lab, b"[]") is Reason.BAD_STATUS_LIST
    assert refused(lab, b"{") is Reason.NOT_JSON


def test_a_list_of_another_issuer_is_refused_whoever_signed_it(lab: Lab) -> None:
    other = lab.issuer("other.example")
    entry = lab.consortium.put_entry(lab.relief.entry())
    document = build_status_list(
        (),
        url=lab.relief.url,
        issuer=other.did,
        key=lab.relief.key,
        verification_method=lab.relief.method,
        valid_from=NOW,
    )
    with pytest.raises(AmanaError) as caught:
        collect.read_list(canonical(document), entry=entry)
    assert caught.value.reason is Reason.STATUS_LIST_OF_ANOTHER_ISSUER


def test_a_did_key_may_serve_its_list_anywhere(lab: Lab) -> None:
    did = lab.relief.key.public.did
    assert collect.list_path("https://anywhere.example/x/status/12", did).endswith("/12.json")
    assert collect.own_places([did]) == {}


def test_a_did_webvh_serves_its_list_at_its_own_host() -> None:
    did = f"did:webvh:Qm{'a' * 44}:relief.example:field"
    assert collect.list_path("https://relief.example/status/1", did).endswith("/1.json")
    with pytest.raises(InputError) as caught:
        collect.list_path("https://other.example/status/1", did)
    assert caught.value.reason is Reason.BAD_STATUS_LIST
    assert collect.own_places([did]) == {"https://relief.example/field/status": did}


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_clearing_is_found_bit_by_bit(old: bytes, new: bytes) -> None:
    bits = [(byte >> (7 - bit)) & 1 for byte in old for bit in range(8)]
    kept = [(byte >> (7 - bit)) & 1 for byte in new for bit in range(8)]
    kept += [0] * max(0, len(bits) - len(kept))
    cleared = any(before and not after for before, after in zip(bits, kept, strict=False))
    assert collect.clears(old, new) is cleared


def test_growth_needs_no_clock() -> None:
    """A client compares without `now`: its clock may be wrong."""
    new = StatusList(url="u", issuer="i", purposes=("revocation",), bits=b"\0", valid_from=NOW)
    with pytest.raises(RegistryError) as caught:
        collect.check_newer(replace(new, valid_from=NOW + timedelta(days=9)), new)
    assert caught.value.reason is Reason.ROLLBACK
