"""The simulator's world with JOSE in it, where an attack is a one-line edit as well.

Whatever is signed here is signed for real, with any header that a forger might wish for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from unittest import mock

import schemas
from amana.challenge import Challenge
from amana.did.key import verification_method
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.proofs import sd_jwt
from amana.proofs._disclosures import Path, digest
from amana.proofs.jose import SigningKey, sign_jws
from tests.deterministic import randomness
from tests.jose_samples import P256Key
from tests.simulator import GONE, Document, Issuer, Simulator
from verifier import Policy, Verdict, _tokens
from verifier.book import Asked

# The places of a credential that its holder may hide.
HIDDEN: Final[tuple[Path, ...]] = (
    ("credentialSubject", "householdSize"),
    ("credentialSubject", "children"),
    ("credentialSubject", "selfStated", None),
)
KIND: Final[Document] = {
    "vc+jwt": "EnvelopedVerifiableCredential",
    "vc+sd-jwt": "EnvelopedVerifiableCredential",
    "vp+jwt": "EnvelopedVerifiablePresentation",
    "vp+sd-jwt": "EnvelopedVerifiablePresentation",
}


class TokenSimulator(Simulator):
    """Issuer, holder, thief and station as before; they sign tokens."""

    def verdicts(self, texts: list[bytes], policy: Policy, asked: Asked | None) -> list[Verdict]:
        """Our own SD-JWTs are read in a way of their own, which has to find what the other does."""
        found = super().verdicts(texts, policy, asked)
        with mock.patch.object(_tokens, "read_usual_token", return_value=None):
            return found + super().verdicts(texts, policy, asked)

    def jwt(
        self,
        document: Document | None = None,
        *,
        issuer: Issuer | None = None,
        key: SigningKey | None = None,
        header: Document | None = None,
        **claims: Any,
    ) -> str:
        """A credential as `vc+jwt`; `claims` stand beside its members."""
        issuer = issuer or self.issuer
        document = document or self.unsigned(issuer=issuer)
        return _signed({**document, **claims}, "vc+jwt", issuer.key_id, key or issuer.key, header)

    def sd_jwt(
        self,
        document: Document | None = None,
        *,
        issuer: Issuer | None = None,
        key: SigningKey | None = None,
        header: Document | None = None,
        hidden: Iterable[Path] = HIDDEN,
        bound_to: SecretKey | P256Key | None = None,
        unbound: bool = False,
        **claims: Any,
    ) -> str:
        """A credential as `vc+sd-jwt` with all its disclosures, bound to the holder's key."""
        issuer = issuer or self.issuer
        document = document or self.unsigned(issuer=issuer)
        return sd_jwt.issue(
            {**document, **claims},
            key=key or issuer.key,
            header=_header("vc+sd-jwt", issuer.key_id, {"cty": "vc", **(header or {})}),
            disclosable=hidden,
            holder=None if unbound else (bound_to or self.holder).public,
            randomness=randomness("salts"),
        )

    def dc_sd_jwt(
        self, *, header: Document | None = None, unbound: bool = False, **claims: Any
    ) -> str:
        """A profile as SD-JWT VC, whose type no schema of ours describes."""
        said: Document = {
            "iss": self.issuer.did,
            "vct": f"{schemas.CONTEXT}#Profile",
            "nbf": 1_790_000_000,
            "exp": 1_900_000_000,
            "purpose": "food",
            "householdSize": 4,
            "children": 2,
            **claims,
        }
        return sd_jwt.issue(
            {name: value for name, value in said.items() if value is not GONE},
            key=self.issuer.key,
            header=_header("dc+sd-jwt", self.issuer.key_id, header),
            disclosable=[("householdSize",), ("children",)],
            holder=None if unbound else self.holder.public,
            randomness=randomness("salts"),
        )

    def bind(
        self,
        text: str,
        *,
        to: Challenge,
        key: SigningKey | None = None,
        iat: int | None = None,
        **claims: Any,
    ) -> str:
        """The holder's key binding behind an SD-JWT, whatever key the issuer named."""
        said = {
            "nonce": to.digest,
            "aud": to.domain,
            "iat": int(self.now.timestamp()) if iat is None else iat,
            "sd_hash": digest(text, "sha-256"),
            **claims,
        }
        said = {name: value for name, value in said.items() if value is not GONE}
        return text + sign_jws(canonical(said), key=key or self.holder, header={"typ": "kb+jwt"})

    def jwt_answer(
        self,
        *tokens: str,
        to: Challenge,
        key: SecretKey | P256Key | None = None,
        sd: bool = False,
        header: Document | None = None,
        **members: Any,
    ) -> str:
        """An answer as `vp+jwt` (or `vp+sd-jwt`) around credentials in envelopes."""
        key = key or self.holder
        document: Document = {
            "@context": [schemas.VC_CONTEXT],
            "type": ["VerifiablePresentation"],
            "holder": key.public.did,
            "verifiableCredential": [wrapped(token) for token in tokens],
            "nonce": to.digest,
            "aud": to.domain,
            **members,
        }
        document = {name: value for name, value in document.items() if value is not GONE}
        kind = "vp+sd-jwt" if sd else "vp+jwt"
        method = verification_method(key.public.did)
        return _signed(document, kind, method, key, header) + ("~" if sd else "")


def wrapped(token: str, *, kind: str | None = None, **members: Any) -> Document:
    """The envelope of a token; of what kind it is, is told by its form if it is not said."""
    kind = kind or ("vc+sd-jwt" if "~" in token else "vc+jwt")
    return {
        "@context": schemas.VC_CONTEXT,
        "id": f"data:application/{kind},{token}",
        "type": KIND[kind],
        **members,
    }


def _signed(
    payload: Document, kind: str, method: str, key: SigningKey, header: Document | None
) -> str:
    return sign_jws(canonical(payload), key=key, header=_header(kind, method, header))


def _header(kind: str, method: str, changes: Document | None) -> Document:
    named: Document = {"typ": kind, "kid": method, **(changes or {})}
    return {name: value for name, value in named.items() if value is not GONE}
