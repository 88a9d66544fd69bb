"""Sixteen clients for half a second, and a few requests made up from the OpenAPI document.

tests/deep/test_trqp_load.py does both at length.
"""

from __future__ import annotations

import pytest
from schemathesis import GenerationMode

from tests import trqp_load, trqp_requests
from tests.trqp_lab import TrqpCaller, asked


def test_sixteen_clients_at_once() -> None:
    api = TrqpCaller()
    with trqp_load.serving(api.app) as port:
        load = trqp_load.run(port, asked(), seconds=0.5)
    assert load.errors == []
    assert set(load.statuses) == {200}
    assert set(load.said) == {True}
    assert load.statuses.total() >= trqp_load.CLIENTS
    assert 0 < load.at(0.5) <= load.at(0.99)


@pytest.mark.parametrize(
    ("path", "mode", "expected"),
    [
        ("/authorization", GenerationMode.POSITIVE, {200, 404}),
        ("/recognition", GenerationMode.NEGATIVE, {400, 413, 415}),
    ],
)
def test_requests_made_up_from_the_document(
    path: str, mode: GenerationMode, expected: set[int]
) -> None:
    statuses = trqp_requests.made_up(path, mode, count=8, number=7)
    assert set(statuses) <= expected
    assert statuses.total() >= 8
