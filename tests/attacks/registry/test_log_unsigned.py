"""A checkpoint that everybody signed but the log itself."""

import pytest

from amana.errors import VerificationError
from amana.reasons import Reason
from tests.log_lab import KEY, LogLab, key_of, leaves
from trust_registry.log import read_checkpoint
from trust_registry.notes import sign_note

EXPECT = (VerificationError, Reason.PROOF_MISSING)


def test_witnesses_do_not_stand_in_for_the_log() -> None:
    text = LogLab().add(*leaves(0, 3)).text
    secret, witness = key_of("witness", "witness.example")
    thief, named_alike = key_of("thief", KEY.name)
    note = sign_note(text, key=witness, sign=secret.sign)
    note += sign_note(text, key=named_alike, sign=thief.sign).rpartition(b"\n\n")[2]
    with pytest.raises(EXPECT[0]) as caught:
        read_checkpoint(note, key=KEY)
    assert caught.value.reason is EXPECT[1]
