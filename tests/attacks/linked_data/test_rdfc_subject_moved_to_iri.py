"""The whole subject is moved under the IRI that its member's name stands for.

To linked data nothing has changed, and the signature may fit; whoever reads JSON finds no subject.
So the data model's own names are needed (VC Data Model 2.0, section 4.8; C93).
"""

from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_CREDENTIAL)
IRI = "https://www.w3.org/2018/credentials#credentialSubject"


def test_rdfc_subject_moved_to_iri() -> None:
    sim = Simulator()
    credential = sim.credential(options={"suite": eddsa_rdfc})
    credential[IRI] = credential.pop("credentialSubject")
    asked = sim.ask()
    assert found(sim.judge(sim.present(credential, to=asked), asked)) == EXPECT
