"""Requests made up from the OpenAPI document, good ones and bad ones, and what the server says.

Schemathesis checks each answer: no 5xx, a status, content type and body as documented; what fits
the schemas is taken, and what does not is refused.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import negative_data_rejection

from tests.trqp_lab import ENTRIES, TrqpCaller, asked

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
_HOSTS = [entry.did for entry in ENTRIES]


def made_up(path: str, mode: GenerationMode, *, count: int, number: int) -> Counter[int]:
    """The statuses of `count` requests; a check that fails is an exception."""
    api = TrqpCaller()
    schema = schemathesis.openapi.from_asgi("/openapi.json", api.app)
    statuses: Counter[int] = Counter()

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path]["POST"].as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        if mode is GenerationMode.POSITIVE and statuses.total() % 2:
            # Made-up names are never known: every second question is about somebody.
            host = _HOSTS[statuses.total() // 2 % len(_HOSTS)]
            case.body = {**case.body, "entity_id": host, "authority_id": asked()["authority_id"]}
        response = case.call()
        statuses[response.status_code] += 1
        # A body too large for any query is refused in the right way, by a status that the check
        # for refusals does not know.
        large = response.status_code == 413
        case.validate_response(response, excluded_checks=[negative_data_rejection] if large else [])

    one()
    return statuses
