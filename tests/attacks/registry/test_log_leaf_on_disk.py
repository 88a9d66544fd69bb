"""A mirror changes one decision in a bundle and leaves the checkpoint as it was signed."""

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.log_lab import LogLab, leaves
from trust_registry.log import every_leaf

EXPECT = (RegistryError, Reason.LOG_CORRUPT)


def test_the_changed_bundle_is_named() -> None:
    lab = LogLab()
    head = lab.add(*leaves(0, 10))
    bundle = "tile/entries/000.p/10"
    lab.files[bundle] = lab.files[bundle].replace(b"accredited", b"accreditee", 1)
    with pytest.raises(EXPECT[0]) as caught:
        every_leaf(head, read=lab.read)
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where == {"file": bundle, "role": "log"}
