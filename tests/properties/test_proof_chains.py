"""Chains of any shape hold, and nothing of them can be changed, dropped or moved unnoticed."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.errors import InputError, VerificationError
from amana.proofs.data_integrity import verify_proofs
from amana.reasons import Reason
from tests.amana_samples import Object, foreign
from tests.mutations import mutate
from tests.proof_lab import key_of, signed

LABELS = ("one", "two", "three", "four")


@st.composite
def chains(draw: st.DrawFn) -> Object:
    """Up to four proofs, each over any of those before it, and shown in any order."""
    document = foreign()
    for number, label in enumerate(LABELS[: draw(st.integers(1, 4))]):
        before = st.lists(st.sampled_from(range(number)), unique=True) if number else st.just([])
        options: Object = {"id": f"urn:{number}"}
        previous = [f"urn:{index}" for index in draw(before)]
        if previous:
            alone = len(previous) == 1 and draw(st.booleans())
            options["previousProof"] = previous[0] if alone else previous
        document = signed(document, label, **options)
    proofs = document["proof"]
    if type(proofs) is list:
        document["proof"] = draw(st.permutations(proofs))
    return document


def proofs_of(document: Object) -> list[Object]:
    proofs: Any = document["proof"]
    return proofs if type(proofs) is list else [proofs]


@given(chains())
def test_any_chain_holds(document: Object) -> None:
    found = verify_proofs(document, key_of=key_of)
    assert [proof.options["id"] for proof in found] == [p["id"] for p in proofs_of(document)]


@given(chains(), st.data())
def test_a_proof_that_another_needs_is_missed(document: Object, data: st.DataObject) -> None:
    proofs = proofs_of(document)
    dropped = data.draw(st.sampled_from(proofs))
    rest = [proof for proof in proofs if proof is not dropped]
    needed = any(dropped["id"] in str(proof.get("previousProof")) for proof in rest)
    left = {**document, "proof": rest}
    if not needed and rest:
        assert len(verify_proofs(left, key_of=key_of)) == len(rest)
        return
    with pytest.raises(InputError) as caught:
        verify_proofs(left, key_of=key_of)
    expected = Reason.BAD_PROOF_CHAIN if rest else Reason.PROOF_MISSING
    assert caught.value.reason is expected


@given(chains(), st.integers(0, 2**64 - 1))
def test_a_changed_chain_is_refused(document: Object, seed: int) -> None:
    changed = mutate(Random(seed), document)
    if changed == document or type(changed) is not dict:
        return
    try:
        verify_proofs(changed, key_of=key_of)
    except (InputError, VerificationError):
        return
    # What no signature covers: how many stand there, in which order, and in a list or not; and
    # contexts that were appended (EdDSA Cryptosuites, section 3.3.2, step 4).
    touched = {name for name in document | changed if changed.get(name) != document.get(name)}
    assert touched <= {"proof", "@context"}
    assert all(proof in proofs_of(document) for proof in proofs_of(changed))
