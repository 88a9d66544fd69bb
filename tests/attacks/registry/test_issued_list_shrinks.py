"""A thief with an issuer's key drops an honest copy from the list of what it issued."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry.collector import collect_issued

EXPECT = (RegistryError, Reason.ISSUED_LIST_SHRUNK)


def test_a_list_of_what_was_issued_never_shrinks(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    folder = lab.consortium.folder
    collect_issued(folder, lab.relief.issued(b"one", b"two"), now=NOW)
    with pytest.raises(EXPECT[0]) as caught:
        collect_issued(folder, lab.relief.issued(b"one", b"mine", b"mine too"), now=NOW)
    assert caught.value.reason is EXPECT[1]
