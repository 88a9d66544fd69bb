"""Somebody shows a challenge that no certified station signed, or changes one that it did."""

from __future__ import annotations

from typing import Any

import pytest

from amana.challenge import read_challenge
from amana.errors import VerificationError
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from tests.wallet_world import World, key_of

EXPECT = (VerificationError, Reason.BAD_SIGNATURE)
WORLD = World()
GOOD = WORLD.challenge()


def _signed_by_another() -> dict[str, Any]:
    unsigned = {name: value for name, value in GOOD.items() if name != "proof"}
    return eddsa_jcs.sign(
        unsigned,
        key=key_of("thief"),
        verification_method=GOOD["proof"]["verificationMethod"],
        proof_purpose="authentication",
    )


@pytest.mark.parametrize(
    "challenge",
    [
        _signed_by_another(),
        {**GOOD, "claims": ["householdSize"]},
        {**GOOD, "purpose": "school"},
        {**GOOD, "retention": "P9Y"},
        {**GOOD, "expires": "2036-01-01T00:00:00Z"},
    ],
)
def test_it_is_never_even_looked_at(challenge: dict[str, Any]) -> None:
    with pytest.raises(VerificationError) as caught:
        read_challenge(challenge)
    assert (type(caught.value), caught.value.reason) == EXPECT
