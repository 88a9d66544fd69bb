"""An issuer signs JWTs about many things; one with the right claims is served as its list.

Only what says `statuslist+jwt` is a list (Token Status List, 5.1; RFC 8725, 3.11).
"""

import pytest

from amana.proofs.jose import sign_jws
from amana.reasons import Outcome, Reason
from amana.strict_json import JsonObject
from tests.amana_samples import key, written
from tests.status_lab import CLAIMS, asked

EXPECT = (Outcome.REJECTED, Reason.BAD_JWT)


@pytest.mark.parametrize(
    "header",
    [{}, {"typ": "JWT"}, {"typ": "vc+jwt"}, {"typ": "statuslist+cwt"}, {"typ": ["statuslist+jwt"]}],
)
def test_jwt_of_another_type_as_list(header: JsonObject) -> None:
    assert asked(sign_jws(written(CLAIMS), key=key("issuer"), header=header)) == EXPECT
