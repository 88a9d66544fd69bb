"""The VC-API over HTTP, as an ASGI application: sizes, content types, routes; no judgement.

Nothing is logged: bodies are about people, even if these people were made up.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from amana.errors import AmanaError, InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, loads
from apps._vc_problems import problem_of
from apps._vc_service import ISSUING, Reply, Service, refusal

__all__ = ["application", "is_loopback"]

_PROBLEM: Final = "application/problem+json"
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TITLES: Final = {404: "no such path", 405: "another method is meant", 421: "not this server"}


def is_loopback(host: str) -> bool:
    """Whether a name means this machine and nothing else."""
    return host in _LOOPBACK


def application(service: Service, about: JsonObject) -> Starlette:
    """The routes of `service`; `GET /` answers `about`."""

    def post(path: str, answer: Callable[[Json], Reply]) -> Route:
        async def handle(request: Request) -> Response:
            _check_host(request)
            try:
                body = loads(await _read(request))
            except AmanaError as error:
                return _respond(refusal(problem_of(error), status=_bad_body(error)))
            return _respond(answer(body))

        return Route(path, handle, methods=["POST"])

    async def root(request: Request) -> Response:
        _check_host(request)
        return _Json(about)

    async def status(request: Request) -> Response:
        _check_host(request)
        return _Json(_found(service.status_list(request.path_params["number"])))

    async def publish(request: Request) -> Response:
        _check_host(request)
        # Whoever sets a status may ask for the list to be published: it always is.
        _found(service.status_list(request.path_params["number"]))
        return Response(status_code=204)

    routes = [
        Route("/", root, methods=["GET"]),
        Route("/status/{number:int}", status, methods=["GET"]),
        Route("/status/{number:int}/publish", publish, methods=["POST"]),
        post("/credentials/issue", service.issue),
        post("/credentials/status", service.change_status),
        post("/credentials/verify", service.verify_credential),
        post("/presentations/verify", service.verify_presentation),
        *(post(f"/{name}/credentials/issue", _by(service, name)) for name in ISSUING),
        # A driver may be given one base for all that it calls.
        *(post(f"/{name}/credentials/verify", service.verify_credential) for name in ISSUING),
        *(post(f"/{name}/presentations/verify", service.verify_presentation) for name in ISSUING),
        post("/status/credentials/status", service.change_status),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _refused})


def _by(service: Service, mechanism: str) -> Callable[[Json], Reply]:
    return lambda body: service.issue(body, mechanism)


async def _read(request: Request) -> bytes:
    """The body, if it says that it is JSON and is not too large.

    Raises: InputError TOO_LARGE, NOT_JSON; HTTPException 415.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (
        kind.startswith("application/") and kind.endswith("+json")
    ):
        raise HTTPException(415)
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > LIMITS.json_bytes:
                raise InputError(Reason.TOO_LARGE, f"more than {LIMITS.json_bytes} bytes")
            parts.append(part)
    except ClientDisconnect:
        raise InputError(Reason.NOT_JSON, "cut short") from None
    return b"".join(parts)


def _check_host(request: Request) -> None:
    """A page in a browser may have its own name point here: such a request names another host.

    Raises: HTTPException 421.
    """
    named = request.headers.get("host", "")
    host = named[1:].partition("]")[0] if named.startswith("[") else named.partition(":")[0]
    if not is_loopback(host.lower()):
        raise HTTPException(421)


def _bad_body(error: AmanaError) -> int:
    return 413 if error.reason is Reason.TOO_LARGE else 400


def _found(document: JsonObject | None) -> JsonObject:
    if document is None:
        raise HTTPException(404)
    return document


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = _TITLES.get(status, "the body is not JSON")
    problem = {"type": "about:blank", "title": detail, "detail": detail, "status": status}
    headers = error.headers if isinstance(error, HTTPException) else None
    return _Json(problem, status_code=status, media_type=_PROBLEM, headers=headers)


def _respond(reply: Reply) -> Response:
    if reply.problem:
        return _Json(reply.body, status_code=reply.status, media_type=_PROBLEM)
    return _Json(reply.body, status_code=reply.status)


class _Json(JSONResponse):
    def render(self, content: Json) -> bytes:
        """ASCII only: half of a surrogate pair in what came in can't break what goes out."""
        return json.dumps(content).encode("ascii")
