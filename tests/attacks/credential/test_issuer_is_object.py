"""The issuer is an object that carries a name to be shown beside the DID: "UNHCR".

Names come from the registry alone; our types name the issuer by its DID (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_issuer_is_object() -> None:
    sim = Simulator()
    credential = sim.credential(
        edit=lambda document: document.update(issuer={"id": sim.issuer.did, "name": "UNHCR"})
    )
    assert found(sim.answer(credential)) == EXPECT
