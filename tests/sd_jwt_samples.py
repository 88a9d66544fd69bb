"""An issuer, a holder and a verifier of SD-JWT, and ways to write one that no issuer would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from amana.did.key import verification_method
from amana.errors import AmanaError
from amana.jwk import VerifyingKey
from amana.keys import SecretKey
from amana.multibase import from_base64url, to_base64url
from amana.proofs import sd_jwt, sd_jwt_vc
from amana.proofs._disclosures import Path, digest
from amana.proofs.jose import sign_jws
from amana.reasons import Outcome, Reason
from tests.amana_samples import NOW, Object, key
from tests.deterministic import randomness

ISSUER: Final = key("sd-jwt issuer")
HOLDER: Final = key("sd-jwt holder")
THIEF: Final = key("sd-jwt thief")
METHOD: Final = verification_method(ISSUER.public.did)
TYPE: Final = "dc+sd-jwt"
TYPES: Final = frozenset({TYPE})
ASKED: Final = sd_jwt.Binding(nonce="n-0S6_WzA2Mj", audience="https://verifier.example")
VCT: Final = "https://amana.example/vct/profile"
CLAIMS: Final[Object] = {
    "iss": ISSUER.public.did,
    "vct": VCT,
    "exp": 1_900_000_000,
    "name": "Amal",
    "householdSize": 5,
    "address": {"camp": "Kule", "zone": {"block": "C", "shelter": 12}},
    "languages": ["ar", "din", "nus"],
}
HIDDEN: Final[tuple[Path, ...]] = (
    ("name",),
    ("householdSize",),
    ("address",),
    ("address", "camp"),
    ("address", "zone", "shelter"),
    ("languages", None),
)


def issued(
    claims: Mapping[str, Any] = CLAIMS,
    *,
    hidden: Iterable[Path] = HIDDEN,
    holder: SecretKey | None = HOLDER,
    **more: Any,
) -> str:
    """An SD-JWT of the issuer, with all its disclosures; the same on every run."""
    return sd_jwt.issue(
        dict(claims),
        key=ISSUER,
        header={"typ": TYPE, "kid": METHOD},
        disclosable=hidden,
        holder=holder.public if holder else None,
        randomness=randomness("salts"),
        **more,
    )


def read(text: str) -> sd_jwt.SdJwt:
    return sd_jwt.read(text, types=TYPES)


def shown(*paths: Path, **more: Any) -> sd_jwt.SdJwt:
    """What the holder shows of it, not bound yet."""
    return sd_jwt.present(read(issued(**more)), disclose=paths)


def bound(*paths: Path, asked: sd_jwt.Binding = ASKED, key: SecretKey = HOLDER) -> sd_jwt.SdJwt:
    return sd_jwt.bind(shown(*paths), key=key, binding=asked, now=NOW)


def judge(
    found: sd_jwt.SdJwt | str,
    binding: sd_jwt.Binding | None = None,
    *,
    key: VerifyingKey = ISSUER.public,
    **more: Any,
) -> sd_jwt.Verified:
    """As a verifier does: from the text."""
    text = found if isinstance(found, str) else found.text
    return sd_jwt.verify(read(text), key=key, binding=binding, now=NOW, **more)


def judge_vc(text: str, binding: sd_jwt.Binding | None = None, **more: Any) -> sd_jwt_vc.SdJwtVc:
    return sd_jwt_vc.verify(text, key_of=key_of, binding=binding, now=NOW, **more)


def key_of(method: str, purpose: str) -> VerifyingKey:
    assert (method, purpose) == (METHOD, "assertionMethod")
    return ISSUER.public


def disclosure(*parts: Any) -> str:
    """A disclosure in text, of whatever parts."""
    return raw_disclosure(json.dumps(parts, ensure_ascii=False, separators=(",", ":")))


def raw_disclosure(written: str) -> str:
    return to_base64url(written.encode("utf-8", "surrogatepass"))


def hashed(text: str, name: str = "sha-256") -> str:
    return digest(text, name)


def made(payload: Any, *disclosures: str, key: SecretKey = ISSUER, typ: str = TYPE) -> str:
    """A signed SD-JWT around any payload at all, which a sane issuer would not sign."""
    written = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    jwt = sign_jws(written, key=key, header={"typ": typ, "kid": METHOD})
    return "~".join([jwt, *disclosures, ""])


def rewritten(jwt: str, edit: Callable[[Any], Any]) -> str:
    """A JWS whose payload is another, under the old signature."""
    header, payload, signature = jwt.split(".")
    changed = edit(json.loads(from_base64url(payload)))
    return ".".join([header, to_base64url(json.dumps(changed).encode()), signature])


def judged(call: Callable[[], object]) -> tuple[Outcome, Reason | None]:
    """What a verdict would say, and why: the one error that `call` ends with, or none."""
    try:
        call()
    except AmanaError as error:
        return error.reason.outcome, error.reason
    return Outcome.ACCEPTED, None
