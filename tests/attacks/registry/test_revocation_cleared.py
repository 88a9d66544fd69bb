"""An issuer, or whoever holds its key and the automated ones, makes a revocation undone."""

from datetime import timedelta
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab

EXPECT = (RegistryError, Reason.REVOCATION_CLEARED)


def test_the_collector_refuses_a_list_that_clears_a_bit(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    newer = lab.relief.list(revoked=(8, 9), valid_from=NOW + timedelta(days=1))
    with pytest.raises(EXPECT[0]) as caught:
        lab.consortium.collect_status(newer, now=NOW + timedelta(days=1))
    assert caught.value.reason is EXPECT[1]


def test_the_client_refuses_it_too(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    lab.force(lists={lab.relief.list_path: lab.relief.list(revoked=(8, 9))})
    assert lab.refused(EXPECT).where["file"] == lab.relief.list_path


def test_dropping_the_list_for_a_version_does_not_help(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    lab.force(lists={})
    assert lab.load().status_list(lab.relief.url) is None
    lab.force(lists={lab.relief.list_path: lab.relief.list(revoked=())})
    lab.refused(EXPECT)
