"""Members are deceived into signing an entry in another bin than the one it belongs to.

There it could stand twice, one version for those who look it up and another for those who list.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import Lab
from trust_registry._layout import bin_of

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)


@pytest.mark.parametrize("twice", [True, False])
def test_an_entry_counts_only_in_its_own_bin(tmp_path: Path, twice: bool) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    path = lab.relief.entry_path
    right = bin_of(path, "entries", 1)
    wrong = f"entries-{1 - int(right[-1])}"

    def move(unsigned: Mapping[str, Any]) -> None:
        there, here = unsigned[right].signed.targets, unsigned[wrong].signed.targets
        here[path] = there[path] if twice else there.pop(path)

    lab.force(entries={path: canonical(lab.relief.entry())}, spoil=move)
    assert lab.refused(EXPECT).where == {"file": path, "role": wrong}
