"""A coordinator stages a suspension that would begin by itself once nobody looks any more."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from amana.dates import format_instant
from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab

EXPECT = (RegistryError, Reason.ENTRY_INVALID)


def test_members_sign_nothing_that_has_not_happened(tmp_path: Path) -> None:
    """C79: a suspension is somebody's act on the day on which it begins."""
    lab = Lab(tmp_path)
    lab.begin()
    document = json.loads(json.dumps(lab.relief.entry()))
    later = format_instant(NOW + timedelta(days=90))
    document["history"].append({"since": later, "state": "suspended", "reason": "some day"})
    lab.consortium.put_entry(document)
    with pytest.raises(EXPECT[0]) as caught:
        lab.consortium.publish(signers=lab.consortium.founders[:2], now=NOW)
    assert caught.value.reason is EXPECT[1]
