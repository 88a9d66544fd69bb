"""A decision of long ago is replaced, every hash above it is made anew, and the log key signs."""

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.log_lab import LogLab, leaf, leaves
from trust_registry.log import grew

EXPECT = (RegistryError, Reason.LOG_FORKED)


def test_a_device_that_remembers_an_older_checkpoint_finds_it() -> None:
    honest, rewritten = LogLab(), LogLab()
    seen = honest.add(*leaves(0, 10))
    now = rewritten.add(leaf(0), leaf(1, kind="refused"), *leaves(2, 20))
    with pytest.raises(EXPECT[0]) as caught:
        grew(seen, now, read=rewritten.read)
    assert caught.value.reason is EXPECT[1]
