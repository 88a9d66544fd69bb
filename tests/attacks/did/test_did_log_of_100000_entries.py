"""A log of 100,000 entries keeps a station busy for as long as its author likes.

It is refused before one entry of it is looked at.
"""

import time

import pytest

from amana.did.webvh import verify_log
from amana.errors import InputError
from amana.reasons import Outcome, Reason
from tests import did_lab as lab

EXPECT = (Outcome.REJECTED, Reason.TOO_LARGE)


@pytest.mark.parametrize("line", [b"", b"\n", b"{}\n"])
def test_log_of_100000_entries(line: bytes) -> None:
    did, data = lab.first()
    long = (line or data) * 100_000
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        verify_log(long, did=did, now=lab.NOW)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
    assert time.process_time() - began < 0.1
