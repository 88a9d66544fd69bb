"""The consortium tells two devices two histories of equal length."""

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.log_lab import LogLab, leaf, leaves
from trust_registry.log import grew

EXPECT = (RegistryError, Reason.LOG_FORKED)


def test_two_devices_that_meet_find_the_fork() -> None:
    one, other = LogLab(), LogLab()
    common = leaves(0, 5)
    head = one.add(*common, leaf(5))
    forked = other.add(*common, leaf(5, kind="refused"))
    assert head.fingerprint != forked.fingerprint
    with pytest.raises(EXPECT[0]) as caught:
        grew(head, forked, read=other.read)
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where == {"file": "log/checkpoint", "role": "log"}
