"""Every parser that meets a stranger's bytes, and how the deep runs share them out.

No part takes an hour on one core. Who adds a parser adds it to a table, and it is in a part.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from tests.amana_parsers import parsers
from tests.bundle_parsers import bundle_parsers
from tests.ceremony_parsers import ceremony_parsers
from tests.counter_parsers import counter_parsers
from tests.issued_parsers import issued_parsers
from tests.linked_parsers import linked_parsers
from tests.log_parsers import log_parsers
from tests.office_parsers import office_parsers
from tests.parser_trials import Parser, trial
from tests.region_parsers import region_parsers
from tests.token_parsers import token_parsers
from tests.trqp_parsers import trqp_parsers
from tests.vetting_parsers import vetting_parsers

SEED = int(os.environ.get("AMANA_SEED", "7"))
_TABLES: Mapping[str, Callable[[], dict[str, Parser]]] = {
    "documents": parsers,
    "tokens": token_parsers,
    "linked": linked_parsers,
    "bundle": bundle_parsers,
    "ceremony": ceremony_parsers,
    "counter": counter_parsers,
    "issued": issued_parsers,
    "log": log_parsers,
    "office": office_parsers,
    "region": region_parsers,
    "trqp": trqp_parsers,
    "vetting": vetting_parsers,
}
# Parts of a table that would take too long as a whole: by how their names begin.
_SYNTAX = (
    "strict_json", "base", "bare_base64", "multikey", "did_key", "did_web", "jwk", "jws", "date",
    "sealed", "key_file", "status_bits", "status_claim", "status_entry", "qr_", "token_list",
    "vc_jwt", "vp_jwt", "did_url", "did_version", "signature", "wrapped", "unwrapped",
)  # fmt: skip
_PARTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "documents": {"syntax": _SYNTAX},
    "bundle": {"registry": ("bundle_",)},
    "ceremony": {"registry": ("ceremony_", "registrar_")},
    "counter": {"registry": ("registry_",)},
    "issued": {"registry": ("issued_", "stolen")},
    "log": {"registry": ("log_",)},
    "region": {"registry": ("region_",)},
    "trqp": {"registry": ("trqp_",)},
}


@cache
def all_parsers() -> dict[str, Parser]:
    """All tables as one. A name stands in one of them."""
    found: dict[str, Parser] = {}
    for table in _TABLES.values():
        assert found.keys().isdisjoint(table())
        found |= table()
    return found


def parts() -> Iterator[tuple[str, str]]:
    """The part of the deep runs that each parser belongs to."""
    for table, members in _TABLES.items():
        for name in members():
            split = _PARTS.get(table, {})
            yield (
                next((part for part, starts in split.items() if name.startswith(starts)), table),
                name,
            )


def part(wanted: str) -> list[str]:
    """The names of the parsers in one part."""
    return sorted(name for part, name in parts() if part == wanted)


def deep_trial(name: str, counts: Callable[..., None]) -> None:
    """The large counts for one parser: no error but its own, no slow input, nothing kept."""
    parser = all_parsers()[name]
    figures = trial(name, parser, seed=SEED, count=parser.most, deep=True)
    assert 0 < figures["refused"] < parser.most
    counts(f"parsers-{name}", seed=SEED, **figures)
