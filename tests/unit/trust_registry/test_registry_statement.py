"""The signed statement of the members about the registry as a whole."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from amana.errors import InputError
from amana.reasons import Reason
from trust_registry.statement import Principles, Statement, read_statement

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GOOD = Statement(
    name="The circle",
    version=3,
    published=NOW,
    demo=False,
    principles=(Principles(version=1, since=NOW, text="Nobody is turned away."),),
)


def test_principles_are_published_with_their_versions() -> None:
    """C114: published principles with version history."""
    assert read_statement(GOOD.data()) == GOOD


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("name", "", Reason.REGISTRY_CORRUPT),
        ("name", "a\nb", Reason.REGISTRY_CORRUPT),
        ("name", 7, Reason.REGISTRY_CORRUPT),
        ("version", 0, Reason.REGISTRY_CORRUPT),
        ("version", True, Reason.REGISTRY_CORRUPT),
        ("published", "2026-11-22", Reason.BAD_DATE),
        ("published", None, Reason.REGISTRY_CORRUPT),
        ("demo", 0, Reason.REGISTRY_CORRUPT),
        ("principles", {}, Reason.REGISTRY_CORRUPT),
        ("principles", ["be kind"], Reason.REGISTRY_CORRUPT),
        ("principles", [{"version": 1}], Reason.REGISTRY_CORRUPT),
        (
            "principles",
            [{"version": 1, "since": "2026-11-22T12:00:00Z", "text": 5}],
            Reason.REGISTRY_CORRUPT,
        ),
        (
            "principles",
            [{"version": 2, "since": "2026-11-22T12:00:00Z", "text": "x"}],
            Reason.REGISTRY_CORRUPT,
        ),
        ("location", "x", Reason.REGISTRY_CORRUPT),
        ("log", 5, Reason.REGISTRY_CORRUPT),
    ],
)
def test_a_bad_statement_is_refused(name: str, value: Any, reason: Reason) -> None:
    document = {**json.loads(GOOD.data()), name: value}
    with pytest.raises(InputError) as caught:
        read_statement(json.dumps(document).encode())
    assert caught.value.reason is reason
