"""A good proof for one decision is shown as if it were about another one."""

import pytest

from amana.errors import VerificationError
from amana.reasons import Reason
from tests.log_lab import KEY, LogLab, leaf, leaves
from trust_registry.inclusion import check_inclusion, prove

EXPECT = (VerificationError, Reason.NOT_IN_LOG)


def test_a_proof_is_about_its_own_decision() -> None:
    lab = LogLab()
    lab.add(*leaves(0, 5))
    (proof,) = prove(leaf(2).decision, note=lab.note, key=KEY, read=lab.read)
    with pytest.raises(EXPECT[0]) as caught:
        check_inclusion(proof, key=KEY, decision=leaf(4).decision)
    assert caught.value.reason is EXPECT[1]
