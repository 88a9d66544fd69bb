"""One copy names two subjects: the holder, and the person whose claims are wanted.

A copy of ours is about one subject (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Document, Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_two_subjects() -> None:
    sim = Simulator()

    def twice(document: Document) -> None:
        subject = document["credentialSubject"]
        document["credentialSubject"] = [subject, {**subject, "id": sim.thief.public.did}]

    credential = sim.credential(edit=twice)
    assert found(sim.answer(credential)) == EXPECT
