"""Status lists as an attacker would have them: any claims, any header, any bytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import cbor2

from amana.credential import StatusEntry
from amana.errors import AmanaError
from amana.reasons import Outcome, Reason
from amana.status import StatusList, build_status_list, judge_entry, read_status_list
from amana.token_status import read_token_status_list
from tests.amana_samples import ISSUER, KEY_ID, LIST_URL, NOW, Object, key, written

URI = "https://aid.example/statuslists/1"
CWT_TYPE = "application/statuslist+cwt"
MESSAGES = ("pending", "accepted", "rejected", "undefined")
# A list of eight tokens, of which the first is revoked.
CLAIMS: Object = {
    "sub": URI,
    "iat": 1_790_000_000,
    "status_list": {"bits": 1, "lst": "eNpjBAAAAgAC"},
}
NUMBERED: dict[int, Any] = {
    2: URI,
    6: 1_790_000_000,
    65533: {"bits": 1, "lst": zlib.compress(b"\x01")},
}


def bitstring(statuses: Any = (), **more: Any) -> Object:
    """A signed list credential of W3C's kind."""
    return build_status_list(
        statuses, url=LIST_URL, issuer=ISSUER, key=key("issuer"), verification_method=KEY_ID,
        valid_from=NOW, **more,
    )  # fmt: skip


def read_bitstring(document: Object) -> StatusList:
    return read_status_list(written(document), url=LIST_URL, key=key("issuer").public)


def entry(**more: Any) -> StatusEntry:
    return StatusEntry(**{"list_url": LIST_URL, "index": 0, **more})


def cwt(
    *,
    header: Any = None,
    unprotected: Any = (),
    claims: Any = None,
    signer: str = "issuer",
    tag: int = 18,
) -> bytes:
    """A token of the issuer's, made of any parts; `claims` and `header` may be bytes already."""
    protected = _bytes({1: -8, 16: CWT_TYPE} if header is None else header)
    payload = _bytes(NUMBERED if claims is None else claims)
    signature = key(signer).sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    parts = [protected, dict(unprotected), payload, signature]
    return cbor2.dumps(cbor2.CBORTag(tag, parts))


def _bytes(value: Any) -> bytes:
    return value if type(value) is bytes else cbor2.dumps(value)


def asked(token: bytes | str, *, index: int = 0, uri: str = URI, **more: Any) -> Any:
    """What becomes of the token at `index`; None where nothing is said against it."""
    return _judged(
        lambda: read_token_status_list(token, uri=uri, key=key("issuer").public, **more).judge(
            index
        )
    )


def judged(given: StatusEntry, document: Object) -> Any:
    """What becomes of the credential with that entry; None where nothing is said against it."""
    return _judged(lambda: judge_entry(given, read_bitstring(document)))


def outcome_of(call: Callable[[], object]) -> Any:
    """What becomes of what is read; None where nothing is wrong with it."""

    def quiet() -> None:
        call()

    return _judged(quiet)


def _judged(call: Callable[[], Reason | None]) -> tuple[Outcome, Reason] | None:
    try:
        reason = call()
    except AmanaError as error:
        reason = error.reason
    return None if reason is None else (reason.outcome, reason)
