"""The signature of an older checkpoint is put under a newer text."""

import pytest

from amana.errors import VerificationError
from amana.reasons import Reason
from tests.log_lab import KEY, LogLab, leaves
from trust_registry.log import read_checkpoint

EXPECT = (VerificationError, Reason.BAD_SIGNATURE)


def test_a_signature_holds_for_its_own_text() -> None:
    lab = LogLab()
    lab.add(*leaves(0, 3))
    signature = lab.note.rpartition(b"\n\n")[2]
    newer = lab.add(*leaves(3, 9))
    with pytest.raises(EXPECT[0]) as caught:
        read_checkpoint(newer.text.encode() + b"\n" + signature, key=KEY)
    assert caught.value.reason is EXPECT[1]
