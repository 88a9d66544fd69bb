"""Calls the VC-API as a server would, without a socket; and signs as the public suites do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from amana.did.key import verification_method
from amana.keys import SecretKey
from amana.proofs import data_integrity
from amana.strict_json import JsonObject
from apps._vc_http import application
from apps._vc_service import Service
from tests.deterministic import randomness

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BASE = "https://localhost:40443"
RDFC = "eddsa-rdfc-2022"
JCS = "eddsa-jcs-2022"
V2 = "https://www.w3.org/ns/credentials/v2"


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


class Caller:
    """One application, and what its service calls itself."""

    def __init__(self, *, now: datetime = NOW, label: str = "vc-api") -> None:
        self.now = now
        self.service = Service(base=BASE, randomness=randomness(label), clock=lambda: self.now)
        self.did = self.service.did
        self.app: ASGIApp = application(self.service, {"url": BASE})

    def post(self, path: str, body: Any, **more: Any) -> Answer:
        return self.send("POST", path, json.dumps(body).encode(), **more)

    def send(
        self,
        method: str,
        path: str,
        data: bytes = b"",
        *,
        content_type: str | None = "application/json",
        host: str = "localhost:40443",
        chunk: int = 65536,
        hang_up: bool = False,
    ) -> Answer:
        headers = [(b"host", host.encode())]
        if content_type is not None:
            headers.append((b"content-type", content_type.encode("latin-1")))
        parts = [data[at : at + chunk] for at in range(0, len(data), chunk)] or [b""]
        incoming: list[Message] = [
            {"type": "http.request", "body": part, "more_body": hang_up or part is not parts[-1]}
            for part in parts
        ]
        sent: list[Message] = []

        async def receive() -> Message:
            return incoming.pop(0) if incoming else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 40443),
        }
        asyncio.run(self._serve(scope, receive, send))
        start = sent[0]
        return Answer(
            start["status"],
            {name.decode(): value.decode() for name, value in start["headers"]},
            b"".join(message.get("body", b"") for message in sent[1:]),
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    def issue(self, credential: JsonObject, path: str = "/credentials/issue") -> JsonObject:
        answer = self.post(path, {"credential": credential, "options": {}})
        assert answer.status == 201, answer.raw
        issued: JsonObject = answer.json["verifiableCredential"]
        return issued


def signed(
    document: JsonObject,
    *,
    key: SecretKey,
    purpose: str = "assertionMethod",
    suite: str = RDFC,
    **more: Any,
) -> JsonObject:
    """One proof more by a did:key, as the suites' own helpers add it."""
    options = {
        "created": "2026-11-22T08:00:00Z",
        "verificationMethod": verification_method(key.public.did),
        "proofPurpose": purpose,
        **more,
    }
    return data_integrity.add_proof(document, key=key, cryptosuite=suite, options=options)


def credential(**more: Any) -> JsonObject:
    return {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
        **more,
    }


def presentation(*credentials: JsonObject, **more: Any) -> JsonObject:
    document = {"@context": [V2], "type": ["VerifiablePresentation"], **more}
    if credentials:
        document["verifiableCredential"] = list(credentials)
    return document
