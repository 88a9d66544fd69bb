"""A thief holds the issuer's old key and the automated one, and shows a new client a clean list.

The key stands as compromised: its list is left out, and nobody is told that nothing is revoked.
"""

from datetime import timedelta
from pathlib import Path

from tests.registry_lab import NOW, Lab
from trust_registry.snapshot import State

EXPECT = None  # no list of that key is believed


def test_a_list_of_a_leaked_key_is_left_out(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    assert lab.relief.url in lab.begin().status_lists
    leaked = NOW + timedelta(days=1)
    lab.consortium.change_key(lab.relief.did, lab.relief.method, State.COMPROMISED, now=leaked)
    lab.publish(now=leaked + timedelta(hours=1))
    found = lab.load(now=leaked + timedelta(hours=2))
    assert found.status_list(lab.relief.url) is EXPECT
