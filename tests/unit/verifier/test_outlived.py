"""Whatever secures a copy, it outlives its issuer's trouble if it stands in the collected list."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import ModuleType

import pytest

from amana.jcs import canonical
from amana.proofs import eddsa_jcs, eddsa_rdfc
from amana.reasons import Outcome, Reason
from amana.usual_form import UsualCredential, read_usual
from tests.simulator import Simulator, reasons
from tests.token_lab import TokenSimulator
from trust_registry.snapshot import State

LEAKED = datetime(2026, 11, 10, tzinfo=UTC)
OUTLIVED = {
    State.COMPROMISED: Reason.KEY_COMPROMISED,
    State.SUSPENDED: Reason.ISSUER_SUSPENDED_SINCE,
    State.WITHDRAWN: Reason.ISSUER_WITHDRAWN_SINCE,
}


def fall(sim: Simulator, state: State) -> None:
    of_key = state is State.COMPROMISED
    (sim.issuer.key_history if of_key else sim.issuer.history).append((LEAKED, state))


@pytest.mark.parametrize("state", OUTLIVED)
@pytest.mark.parametrize("suite", [eddsa_jcs, eddsa_rdfc])
def test_a_document_is_listed_with_its_proof(state: State, suite: ModuleType) -> None:
    """C79, C87: who loses its standing does not take down what was rightly issued before."""
    sim = Simulator()
    copy = sim.signed(sim.unsigned(), key=sim.issuer.key, method=sim.issuer.key_id, suite=suite)
    fall(sim, state)
    assert reasons(sim.answer(copy))[0] is OUTLIVED[state]
    sim.issuer.issued = [canonical(copy)]
    assert sim.answer(copy).accepted
    sim.issuer.issued = [canonical({**copy, "proof": None})]
    assert reasons(sim.answer(copy))[0] is OUTLIVED[state]


def test_both_ways_of_reading_find_the_same_digest() -> None:
    """Our own text is read by a pattern; what it makes of it is the same document."""
    sim = Simulator()
    copy = sim.credential()
    usual = read_usual(canonical(copy))
    assert isinstance(usual, UsualCredential)
    assert canonical(usual.credential.document) == canonical(copy)


def test_a_token_is_listed_as_the_issuer_signed_it() -> None:
    """What the holder leaves out or adds changes no digest."""
    sim = TokenSimulator()
    jwt, sd, dc = sim.jwt(), sim.sd_jwt(), sim.dc_sd_jwt()
    fall(sim, State.COMPROMISED)
    asked = [sim.ask() for _ in range(4)]
    shown = [
        (jwt, jwt, None),
        (sim.bind(sd, to=asked[0]), sd, asked[0]),
        (sim.bind(dc, to=asked[1]), dc, asked[1]),
        (sim.jwt_answer(jwt, to=asked[2]), jwt, asked[2]),
        (sd, sd, None),
    ]
    for text, signed, challenge in shown:
        before = sim.judge(text, challenge)
        assert Reason.KEY_COMPROMISED in reasons(before)
        sim.issuer.issued = [signed.partition("~")[0].encode()]
        if challenge is not None:
            sim.book._used.discard(challenge.digest)
        assert Reason.KEY_COMPROMISED not in reasons(sim.judge(text, challenge))
        sim.issuer.issued = [signed.encode() + b"x"]


def test_a_list_makes_nothing_of_what_was_dated_wrongly() -> None:
    """A list says that a copy is older than the trouble, and nothing of its own date."""
    sim = Simulator()
    early = sim.credential(valid_from=date(2025, 3, 1))
    late = sim.credential(valid_from=date(2026, 12, 1))
    sim.issuer.issued = [canonical(early), canonical(late)]
    assert sim.judge(early).outcome is Outcome.UNDECIDED
    fall(sim, State.COMPROMISED)
    assert Reason.KEY_COMPROMISED in reasons(sim.judge(late))
    assert Reason.KEY_COMPROMISED in reasons(sim.judge(early))


def test_without_a_registry_there_is_no_list() -> None:
    sim = Simulator()
    sim.registry = False
    assert Reason.REGISTRY_MISSING in reasons(sim.judge(sim.credential()))
