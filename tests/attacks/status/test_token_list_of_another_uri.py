"""A good list of the same issuer is served in place of the one that the token names.

`sub` must equal the token's `uri` (Token Status List, 8.3, 4a).
"""

import pytest

from amana.proofs.jose import sign_jws
from amana.reasons import Outcome, Reason
from tests.amana_samples import key, written
from tests.status_lab import CLAIMS, URI, asked, cwt

EXPECT = (Outcome.REJECTED, Reason.BAD_STATUS_LIST)


@pytest.mark.parametrize("other", [f"{URI}0", f"{URI}/", f"{URI}#", URI.upper()])
def test_token_list_of_another_uri(other: str) -> None:
    jwt = sign_jws(written(CLAIMS), key=key("issuer"), header={"typ": "statuslist+jwt"})
    for token in (jwt, cwt()):
        assert asked(token) == (Outcome.REJECTED, Reason.REVOKED)
        assert asked(token, uri=other) == EXPECT
