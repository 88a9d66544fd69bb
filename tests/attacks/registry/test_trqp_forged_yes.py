"""A server says yes of an organisation that nobody accredited: no form of that is evidence.

TRQP answers are not signed. `verify` takes what members signed, k of n, and nothing else (C111).
"""

from typing import Any

import pytest

from amana.jcs import canonical
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.trqp import Query, Question, authority_of
from trust_registry.trqp_client import read_answer
from verifier import Policy, verify

EXPECT = (Outcome.UNDECIDED, Reason.ISSUER_UNKNOWN)


def test_a_forged_yes_makes_nobody_known() -> None:
    sim = Simulator()
    sim.issuer.registered = False
    question = Question(
        entity_id=sim.issuer.did,
        authority_id=authority_of(b"anchor"),
        action="issue",
        resource="PurposeCredential",
    )
    forged = canonical(
        {**question.document(), "authorized": True, "time_evaluated": "2026-11-22T12:00:00Z"}
    )
    yes: Any = read_answer(forged, query=Query.AUTHORIZATION, question=question)
    assert yes.says_yes
    assert found(sim.answer(sim.credential())) == EXPECT
    shown = canonical(sim.credential())
    # A type checker refuses each of them as well.
    evidences: tuple[Any, ...] = (yes, question, forged, True)
    for evidence in evidences:
        with pytest.raises(TypeError):
            verify(shown, snapshot=evidence, policy=Policy(), now=sim.now)
    with pytest.raises(TypeError):
        bool(yes)  # nor does it pass where somebody only looks whether there is an answer
