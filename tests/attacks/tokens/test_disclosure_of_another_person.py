"""A disclosure out of the credential of a larger family is put behind one's own.

The issuer signed the digests of one's own disclosures, and no others (RFC 9901, section 7.1).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import found
from tests.token_lab import HIDDEN, TokenSimulator

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


def test_disclosure_of_another_person() -> None:
    sim = TokenSimulator()
    large = sim.unsigned(claims={"householdSize": 12, "children": 9}, holder=sim.thief.public.did)
    jwt, *_, last, _ = sim.sd_jwt(hidden=HIDDEN[:2]).split("~")
    _, size, *_ = sim.sd_jwt(large, bound_to=sim.thief, hidden=HIDDEN[:2]).split("~")
    asked = sim.ask()
    text = f"{jwt}~{size}~{last}~"
    assert found(sim.judge(sim.bind(text, to=asked), asked)) == EXPECT
