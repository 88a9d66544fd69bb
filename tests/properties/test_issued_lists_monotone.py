"""A list of what was issued only ever helps what it names, and only while it was unknown (C87)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.reasons import Outcome, Reason
from tests.simulator import INDEX, Document, Simulator, edited
from trust_registry.backdating import check_grown
from trust_registry.issued import build_issued_list, digest_of, read_issued_list
from trust_registry.snapshot import IssuedList, State
from verifier import Policy, Verdict, verify

LEAKED = datetime(2026, 11, 10, tzinfo=UTC)
TROUBLES: list[tuple[str, State]] = [
    ("key", State.COMPROMISED),
    ("key", State.RETIRED),
    ("entry", State.SUSPENDED),
    ("entry", State.WITHDRAWN),
    ("entry", State.TERMINATED),
]
# What standing says of a copy that a list may overcome.
OUTLIVED = {Reason.KEY_COMPROMISED, Reason.ISSUER_SUSPENDED_SINCE, Reason.ISSUER_WITHDRAWN_SINCE}


def world(troubles: list[tuple[str, State]]) -> Simulator:
    sim = Simulator()
    sim.issuer.revoked.add(INDEX + 1)
    for where, state in troubles:
        history = sim.issuer.key_history if where == "key" else sim.issuer.history
        history.append((LEAKED, state))
    return sim


CALM = world([])
SHOWN: list[Document] = [
    CALM.credential(),
    CALM.credential(valid_from=date(2026, 3, 1)),
    CALM.credential(valid_from=date(2025, 3, 1)),
    CALM.credential(valid_from=date(2099, 1, 1), valid_until=date(2099, 12, 1)),
    CALM.credential(valid_until=date(2026, 11, 1)),
    CALM.credential(index=INDEX + 1),
    CALM.credential(kind="PersonProfile"),
    CALM.credential(key=CALM.thief),
    edited(CALM.credential(), "credentialSubject", "children", to=3),
]
_WORLDS = {
    troubles: world(list(troubles))
    for troubles in [(), *((one,) for one in TROUBLES), *product(TROUBLES[:1], TROUBLES[2:])]
}


def judge(sim: Simulator, shown: Document, listed: list[Document] | None) -> Verdict:
    sim.issuer.issued = None if listed is None else [canonical(one) for one in listed]
    return verify(json.dumps(shown).encode(), snapshot=sim.snapshot(), policy=Policy(), now=sim.now)


@given(
    st.sampled_from(sorted(_WORLDS)),
    st.sampled_from(SHOWN),
    st.lists(st.sampled_from(SHOWN), max_size=4),
)
def test_a_list_helps_only_what_it_names(
    troubles: tuple[tuple[str, State], ...], shown: Document, listed: list[Document]
) -> None:
    """Never out of REJECTED, never worse, and nothing but what stands in it."""
    sim = _WORLDS[troubles]
    before, after = judge(sim, shown, None), judge(sim, shown, listed)
    known = {finding.reason for finding in before.findings}
    left = {finding.reason for finding in after.findings}
    assert known >= left
    assert known - left <= OUTLIVED
    if shown not in listed:
        assert after == before
    if before.outcome is Outcome.REJECTED:
        assert after.outcome is Outcome.REJECTED


KEY = SecretKey(b"\x05" * 32)
METHOD = f"{CALM.issuer.did}#key-1"


def listed_as(forms: set[bytes]) -> IssuedList:
    document = build_issued_list(
        map(digest_of, forms),
        issuer=CALM.issuer.did,
        key_id=METHOD,
        key=CALM.issuer.key,
        verification_method=METHOD,
        valid_from=LEAKED,
    )
    return read_issued_list(canonical(document), entry=CALM.issuer.entry())


FORMS = st.sets(st.integers(0, 40).map(lambda number: b"%d" % number), max_size=12)


@given(FORMS, FORMS)
def test_a_list_is_exactly_the_set_that_it_was_built_from(
    forms: set[bytes], others: set[bytes]
) -> None:
    found = listed_as(forms)
    assert len(found) == len(forms)
    assert all((digest_of(form) in found) == (form in forms) for form in forms | others)


@given(FORMS, FORMS)
def test_lists_grow_or_are_refused(old: set[bytes], new: set[bytes]) -> None:
    before, after = listed_as(old), listed_as(new)
    if old <= new:
        check_grown(before, after)
        return
    with pytest.raises(RegistryError) as caught:
        check_grown(before, after)
    assert caught.value.reason is Reason.ISSUED_LIST_SHRUNK
