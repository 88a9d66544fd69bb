"""TRQP v2 over HTTP, as an ASGI application: sizes, content types, problems; `trqp` does the rest.

Nothing is logged, nothing is set in a browser, and no origin is let in by CORS. To be imported by a
server alone: FastAPI takes half a second.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, cast

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from amana.errors import AmanaError, InputError, RegistryError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json
from trust_registry.snapshot import Snapshot
from trust_registry.trqp import STALE_AFTER, Query, answer, read_question
from trust_registry.trqp_openapi import PROBLEM, openapi, problem_type

__all__ = ["app"]

_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_STATUS: Final = {Reason.TOO_LARGE: 413, Reason.AUTHORITY_UNKNOWN: 404}


def app(
    snapshot_of: Callable[[], Snapshot],
    clock: Callable[[], datetime],
    *,
    authority: str,
    stale_after: timedelta = STALE_AFTER,
    limits: Limits = LIMITS,
) -> FastAPI:
    """`POST /authorization`, `POST /recognition` and `GET /openapi.json` for one authority.

    `snapshot_of` gives the registry to answer from, each time; a RegistryError of it becomes a 503.
    `clock` gives aware instants.
    """
    about = openapi(authority, limits=limits)

    def route(query: Query) -> Callable[[Request], object]:
        async def handle(request: Request) -> Response:
            try:
                question = read_question(await _read(request, limits), limits=limits)
                said = answer(
                    query,
                    question,
                    snapshot=snapshot_of(),
                    authority=authority,
                    now=clock(),
                    stale_after=stale_after,
                )
            except RegistryError as error:
                return _problem(503, error)
            except AmanaError as error:
                return _problem(_STATUS.get(error.reason, 400), error)
            return _json(200, said)

        return handle

    async def document(_request: Request) -> Response:
        return _json(200, about)

    made = FastAPI(
        openapi_url=None,  # ours is written by hand
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: _refused, Exception: _failed},
    )
    made.add_api_route("/openapi.json", document, methods=["GET"])
    for query in Query:
        made.add_api_route(f"/{query.value}", route(query), methods=["POST"])
    return made


async def _read(request: Request, limits: Limits) -> bytes:
    """The body, if it says that it is JSON and is not too large.

    Raises: InputError TOO_LARGE, NOT_JSON; HTTPException 415.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415)
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > limits.trqp_bytes:
                raise InputError(Reason.TOO_LARGE, f"more than {limits.trqp_bytes} bytes")
    except ClientDisconnect:
        raise InputError(Reason.NOT_JSON, "cut short") from None
    return bytes(body)


async def _refused(_request: Request, error: Exception) -> Response:
    """What the framework refuses: no such path, another method, another content type."""
    refused = cast("HTTPException", error)
    return _problem(refused.status_code, headers=refused.headers, path=True)


async def _failed(_request: Request, _error: Exception) -> Response:
    """Our fault. The message of an unforeseen error is nobody's business."""
    return _problem(500)


def _problem(
    status: int,
    error: AmanaError | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    path: bool = False,
) -> Response:
    kind, title = problem_type(0 if path and status == 404 else status)
    said = {"type": kind, "title": title, "status": status}
    if error is not None:
        said |= {"detail": error.detail or error.reason.value, "reason": error.reason.value}
    return _json(status, said, PROBLEM, headers)


def _json(
    status: int,
    content: Json,
    kind: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response:
    data = json.dumps(content).encode("ascii")
    return Response(data, status, {**_HEADERS, **(headers or {})}, kind)
