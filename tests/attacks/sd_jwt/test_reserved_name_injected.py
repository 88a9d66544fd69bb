"""A disclosure names its claim `_sd` or `...`, to slip further digests in.

Such a name is refused (RFC 9901, 7.1, step 3.c.ii).
"""

from __future__ import annotations

import pytest

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, hashed, judge, judged, made

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


@pytest.mark.parametrize("name", ["_sd", "..."])
def test_reserved_name_injected(name: str) -> None:
    hidden = disclosure("salt", "entitlement", "everything")
    text = disclosure("salt", name, [hashed(hidden)])
    assert judged(lambda: judge(made({"_sd": [hashed(text)]}, text, hidden))) == EXPECT
