"""A credential in an envelope, which this station can't open, rides along behind a good one.

What was not judged is not accepted with the rest (VC Data Model 2.0, section 4.13.1; C43).
"""

import schemas
from amana.reasons import Outcome, Reason
from tests.simulator import Document, Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.UNKNOWN_CRYPTOSUITE)


def add(answer: Document) -> None:
    envelope = {
        "@context": schemas.VC_CONTEXT,
        "id": "data:application/vc+cose;base64,0oRDoQEnoEBYQA",
        "type": "EnvelopedVerifiableCredential",
    }
    answer["verifiableCredential"].append(envelope)


def test_envelope_behind_good_one() -> None:
    sim = Simulator()
    asked = sim.ask()
    assert found(sim.judge(sim.present(sim.credential(), to=asked, edit=add), asked)) == EXPECT
