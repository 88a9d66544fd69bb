"""Another consortium's checkpoint, signed by one who keeps both logs with the same key."""

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.log_lab import KEY, SECRET, LogLab, leaves
from trust_registry.log import Checkpoint, read_checkpoint
from trust_registry.notes import sign_note

EXPECT = (RegistryError, Reason.LOG_OF_ANOTHER_ORIGIN)


def test_a_checkpoint_is_of_the_log_that_it_names() -> None:
    head = LogLab().add(*leaves(0, 3))
    other = Checkpoint(origin="another.example/log", size=head.size, root=head.root)
    note = sign_note(other.text, key=KEY, sign=SECRET.sign)
    with pytest.raises(EXPECT[0]) as caught:
        read_checkpoint(note, key=KEY)
    assert caught.value.reason is EXPECT[1]
