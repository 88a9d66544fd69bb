"""An old list, from before the revocation, is kept in place beyond its `exp`.

Its issuer said until when it counts; what it says then is unknown (Token Status List, 8.3, 4c).
"""

from datetime import timedelta

import pytest

from amana.reasons import Outcome, Reason
from amana.token_status import build_status_list_cwt, build_status_list_jwt
from tests.amana_samples import NOW, key
from tests.status_lab import URI, asked

EXPECT = (Outcome.UNDECIDED, Reason.STATUS_LIST_EXPIRED)


@pytest.mark.parametrize("form", ["jwt", "cwt"])
def test_token_list_expired(form: str) -> None:
    build = build_status_list_jwt if form == "jwt" else build_status_list_cwt
    end = NOW + timedelta(days=1)
    token = build((), count=8, uri=URI, key=key("issuer"), issued=NOW, expires=end)
    assert asked(token, now=NOW) is None
    assert asked(token, now=end) == EXPECT
