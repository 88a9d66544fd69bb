"""Every bundled context is byte for byte the one that was pinned, and names no other document."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import Any

import pytest

import schemas

_FOLDER = files("schemas") / "contexts"
_SOURCES = (_FOLDER / "SOURCES.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("url", schemas.BUNDLED)
def test_the_digest_is_the_pinned_one(url: str) -> None:
    """C93: what a term means is the same everywhere, and nobody can change it."""
    name, digest = schemas.BUNDLED[url]
    assert hashlib.sha256(schemas.read(name)).hexdigest() == digest


def test_every_file_is_in_the_table_and_has_a_source() -> None:
    in_folder = {entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(".jsonld")}
    assert {bundled.name for bundled in schemas.BUNDLED.values()} == {
        f"contexts/{name}" for name in in_folder
    }
    for url, (name, digest) in schemas.BUNDLED.items():
        if url != schemas.CONTEXT:
            file = name.removeprefix("contexts/")
            assert any(
                file in line and url in line and digest in line for line in _SOURCES.splitlines()
            )


@pytest.mark.parametrize("url", schemas.BUNDLED)
def test_no_bundled_context_names_another_document(url: str) -> None:
    """So what is bundled is complete, and no context can lead to itself."""
    document = json.loads(schemas.read(schemas.BUNDLED[url].name))
    assert type(document["@context"]) is dict
    assert not list(_led_to(document))


def _led_to(value: Any) -> list[Any]:
    if not isinstance(value, dict):
        return []
    own = [
        member
        for name, member in value.items()
        if name in ("@context", "@import") and isinstance(member, (str, list))
    ]
    return own + [led for member in value.values() for led in _led_to(member)]


@pytest.mark.parametrize(
    ("url", "digest"),
    [
        (
            "https://www.w3.org/ns/credentials/v2",  # VC Data Model 2.0, appendix B.1
            "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        ),
        (
            "https://w3id.org/security/data-integrity/v2",  # VC Data Integrity 1.0, section 2.4.1
            "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        ),
        (
            "https://w3id.org/security/multikey/v1",
            "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
        ),
    ],
)
def test_the_digest_is_the_one_that_the_recommendation_states(url: str, digest: str) -> None:
    assert schemas.BUNDLED[url].sha256 == digest
