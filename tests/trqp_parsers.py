"""Parsers of TRQP: questions of strangers, answers of servers, and the server's whole way in."""

from __future__ import annotations

import json
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, cast

from starlette.types import Message

from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import loads
from tests.amana_samples import written
from tests.parser_trials import Parser
from tests.trqp_lab import TrqpCaller, answered, asked, question
from trust_registry.trqp import Query, check_context, read_question
from trust_registry.trqp_client import read_answer

_CONTEXT = {"time": "2026-03-01T00:00:00Z", "locator": "x", "tier": "checked", "jurisdiction": "KE"}


def _context(data: bytes) -> Mapping[str, Any]:
    return check_context(loads(data))


def _answer(data: bytes) -> object:
    return read_answer(data, query=Query.AUTHORIZATION, question=question(context=_CONTEXT))


@cache
def _caller() -> TrqpCaller:
    return TrqpCaller()


def _served(data: bytes) -> None:
    """A body on its way through the server: a problem counts as a refusal, a 5xx as a fault."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": data, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/authorization",
        "raw_path": b"/authorization",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "server": ("127.0.0.1", 1),
        "client": None,
    }
    running = cast("Coroutine[None, None, None]", _caller().app(scope, receive, send))
    with suppress(StopIteration):  # nothing in it waits: no event loop is needed
        running.send(None)
    status = sent[0]["status"]
    answer = json.loads(sent[1]["body"])
    if status != 200:
        if status >= 500:
            raise AssertionError(status)
        raise InputError(Reason(answer["reason"]), "refused")


@cache
def trqp_parsers() -> dict[str, Parser]:
    whole = question(context=_CONTEXT)
    questions = [written(asked()), written(whole.document())]
    return {
        "trqp_question": Parser(read_question, questions, values=True),
        "trqp_context": Parser(_context, [written(_CONTEXT), b"{}"], values=True),
        "trqp_answer": Parser(
            _answer, [written(answered(Query.AUTHORIZATION, whole))], values=True
        ),
        "trqp_server": Parser(_served, questions, values=True, most=100_000),
    }
