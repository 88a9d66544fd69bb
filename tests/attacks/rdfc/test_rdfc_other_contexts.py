"""Signed when the words meant something else: the forger exchanges the contexts afterwards.

The same members, read with other contexts, are other statements (RDFC-1.0, section 5; C93).
"""

import schemas
from amana.credential import CONTEXTS
from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.rdf_documents import EXAMPLES
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_rdfc_other_contexts() -> None:
    sim = Simulator()
    elsewhere = {**sim.unsigned(), "@context": [schemas.VC_CONTEXT, EXAMPLES]}
    signed = sim.signed(
        elsewhere,
        key=sim.issuer.key,
        method=sim.issuer.key_id,
        suite=eddsa_rdfc,
        **{"@context": elsewhere["@context"]},
    )
    own = {**signed["proof"], "@context": list(CONTEXTS)}
    assert found(sim.answer({**signed, "@context": list(CONTEXTS), "proof": own})) == EXPECT
    assert found(sim.answer(edited(signed, "@context", to=list(CONTEXTS)))) == EXPECT
