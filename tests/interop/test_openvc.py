"""Proofs of ours at openvc-core (Python), and theirs here; nothing tampered passes either way.

What the two have in common: did:key, JWK, JWS, eddsa-rdfc-2022, eddsa-jcs-2022 (with one fault of
theirs, stated below) and SD-JWT VC. Its JWT credentials are of the older form, which VC-JOSE-COSE
1.0 forbids: each refuses the other's, and that is stated too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from amana.did.key import resolve_any, verification_method
from amana.errors import AmanaError, InputError, VerificationError
from amana.jwk import public_jwk, read_public_jwk
from amana.keys import SecretKey
from amana.multibase import from_base64url, to_base64url
from amana.presentation import build_presentation
from amana.proofs import data_integrity, eddsa_jcs, eddsa_rdfc, sd_jwt, sd_jwt_vc, vc_jwt
from amana.proofs.jose import read_jws, sign_jws, verify_jws
from amana.reasons import Reason
from tests.amana_samples import NOW, key, refused
from tests.deterministic import randomness
from tests.jose_samples import HOLDER, HOLDER_METHOD, ISSUER, METHOD, P256Key, credential, key_of

openvc = pytest.importorskip("openvc", reason="openvc-core is not installed")

from openvc.did.did_key import DidKeyResolver  # noqa: E402
from openvc.keys import Ed25519SigningKey, P256SigningKey  # noqa: E402
from openvc.proof._jws import sign_compact, verify_compact  # noqa: E402
from openvc.proof.data_integrity import DataIntegrityProofSuite  # noqa: E402
from openvc.proof.di_jcs import EddsaJcsProofSuite  # noqa: E402
from openvc.proof.sd_jwt import SdJwtVcProofSuite  # noqa: E402
from openvc.proof.vc_jwt import VcJwtProofSuite  # noqa: E402

Object = dict[str, Any]
TYPES = frozenset({"vc+jwt"})
SUITES: dict[str, tuple[Any, Any]] = {
    "jcs": (eddsa_jcs, EddsaJcsProofSuite()),
    "rdfc": (eddsa_rdfc, DataIntegrityProofSuite()),
}
VCT = "https://credentials.example/household"


def their_key(secret: SecretKey, method: str) -> Any:
    jwk = {**public_jwk(secret.public), "d": to_base64url(secret.seed)}
    return Ed25519SigningKey.from_jwk(jwk, method)


ISSUING = their_key(key("issuer"), METHOD)
HOLDING = their_key(key("holder"), HOLDER_METHOD)


def refused_there(call: Callable[[], object]) -> None:
    with pytest.raises(openvc.OpenvcError):
        call()


def tampered(document: Object) -> dict[str, Object]:
    """One edit each, none of which may pass anywhere."""
    proof = document["proof"]
    value = proof["proofValue"]
    swapped = value[:-1] + ("2" if value[-1] != "2" else "3")
    thief = key("thief").public.did
    return {
        "subject": {**document, "credentialSubject": {"id": thief}},
        "date": {**document, "validFrom": "2020-01-01T00:00:00Z"},
        "added": {**document, "validUntil": "2027-01-01T00:00:00Z"},
        "signature": {**document, "proof": {**proof, "proofValue": swapped}},
        "created": {**document, "proof": {**proof, "created": "2020-01-01T00:00:00Z"}},
        "key": {
            **document,
            "proof": {**proof, "verificationMethod": verification_method(thief)},
        },
    }


EDITS = ["subject", "date", "added", "signature", "created", "key"]


def judge(document: Object) -> None:
    data_integrity.verify_proofs(document, key_of=key_of, proof_purpose="assertionMethod")


@pytest.fixture(params=sorted(SUITES))
def suite(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ours(suite: str) -> Object:
    module, _ = SUITES[suite]
    signed: Object = module.sign(
        credential(), key=key("issuer"), verification_method=METHOD, created=NOW
    )
    return signed


def theirs(suite: str) -> Object:
    _, peer = SUITES[suite]
    signed: Object = peer.add_proof(
        credential(), signing_key=ISSUING, verification_method=METHOD, created=NOW
    )
    if suite == "jcs":
        # Their fault, see `test_a_fault_of_theirs`.
        signed["proof"]["@context"] = signed["@context"]
    return signed


def test_ours_verifies_there(suite: str) -> None:
    """Interoperability, towards others (C93)."""
    assert SUITES[suite][1].verify(ours(suite), now=NOW).issuer == ISSUER


@pytest.mark.parametrize("edit", EDITS)
def test_ours_tampered_is_refused_there(suite: str, edit: str) -> None:
    refused_there(partial(SUITES[suite][1].verify, tampered(ours(suite))[edit], now=NOW))


def test_theirs_verifies_here(suite: str) -> None:
    """Interoperability, from others (C87, C93)."""
    judge(theirs(suite))


@pytest.mark.parametrize("edit", EDITS)
def test_theirs_tampered_is_refused_here(suite: str, edit: str) -> None:
    found = refused(partial(judge, tampered(theirs(suite))[edit]), error=VerificationError)
    assert found is Reason.BAD_SIGNATURE


def test_a_fault_of_theirs() -> None:
    """Their eddsa-jcs-2022 hashes `@context` into the proof's options and leaves it out of them.

    Section 3.3.1 of the suite writes it into the proof, and section 3.3.2 hashes what stands
    there; so by the specification, here as at @digitalbazaar, such a proof does not verify. It is
    refused, not mended: nobody can tell a forgotten member from one that was taken away.
    """
    signed = EddsaJcsProofSuite().add_proof(
        credential(), signing_key=ISSUING, verification_method=METHOD, created=NOW
    )
    assert "@context" not in signed["proof"]
    assert refused(partial(judge, signed), error=VerificationError) is Reason.BAD_SIGNATURE
    # And they put it back when they verify, whether it was there or not.
    assert EddsaJcsProofSuite().verify(signed, now=NOW).issuer == ISSUER
    mended = {**signed, "proof": {**signed["proof"], "@context": signed["@context"]}}
    judge(mended)


def test_a_presentation_of_ours_verifies_there() -> None:
    answer = build_presentation(
        [ours("jcs")], key=key("holder"), challenge="c-1", domain="did:web:shop.example"
    )
    bound: Object = {
        "expected_proof_purpose": "authentication",
        "expected_domain": "did:web:shop.example",
    }
    peer = EddsaJcsProofSuite()
    assert peer.verify(answer, expected_challenge="c-1", now=NOW, **bound).proof["challenge"]
    refused_there(partial(peer.verify, answer, expected_challenge="c-2", now=NOW, **bound))
    bare = {**answer, "verifiableCredential": []}
    refused_there(partial(peer.verify, bare, expected_challenge="c-1", now=NOW, **bound))


@pytest.mark.parametrize("secret", [key("issuer"), P256Key("theirs")], ids=["Ed25519", "P-256"])
def test_keys_are_the_same_to_both(secret: Any) -> None:
    did = secret.public.did
    method = DidKeyResolver().resolve(did).verification_methods[0]
    assert method.id == verification_method(did)
    assert method.public_key_jwk == public_jwk(secret.public)
    assert read_public_jwk(method.public_key_jwk) == resolve_any(did)


@pytest.mark.parametrize("kind", ["EdDSA", "Ed25519", "ES256"])
def test_a_jws_of_theirs_verifies_here(kind: str) -> None:
    """RFC 7515 both ways, with every algorithm that both know (C93)."""
    signer: Any
    if kind == "ES256":
        signer = P256SigningKey.generate("a:b#1")
    else:
        jwk = {**public_jwk(key("issuer").public), "d": to_base64url(key("issuer").seed)}
        signer = Ed25519SigningKey.from_jwk(jwk, METHOD, alg=kind)
    header = {"alg": kind, "typ": "vc+jwt", "kid": signer.kid}
    text = sign_compact(header, {"a": 1}, signing_key=signer)
    jws = read_jws(text, types=TYPES)
    public = read_public_jwk(signer.public_jwk())
    verify_jws(jws, key=public)
    assert json.loads(jws.payload) == {"a": 1}
    for place in (5, text.index(".") + 3, len(text) - 20):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(AmanaError):
            verify_jws(read_jws(changed, types=TYPES), key=public)


@pytest.mark.parametrize("signer", [key("issuer"), P256Key("ours")], ids=["EdDSA", "ES256"])
def test_a_jws_of_ours_verifies_there(signer: Any) -> None:
    text = sign_jws(b'{"a":1}', key=signer, header={"typ": "vc+jwt"})
    jwk = public_jwk(signer.public)
    assert verify_compact(text, public_key_jwk=jwk)[1] == {"a": 1}
    head, body, tail = text.split(".")
    other = to_base64url(from_base64url(tail)[::-1])
    refused_there(partial(verify_compact, f"{head}.{body}.{other}", public_key_jwk=jwk))
    changed = to_base64url(b'{"a":2}')
    refused_there(partial(verify_compact, f"{head}.{changed}.{tail}", public_key_jwk=jwk))


def test_credentials_in_jwt_are_of_two_kinds() -> None:
    """Theirs stands in a claim `vc`, which VC-JOSE-COSE 1.0, section 1.1.2.1, forbids; ours does
    not, as section 3.1.1 wants it. So each refuses the other's; no credential passes by mistake.
    """
    old = VcJwtProofSuite().sign(credential(), signing_key=ISSUING)
    assert refused(partial(vc_jwt.verify, old, key_of=key_of), error=InputError) is Reason.BAD_JWT
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": METHOD}
    retyped = sign_compact(header, {"vc": credential(), "iss": ISSUER}, signing_key=ISSUING)
    found = refused(partial(vc_jwt.verify, retyped, key_of=key_of), error=InputError)
    assert found is Reason.BAD_JWT
    new = vc_jwt.issue(credential(), key=key("issuer"), verification_method=METHOD)
    jwk = public_jwk(key("issuer").public)
    refused_there(partial(VcJwtProofSuite().verify, new, public_key_jwk=jwk))
    # Written as the standard says, by their signer, it is good here.
    theirs = sign_compact(header, credential(), signing_key=ISSUING)
    assert vc_jwt.verify(theirs, key_of=key_of) == credential()


CLAIMS: Object = {"householdSize": 5, "children": 2, "language": "am"}
BOUND = sd_jwt.Binding(nonce="n-1", audience="did:web:shop.example")


def our_sd_jwt(now: datetime) -> str:
    text = sd_jwt_vc.issue(
        {"iss": ISSUER, "vct": VCT, **CLAIMS},
        key=key("issuer"),
        verification_method=METHOD,
        disclosable=[(name,) for name in CLAIMS],
        holder=key("holder").public,
        randomness=randomness("openvc"),
        decoys=2,
    )
    shown = sd_jwt.present(sd_jwt_vc.read(text), disclose=[("children",)])
    return sd_jwt.bind(shown, key=key("holder"), binding=BOUND, now=now).text


def their_sd_jwt(**options: Any) -> str:
    suite = SdJwtVcProofSuite()
    named = {"disclosable": list(CLAIMS), "holder_jwk": public_jwk(key("holder").public), **options}
    text = suite.issue({"iss": ISSUER, **CLAIMS}, signing_key=ISSUING, vct=VCT, decoys=2, **named)
    bound: str = suite.create_presentation(
        text, holder_key=HOLDING, audience=BOUND.audience, nonce=BOUND.nonce
    )
    return bound


def broken(text: str) -> dict[str, str]:
    """One edit each: the issuer's JWT, a disclosure, the holder's JWT; one left out, one twice."""
    jwt, *disclosures, binding = text.split("~")

    def flip(part: str) -> str:
        return part[:-9] + ("A" if part[-9] != "A" else "B") + part[-8:]

    def joined(*parts: str) -> str:
        return "~".join(parts)

    return {
        "issuer": joined(flip(jwt), *disclosures, binding),
        "disclosure": joined(jwt, *disclosures[:-1], flip(disclosures[-1]), binding),
        "holder": joined(jwt, *disclosures, flip(binding)),
        "left out": joined(jwt, *disclosures[:-1], binding),
        "twice": joined(jwt, *disclosures, disclosures[-1], binding),
        "unbound": joined(jwt, *disclosures, ""),
    }


BREAKS = ["issuer", "disclosure", "holder", "left out", "twice", "unbound"]


def verify_there(text: str, *, nonce: str = BOUND.nonce, audience: str = BOUND.audience) -> Any:
    return SdJwtVcProofSuite().verify(
        text,
        public_key_jwk=public_jwk(key("issuer").public),
        audience=audience,
        nonce=nonce,
        require_key_binding=True,
        expected_vct=VCT,
    )


def verify_here(text: str, *, binding: sd_jwt.Binding = BOUND) -> Any:
    return sd_jwt_vc.verify(text, key_of=key_of, binding=binding, now=datetime.now(UTC))


def test_an_sd_jwt_of_ours_verifies_there() -> None:
    """One claim of three shown, bound to one question (C93). Their suite reads the clock itself."""
    found = verify_there(our_sd_jwt(datetime.now(UTC)))
    assert found.key_bound
    assert found.claims["children"] == 2
    assert not found.claims.keys() & {"householdSize", "language"}


@pytest.mark.parametrize("edit", BREAKS)
def test_an_sd_jwt_of_ours_broken_is_refused_there(edit: str) -> None:
    refused_there(partial(verify_there, broken(our_sd_jwt(datetime.now(UTC)))[edit]))


def test_an_sd_jwt_of_ours_for_others_is_refused_there() -> None:
    text = our_sd_jwt(datetime.now(UTC))
    refused_there(partial(verify_there, text, nonce="n-2"))
    refused_there(partial(verify_there, text, audience="did:web:other.example"))


def test_an_sd_jwt_of_theirs_verifies_here() -> None:
    found = verify_here(their_sd_jwt())
    assert (found.issuer, found.vct, found.holder) == (ISSUER, VCT, key("holder").public)
    assert {name: found.claims[name] for name in CLAIMS} == CLAIMS
    assert key("holder").public.did == HOLDER


@pytest.mark.parametrize("edit", BREAKS)
def test_an_sd_jwt_of_theirs_broken_is_refused_here(edit: str) -> None:
    with pytest.raises(AmanaError):
        verify_here(broken(their_sd_jwt())[edit])


@pytest.mark.parametrize(
    ("binding", "reason"),
    [
        (BOUND._replace(nonce="n-2"), Reason.WRONG_CHALLENGE),
        (BOUND._replace(audience="did:web:other.example"), Reason.WRONG_DOMAIN),
    ],
)
def test_an_sd_jwt_of_theirs_for_others(binding: sd_jwt.Binding, reason: Reason) -> None:
    call = partial(verify_here, their_sd_jwt(), binding=binding)
    assert refused(call, error=VerificationError) is reason


def test_an_sd_jwt_of_theirs_that_has_expired() -> None:
    text = their_sd_jwt(expires_in_s=-3_600)
    refused_there(partial(verify_there, text))
    found = refused(partial(verify_here, text), error=VerificationError)
    assert found is Reason.EXPIRED
