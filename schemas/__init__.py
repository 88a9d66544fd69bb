"""Schemas, JSON-LD contexts and QR tables as data. This module only finds them by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

__all__ = ["BASE", "BUNDLED", "CONTEXT", "NOTICE", "VC_CONTEXT", "read"]

# Until a consortium gives our terms a home of their own, they live under this name.
BASE: Final = "https://amana.example"
CONTEXT: Final = f"{BASE}/v1"
REGISTRY_CONTEXT: Final = f"{BASE}/registry/v1"
NOTICE: Final = f"{BASE}/notice/v1"
VC_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"


class Bundled(NamedTuple):
    """A JSON-LD context that we ship: its path below this folder, and the SHA-256 of its bytes."""

    name: str
    sha256: str


# Never fetched, never changed: contexts/SOURCES.md says where each comes from. A published
# context that changes is another context, and gets another URL.
BUNDLED: Final[Mapping[str, Bundled]] = MappingProxyType(
    {
        "https://www.w3.org/2018/credentials/v1": Bundled(
            "contexts/credentials-v1.jsonld",
            "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8",
        ),
        VC_CONTEXT: Bundled(
            "contexts/credentials-v2.jsonld",
            "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        ),
        "https://www.w3.org/ns/credentials/examples/v2": Bundled(
            "contexts/credentials-examples-v2.jsonld",
            "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
        ),
        "https://www.w3.org/ns/credentials/undefined-terms/v2": Bundled(
            "contexts/credentials-undefined-terms-v2.jsonld",
            "82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581",
        ),
        "https://w3id.org/security/data-integrity/v1": Bundled(
            "contexts/data-integrity-v1.jsonld",
            "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
        ),
        "https://w3id.org/security/data-integrity/v2": Bundled(
            "contexts/data-integrity-v2.jsonld",
            "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        ),
        "https://w3id.org/security/multikey/v1": Bundled(
            "contexts/multikey-v1.jsonld",
            "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
        ),
        "https://www.w3.org/ns/did/v1": Bundled(
            "contexts/did-v1.jsonld",
            "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
        ),
        "https://w3id.org/security/suites/ed25519-2020/v1": Bundled(
            "contexts/ed25519-signature-2020-v1.jsonld",
            "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
        ),
        "https://w3id.org/security/suites/jws-2020/v1": Bundled(
            "contexts/jws-2020-v1.jsonld",
            "00ee65bb7307f9a01c3170b823083b0d4de68223520834b2c5eb7a09bae5dea6",
        ),
        "https://w3id.org/vc/status-list/2021/v1": Bundled(
            "contexts/vc-status-list-v1.jsonld",
            "634d71c159289f068c96012e4511c657fdf82ac4231900081bda3ba24e2e1160",
        ),
        "https://www.w3.org/ns/credentials/status/v1": Bundled(
            "contexts/vc-bitstring-status-list-v1.jsonld",
            "fd08cbf28ddd829ab2f1978c48f43ab07a112c1c90245a0cfac7ba721c65170c",
        ),
        CONTEXT: Bundled(
            "contexts/amana-v1.jsonld",
            "edf849ec7e31d8012274b31e7ac2f7f3c359412883a4138ecc277089a3d32761",
        ),
        REGISTRY_CONTEXT: Bundled(
            "contexts/amana-registry-v1.jsonld",
            "e0eb8f0072b244f43fc080a7599d3c9a28a464e3ae6f6121b79868904aa4046b",
        ),
    }
)


@lru_cache(maxsize=64)
def read(name: str) -> bytes:
    """The bytes of one data file, by its path below this folder.

    Raises: FileNotFoundError for a name that we do not ship (the caller's fault).
    """
    return files(__name__).joinpath(name).read_bytes()
