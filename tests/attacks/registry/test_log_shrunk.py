"""The log's last decisions are cut off, and the shorter log is signed as if it were new."""

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.log_lab import LogLab, leaves
from trust_registry.log import grew

EXPECT = (RegistryError, Reason.LOG_SHRUNK)


def test_a_log_never_gets_shorter() -> None:
    lab, cut = LogLab(), LogLab()
    seen = lab.add(*leaves(0, 10))
    with pytest.raises(EXPECT[0]) as caught:
        grew(seen, cut.add(*leaves(0, 9)), read=cut.read)
    assert caught.value.reason is EXPECT[1]
