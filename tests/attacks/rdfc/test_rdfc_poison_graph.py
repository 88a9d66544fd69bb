"""Blank nodes that all look alike and all know each other: naming them takes hours.

The links among such nodes are counted before the first is named (RDFC-1.0, section 7.1; C93).
"""

import time

import pytest

from amana.errors import InputError
from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.rdf_documents import EXAMPLES, RDFC, V2
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.DATASET_TOO_COMPLEX)


def test_rdfc_poison_graph() -> None:
    sim = Simulator()
    names = [f"_:n{number}" for number in range(12)]
    crowd = [
        {"id": name, "knows": [{"id": other} for other in names if other != name]} for name in names
    ]
    document = {
        **edited(sim.unsigned(), "credentialSubject", "id"),
        "@context": [V2, EXAMPLES],
        "evidence": crowd,
    }
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        eddsa_rdfc.hash_data(document, {"type": "DataIntegrityProof"})
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
    assert time.process_time() - began < 1
    assert found(sim.judge({**sim.credential(options=RDFC), **document}))[0] is not Outcome.ACCEPTED
