"""A backup is played back under a log that has signed more since: it would fork if it grew."""

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.log_lab import LogLab, leaf, leaves

EXPECT = (RegistryError, Reason.LOG_CORRUPT)


def test_nothing_is_signed_on_top_of_other_leaves() -> None:
    lab, backup = LogLab(), LogLab()
    backup.add(*leaves(0, 3), leaf(9))
    lab.add(*leaves(0, 4))
    lab.files = backup.files
    with pytest.raises(EXPECT[0]) as caught:
        lab.add(leaf(4))
    assert caught.value.reason is EXPECT[1]
    assert lab.files["checkpoint"] == backup.note
