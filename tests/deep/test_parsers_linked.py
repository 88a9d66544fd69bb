"""Contexts, terms and canonical N-Quads.

1,000,000 inputs to each: no error but a typed one, none over 100 ms, no memory kept.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.all_parsers import deep_trial, part

pytestmark = pytest.mark.deep


@pytest.mark.parametrize("name", part("linked"))
def test_byte_parser(name: str, counts: Callable[..., None]) -> None:
    deep_trial(name, counts)
