"""W3C credentials and presentations as SD-JWT (VC-JOSE-COSE, 3.2): shown in part (C93)."""

from __future__ import annotations

from typing import Any

import pytest

from amana.data_model import check_members
from amana.did.key import verification_method
from amana.errors import AmanaError, InputError, VerificationError
from amana.jwk import VerifyingKey
from amana.keys import PublicKey
from amana.proofs import sd_jwt, vc_sd_jwt
from amana.proofs.jose import sign_jws
from amana.reasons import Reason
from schemas import VC_CONTEXT
from tests.amana_samples import NOW, refused
from tests.deterministic import randomness
from tests.sd_jwt_samples import ASKED, HOLDER, ISSUER, METHOD, THIEF, disclosure, hashed, made

CREDENTIAL: dict[str, Any] = {
    "@context": [VC_CONTEXT],
    "type": ["VerifiableCredential"],
    "issuer": ISSUER.public.did,
    "validFrom": "2026-11-01T00:00:00Z",
    "credentialSubject": {"id": HOLDER.public.did, "name": "Amal", "householdSize": 5},
}
HIDDEN = [("credentialSubject", "name"), ("credentialSubject", "householdSize")]
HOLDERS_METHOD = verification_method(HOLDER.public.did)
KEYS: dict[tuple[str, str], PublicKey] = {
    (METHOD, "assertionMethod"): ISSUER.public,
    (HOLDERS_METHOD, "authentication"): HOLDER.public,
}
TYPES = frozenset({"vc+sd-jwt"})


def key_of(method: str, purpose: str) -> VerifyingKey:
    return KEYS[method, purpose]


def issue(document: Any = CREDENTIAL, hidden: Any = HIDDEN, method: str = METHOD) -> str:
    return vc_sd_jwt.issue(
        document,
        key=ISSUER,
        verification_method=method,
        disclosable=hidden,
        holder=HOLDER.public,
        randomness=randomness("salts"),
    )


def verify(text: str, binding: Any = None, **more: Any) -> vc_sd_jwt.Disclosed:
    return vc_sd_jwt.verify(text, key_of=key_of, binding=binding, now=NOW, **more)


def shown(*paths: Any) -> sd_jwt.SdJwt:
    return sd_jwt.present(sd_jwt.read(issue(), types=TYPES), disclose=paths)


PRESENTATION: dict[str, Any] = {
    "@context": [VC_CONTEXT],
    "type": ["VerifiablePresentation"],
    "holder": HOLDER.public.did,
    "verifiableCredential": [
        {
            "@context": VC_CONTEXT,
            "id": f"data:application/vc+sd-jwt,{shown(HIDDEN[0]).text}",
            "type": "EnvelopedVerifiableCredential",
        }
    ],
}


def present(document: Any = PRESENTATION, **more: Any) -> str:
    return vc_sd_jwt.present(
        document,
        key=HOLDER,
        verification_method=HOLDERS_METHOD,
        randomness=randomness("salts"),
        **more,
    )


def verify_presentation(text: str, **more: Any) -> vc_sd_jwt.Disclosed:
    return vc_sd_jwt.verify_presentation(text, key_of=key_of, now=NOW, **more)


def why(call: Any, error: type[AmanaError] = AmanaError) -> Reason:
    return refused(call, error=error)


def test_a_credential_and_the_part_of_it_that_is_shown() -> None:
    assert verify(issue()).document == CREDENTIAL
    found = verify(shown(("credentialSubject", "householdSize")).text)
    subject = {"id": HOLDER.public.did, "householdSize": 5}
    assert found.document == {**CREDENTIAL, "credentialSubject": subject}
    assert found.disclosed == (("credentialSubject", "householdSize"),)
    assert check_members(found.document)
    assert "Amal" not in repr(found)


def test_the_header_says_what_it_is() -> None:
    header = sd_jwt.read(issue(), types=TYPES).jws.header
    assert header == {"alg": "EdDSA", "cty": "vc", "kid": METHOD, "typ": "vc+sd-jwt"}


def test_with_key_binding() -> None:
    bound = sd_jwt.bind(shown(), key=HOLDER, binding=ASKED, now=NOW).text
    assert verify(bound, ASKED).holder == HOLDER.public
    assert why(lambda: verify(bound)) is Reason.CHALLENGE_UNKNOWN
    assert why(lambda: verify(shown().text, ASKED)) is Reason.PROOF_MISSING


@pytest.mark.parametrize("name", ["@context", "type", "issuer", "validFrom"])
def test_what_must_stay_open(name: str) -> None:
    assert why(lambda: issue(hidden=[(name,)]), InputError) is Reason.BAD_DISCLOSURE
    assert why(lambda: present(disclosable=[("holder",)]), InputError) is Reason.BAD_DISCLOSURE


def test_an_issuer_that_is_hidden_has_no_key() -> None:
    hides = disclosure("salt", "issuer", ISSUER.public.did)
    rest = {name: value for name, value in CREDENTIAL.items() if name != "issuer"}
    text = made({**rest, "_sd": [hashed(hides)]}, hides, typ="vc+sd-jwt")
    assert why(lambda: verify(text), InputError) is Reason.BAD_CREDENTIAL


def test_whose_key_it_is() -> None:
    other = {**CREDENTIAL, "issuer": THIEF.public.did}
    assert why(lambda: issue(other), VerificationError) is Reason.KEY_NOT_OF_ISSUER
    text = made(other, typ="vc+sd-jwt")
    assert why(lambda: verify(text), VerificationError) is Reason.KEY_NOT_OF_ISSUER
    forged = made(CREDENTIAL, key=THIEF, typ="vc+sd-jwt")
    assert why(lambda: verify(forged), VerificationError) is Reason.BAD_SIGNATURE


def test_claims_beside_the_document() -> None:
    claims = {"iss": ISSUER.public.did, "exp": NOW.timestamp() + 1, "aud": ["us", "them"]}
    text = made({**CREDENTIAL, **claims}, typ="vc+sd-jwt")
    assert verify(text, audience="us").document == CREDENTIAL
    assert why(lambda: verify(text)) is Reason.WRONG_DOMAIN
    ended = made({**CREDENTIAL, "exp": 1}, typ="vc+sd-jwt")
    assert why(lambda: verify(ended)) is Reason.EXPIRED


def test_the_older_form_and_other_types() -> None:
    wrapped = {**CREDENTIAL, "vc": {}}
    assert why(lambda: issue(wrapped), InputError) is Reason.BAD_JWT
    assert why(lambda: verify(made(wrapped, typ="vc+sd-jwt")), InputError) is Reason.BAD_JWT
    assert why(lambda: verify(made(CREDENTIAL)), InputError) is Reason.BAD_JWT
    header = {"typ": "vc+sd-jwt", "cty": "vp", "kid": METHOD}
    other = sign_jws(b'{"issuer":"a"}', key=ISSUER, header=header) + "~"
    assert why(lambda: verify(other), InputError) is Reason.BAD_JWT


def test_a_presentation() -> None:
    assert verify_presentation(present()).document == PRESENTATION
    asked = {"nonce": "n", "audience": "us"}
    text = present(**asked)
    assert verify_presentation(text, **asked).document == PRESENTATION
    assert (
        why(lambda: verify_presentation(text, nonce="m", audience="us")) is Reason.WRONG_CHALLENGE
    )
    assert why(lambda: verify_presentation(text, nonce="n", audience="a")) is Reason.WRONG_DOMAIN
    assert why(lambda: verify_presentation(text, nonce="n")) is Reason.WRONG_DOMAIN
    assert why(lambda: verify(text)) is Reason.BAD_JWT


def test_a_presentation_holds_enveloped_credentials_alone() -> None:
    text = present({**PRESENTATION, "verifiableCredential": [CREDENTIAL]})
    assert why(lambda: verify_presentation(text), InputError) is Reason.BAD_PRESENTATION


def test_a_presentation_shown_in_part() -> None:
    text = present(disclosable=[("verifiableCredential", 0)])
    assert verify_presentation(text).document == PRESENTATION
    found = sd_jwt.read(text, types=frozenset({"vp+sd-jwt"}))
    kept = sd_jwt.present(found, disclose=[]).text
    assert verify_presentation(kept).document == {**PRESENTATION, "verifiableCredential": []}
