"""50,000 spoiled pictures, in every format that is read: only InputError."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.all_parsers import SEED
from tests.parser_trials import picture_trial

pytestmark = pytest.mark.deep
PICTURES = 50_000


def test_picture_reader(counts: Callable[..., None]) -> None:
    figures = picture_trial(SEED, PICTURES, deep=True)
    assert 0 < figures["refused"] < PICTURES
    counts("pictures", seed=SEED, **figures)
