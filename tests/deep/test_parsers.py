"""200,000 inputs to each byte parser of `amana`, and 5,000 spoiled pictures: only typed errors."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.amana_parsers import parsers, picture_trial, trial

pytestmark = pytest.mark.deep
INPUTS = 200_000
PICTURES = 5_000
SEED = int(os.environ.get("AMANA_SEED", "7"))


@pytest.mark.parametrize("name", sorted(parsers()))
def test_byte_parser(name: str, counts: Callable[..., None]) -> None:
    figures = trial(name, SEED, INPUTS)
    assert 0 < figures["refused"] < INPUTS
    counts(f"parsers-{name}", seed=SEED, **figures)


def test_picture_reader(counts: Callable[..., None]) -> None:
    figures = picture_trial(SEED, PICTURES)
    assert 0 < figures["refused"] < PICTURES
    counts("parsers-pictures", seed=SEED, **figures)
