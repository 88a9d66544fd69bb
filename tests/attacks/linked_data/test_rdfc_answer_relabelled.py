"""The holder's proof over linked data is called one over text, and the other way round (C43)."""

import pytest

from amana.proofs import eddsa_jcs, eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


@pytest.mark.parametrize(
    ("signed", "called"), [(eddsa_rdfc, "eddsa-jcs-2022"), (eddsa_jcs, "eddsa-rdfc-2022")]
)
def test_rdfc_answer_relabelled(signed: object, called: str) -> None:
    sim = Simulator()
    asked = sim.ask()
    answer = sim.present(sim.credential(), to=asked, suite=signed)
    shown = edited(answer, "proof", "cryptosuite", to=called)
    assert found(sim.judge(shown, asked)) == EXPECT
