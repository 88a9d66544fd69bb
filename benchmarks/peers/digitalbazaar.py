"""The Python end of `digitalbazaar.mjs`: one process, one request at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Final

from amana.did.key import PREFIX
from amana.keys import PublicKey
from amana.strict_json import JsonObject
from benchmarks.peers._node import NodePeer, Unavailable

__all__ = ["DigitalBazaar", "Unavailable"]

_SETTLING: Final = 1_000


class DigitalBazaar(NodePeer):
    """@digitalbazaar/vc with eddsa-jcs-2022 and eddsa-rdfc-2022, in a process of its own.

    Raises: Unavailable where node or its packages are not there.
    """

    def __init__(self) -> None:
        super().__init__("digitalbazaar.mjs", package="@digitalbazaar/vc")

    def know(self, did: str, key_id: str, key: PublicKey) -> None:
        """Have the peer's document loader find `did` and its one key, as a registry would."""
        method = {
            "@context": "https://w3id.org/security/multikey/v1",
            "id": key_id,
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": key.multikey,
        }
        document = {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": did,
            "verificationMethod": [method],
            "assertionMethod": [key_id],
            "authentication": [key_id],
        }
        self.ask("know", documents={did: document, key_id: method})

    def know_context(self, url: str, document: JsonObject) -> None:
        """Have the peer's document loader find a context that its own packages lack."""
        self.ask("know", documents={url: document})

    def keep(self, credentials: Sequence[JsonObject], *, now: str) -> None:
        """Hand over what `nanoseconds` is about: credentials of one suite, and when they are shown.

        The peer's compiler is let settle on them.
        """
        written = [json.dumps(document, ensure_ascii=False) for document in credentials]
        self.ask("keep", credentials=written, now=now)
        self.ask("time", count=_SETTLING)

    def nanoseconds(self, count: int) -> float:
        """For one verification of what is kept, over so many. All of them have to verify."""
        return float(self.ask("time", count=count)["nanoseconds"])

    def know_did_key(self, key: PublicKey) -> None:
        """The same for a did:key, whose one key is named after itself."""
        self.know(key.did, f"{key.did}#{key.did[len(PREFIX) :]}", key)


def seed_text(seed: bytes) -> str:
    """A seed as the peer reads it."""
    return base64.b64encode(seed).decode("ascii")
