"""Others that verify SD-JWT: the reference in Python, and @sd-jwt/core in a process of its own.

`subject` is ours on the same tokens: from the text to what it says, without a verdict around it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from amana.jwk import VerifyingKey, public_jwk
from amana.keys import Randomness, SecretKey
from amana.multibase import to_base64url
from amana.proofs import sd_jwt
from amana.strict_json import JsonObject
from benchmarks.peers._node import NodePeer

__all__ = ["NodeSdJwt", "reference_timed", "secret_jwk", "subject", "tokens"]

_TYPE: Final = "dc+sd-jwt"
_TYPES: Final = frozenset({_TYPE})


def tokens(
    count: int,
    *,
    key: SecretKey,
    key_id: str,
    holder: VerifyingKey,
    claims: JsonObject,
    randomness: Randomness,
) -> list[str]:
    """`count` tokens, each with the members of `claims` hidden one by one."""
    return [
        sd_jwt.issue(
            {
                "iss": key_id.partition("#")[0],
                "vct": "https://amana.example/vct/profile",
                "exp": 1_900_000_000,
                **claims,
            },
            key=key,
            header={"typ": _TYPE, "kid": key_id},
            disclosable=[(name,) for name in claims],
            holder=holder,
            randomness=randomness,
        )
        for _ in range(count)
    ]


def subject(key: VerifyingKey, *, now: datetime) -> Callable[[str], JsonObject]:
    """Our own verification of one token."""

    def judge(text: str) -> JsonObject:
        found = sd_jwt.read(text, types=_TYPES)
        return sd_jwt.verify(found, key=key, binding=None, now=now).claims

    return judge


def reference_timed(texts: Sequence[str], *, key: VerifyingKey, calls: int) -> Callable[[], float]:
    """The reference, `sd-jwt` for Python, on `calls` of `texts`: nanoseconds for one of them."""
    from jwcrypto.jwk import JWK
    from sd_jwt.verifier import SDJWTVerifier

    jwk = JWK.from_json(json.dumps(public_jwk(key)))
    turn = 0

    def timed() -> float:
        nonlocal turn
        chosen = [texts[(turn + number) % len(texts)] for number in range(calls)]
        turn += calls
        began = time.perf_counter_ns()
        for text in chosen:
            SDJWTVerifier(text, lambda _issuer, _header: jwk).get_verified_payload()
        return (time.perf_counter_ns() - began) / calls

    return timed


def secret_jwk(key: SecretKey) -> JsonObject:
    """A secret key as the peers read it."""
    return {**public_jwk(key.public), "d": to_base64url(key.seed)}


class NodeSdJwt(NodePeer):
    """@sd-jwt/core and @sd-jwt/sd-jwt-vc, in a process of their own.

    Raises: Unavailable where node or its packages are not there.
    """

    def __init__(self) -> None:
        super().__init__("sd_jwt.mjs", package="@sd-jwt/sd-jwt-vc")

    def know(self, issuer: VerifyingKey, holder: VerifyingKey) -> None:
        """Whose signatures it is to verify."""
        self.ask("know", issuer=public_jwk(issuer), holder=public_jwk(holder))

    def timed(self, texts: Sequence[str], *, now: datetime, calls: int) -> Callable[[], float]:
        """Verification there, warm: nanoseconds for one of `texts`."""
        self.ask("keep", texts=list(texts), now=int(now.timestamp()))
        self.ask("time", count=1_000)  # its compiler needs that many to settle
        return lambda: float(self.ask("time", count=calls)["nanoseconds"])
