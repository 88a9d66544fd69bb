"""A token has an index beyond the end of its list: no status, no revocation.

No statement can be made, and the token is refused (Token Status List, 8.3, 6).
"""

import pytest

from amana.reasons import Outcome, Reason
from amana.token_status import build_status_list_jwt
from tests.amana_samples import NOW, key
from tests.status_lab import URI, asked

EXPECT = (Outcome.REJECTED, Reason.STATUS_INDEX_OUT_OF_RANGE)


@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_token_index_out_of_range(size: int) -> None:
    token = build_status_list_jwt(
        (), count=1_000, size=size, uri=URI, key=key("issuer"), issued=NOW
    )
    assert asked(token, index=999) is None
    assert asked(token, index=1_000) == EXPECT
    assert asked(token, index=-1) == EXPECT
