"""A DID was given up for good, and its last key, still in the document, goes on signing.

A deactivated DID gives out no key ("Deactivate (Revoke)"). What it signed before may be true, so
nothing is called false for it.
"""

from datetime import timedelta

import pytest

from amana.did.webvh_author import update
from amana.errors import VerificationError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab
from trust_registry.resolve import Resolver

EXPECT = (Outcome.UNDECIDED, Reason.DID_DEACTIVATED)


def test_deactivated_signs_on() -> None:
    did, data = lab.first()
    later = lab.START + timedelta(days=1)
    ended = {"deactivated": True, "updateKeys": []}
    data = update(data, did=did, key=lab.key_of("one"), now=later, parameters=ended)
    resolver = Resolver(fetch=lambda _url, _limit: data)
    with pytest.raises(VerificationError) as caught:
        resolver.key(f"{did}#key-1", purpose="assertionMethod", now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
