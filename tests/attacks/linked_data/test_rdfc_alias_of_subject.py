"""A second subject hides behind the keyword that the member's name stands for.

`credentialSubject` is a term; its IRI, written out, means the same to linked data and nothing to
whoever reads JSON. The signature covers both, and the forger's is not there (C93).
"""

from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)
IRI = "https://www.w3.org/2018/credentials#credentialSubject"


def test_rdfc_alias_of_subject() -> None:
    sim = Simulator()
    credential = sim.credential(options={"suite": eddsa_rdfc})
    changed = {**credential, IRI: {"id": sim.thief.public.did}}
    assert found(sim.answer(changed, key=sim.thief)) == EXPECT
