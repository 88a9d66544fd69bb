"""An issuer writes the minute of registration into the copy: with others it draws a journey.

Nothing finer than a month stands in a stored credential (C68).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_fine_date() -> None:
    sim = Simulator()
    credential = sim.credential(
        edit=lambda document: document.update(validFrom="2026-11-03T09:41:00Z")
    )
    assert found(sim.answer(credential)) == EXPECT
