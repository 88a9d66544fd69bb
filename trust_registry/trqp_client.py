"""Asks a TRQP v2 server. What comes back is a stranger's word, and it has a type of its own.

TRQP answers are not signed and say nothing that could be checked later: whoever runs the server, or
sits on the way to it, can say yes. So `verify` takes a `Snapshot`, which members signed k of n, and
nothing here makes one: an `UnverifiedAnswer` is for people to read. The question tells the server
which organisation somebody is interested in, so nothing asks unless a person tells it to.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NoReturn
from urllib.parse import SplitResult, urlsplit

from amana.dates import parse_instant
from amana.errors import InputError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, as_object, loads
from trust_registry._fetch import addresses_of, within
from trust_registry._serving import LOOPBACK
from trust_registry.trqp import MEMBERS, Query, Question

__all__ = ["UnverifiedAnswer", "ask", "read_answer"]

_JSON: Final = "application/json"


@dataclass(frozen=True, kw_only=True, slots=True)
class UnverifiedAnswer:
    """What a server says, and no more: it is no evidence for anything.

    `says_yes` is its yes or no; `heeded_time` whether it says that it judged at the time asked for;
    `message` is text that somebody else chose.
    """

    query: Query
    question: Question
    says_yes: bool
    time_evaluated: datetime
    heeded_time: bool
    message: str = field(default="", repr=False)

    def __bool__(self) -> NoReturn:
        raise TypeError("a server's word is no evidence; read says_yes if a person is to see it")


def ask(
    url: str,
    query: Query,
    question: Question,
    *,
    seconds: float = 10.0,
    private: bool = False,
    context: ssl.SSLContext | None = None,
    limits: Limits = LIMITS,
) -> UnverifiedAnswer:
    """Put one question to the server at `url`, over HTTPS; plain HTTP goes to this machine only.

    `private` admits servers in private networks; `context` is for those who trust other
    authorities than this machine does. No redirect is followed, and no proxy or cookie is used.

    Raises: InputError NO_ANSWER where there is no good one, TOO_LARGE, BAD_TRQP or a syntax reason
    for one that does not answer the question (the server); MISSING_LIBRARY without urllib3.
    """
    parts = urlsplit(url)
    local = parts.hostname in LOOPBACK
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise _no_answer("not the URL of a server")
    if parts.scheme == "http" and not local:
        raise _no_answer("over a network only HTTPS is spoken")
    target = parts._replace(path=f"{parts.path.rstrip('/')}/{query.value}", query="", fragment="")
    body = canonical(question.document())

    def call() -> bytes:
        return _post(
            target,
            body,
            seconds=seconds,
            private=private or local,
            context=context,
            limit=limits.trqp_bytes,
        )

    try:
        found = within(seconds, call)
    except InputError as error:
        if error.reason is Reason.DID_NOT_FOUND:  # what the network's own module says
            raise _no_answer(error.detail) from None
        raise
    return read_answer(found, query=query, question=question, limits=limits)


def read_answer(
    data: bytes, *, query: Query, question: Question, limits: Limits = LIMITS
) -> UnverifiedAnswer:
    """Read an answer to `question` (TRQP v2, response schemas); others' members are passed over.

    Raises: InputError BAD_TRQP or a syntax reason (the server). Not checked: whether it is true;
    nobody can check that.
    """
    if len(data) > limits.trqp_bytes:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.trqp_bytes} bytes")
    document = as_object(loads(data, limits=limits, floats=True), Reason.BAD_TRQP)
    if any(document.get(name) != getattr(question, name) for name in MEMBERS):
        raise _bad("an answer to another question")
    said, message = document.get(query.says), document.get("message", "")
    if type(said) is not bool or type(message) is not str:
        raise _bad(f"{query.says} is true or false, and message a text")
    requested = document.get("time_requested")
    if requested is not None and _instant(requested) != question.time:
        raise _bad("judged at a time that nobody asked for")
    return UnverifiedAnswer(
        query=query,
        question=question,
        says_yes=said,
        time_evaluated=_instant(document.get("time_evaluated")),
        heeded_time=requested is not None,
        message=message,
    )


def _post(
    url: SplitResult,
    body: bytes,
    *,
    seconds: float,
    private: bool,
    context: ssl.SSLContext | None,
    limit: int,
) -> bytes:
    """The body of a `200 OK`, from the first address of the host that can be reached."""
    try:
        import urllib3
    except ImportError:
        raise InputError(Reason.MISSING_LIBRARY, "the network needs urllib3") from None
    host = url.hostname or ""
    try:
        port = url.port or (443 if url.scheme == "https" else 80)
    except ValueError:
        raise _no_answer("not a port") from None
    headers = {
        "Host": url.netloc.rpartition("@")[2],
        "Content-Type": _JSON,
        "Accept": _JSON,
        "Accept-Encoding": "identity",
        "User-Agent": "amana",
    }
    for address in addresses_of(host, port, private=private):
        pool = (
            # The certificate must be that of the host, although the address is called.
            urllib3.HTTPSConnectionPool(
                address,
                port,
                server_hostname=host,
                ssl_context=context,
                retries=False,
                timeout=seconds,
            )
            if url.scheme == "https"
            else urllib3.HTTPConnectionPool(address, port, retries=False, timeout=seconds)
        )
        try:
            with (
                pool,
                pool.request(
                    "POST",
                    url.path,
                    body=body,
                    headers=headers,
                    redirect=False,
                    preload_content=False,
                ) as response,
            ):
                if response.status != 200:
                    raise InputError(
                        Reason.NO_ANSWER, "the server refuses the question", status=response.status
                    )
                found = response.read(limit + 1, decode_content=False)
                if len(found) > limit:
                    raise InputError(Reason.TOO_LARGE, f"the server sent more than {limit} bytes")
                return found
        except (urllib3.exceptions.HTTPError, OSError):
            continue
    raise _no_answer("no connection to the server")


def _instant(value: Json) -> datetime:
    if type(value) is not str:
        raise _bad("a time is a text")
    try:
        return parse_instant(value)
    except InputError as error:
        raise _bad(error.detail) from None


def _no_answer(detail: str) -> InputError:
    return InputError(Reason.NO_ANSWER, detail)


def _bad(detail: str) -> InputError:
    return InputError(Reason.BAD_TRQP, detail)
