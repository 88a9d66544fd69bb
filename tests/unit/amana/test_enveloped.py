"""Enveloped credentials and presentations: their form, and how presentations hold them."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

import schemas
from amana.enveloped import Envelope, enveloped
from amana.errors import InputError, VerificationError
from amana.limits import Limits
from amana.presentation import check_presentation, check_self_asserted
from amana.reasons import Outcome, Reason
from tests.amana_samples import Object, credential, foreign, key, presentation, refused

JWT = "eyJhbGciOiJFZERTQSJ9.e30.AAAA"


def envelope(kind: str = "Credential", **changes: Any) -> Object:
    document: Object = {
        "@context": schemas.VC_CONTEXT,
        "id": f"data:application/vc+jwt,{JWT}",
        "type": f"EnvelopedVerifiable{kind}",
    }
    document.update(changes)
    return {name: value for name, value in document.items() if value != ""}


def holding(*credentials: Any, **changes: Any) -> Object:
    return {**presentation(), "verifiableCredential": list(credentials), **changes}


@pytest.mark.parametrize(
    ("url", "media_type", "text"),
    [
        (f"data:application/vc+jwt,{JWT}", "application/vc+jwt", JWT),
        ("data:application/vc+sd-jwt,a.b.c~d~", "application/vc+sd-jwt", "a.b.c~d~"),
        (f"DATA:Application/VC+JWT,{JWT}", "application/vc+jwt", JWT),
        ("data:application/vc+cose;base64,AA==", "application/vc+cose;base64", "AA=="),
        ("data:application/vc+jwt;a=b;c,x,y", "application/vc+jwt;a=b;c", "x,y"),
    ],
)  # fmt: skip
def test_what_an_envelope_holds(url: str, media_type: str, text: str) -> None:
    for context in (schemas.VC_CONTEXT, [schemas.VC_CONTEXT], [schemas.VC_CONTEXT, {"a": "urn:a"}]):
        for kind in ("Credential", "Presentation"):
            document = envelope(kind, id=url, **{"@context": context})
            assert enveloped(document) == Envelope(media_type, text)
            assert enveloped({**document, "type": [document["type"]]}) is not None


def test_an_envelope_never_prints_what_is_inside() -> None:
    found = enveloped(envelope())
    assert found is not None
    assert JWT not in repr(found)


@pytest.mark.parametrize("value", [None, [], "text", 5, {}, foreign(), {"type": None}])
def test_what_is_no_envelope(value: Any) -> None:
    assert enveloped(value) is None


@pytest.mark.parametrize(
    "change",
    [
        {"@context": ""},
        {"@context": None},
        {"@context": []},
        {"@context": "https://www.w3.org/ns/credentials/examples/v2"},
        {"@context": ["https://www.w3.org/ns/credentials/examples/v2", schemas.VC_CONTEXT]},
        {"@context": [schemas.VC_CONTEXT, 5]},
        {"@context": [schemas.VC_CONTEXT] * 17},
        {"id": ""},
        {"id": None},
        {"id": [f"data:application/vc+jwt,{JWT}"]},
        {"id": JWT},
        {"id": "data:,a"},
        {"id": "data:application/vc+jwt"},
        {"id": "data:application/vc+jwt,"},
        {"id": "data:application/vc+jwt,a b"},
        {"id": "data:application/vc+jwt,a\n"},
        {"id": "data:application/vc+jwt;,a"},
        {"id": "data:jwt,a"},
        {"id": "https://a.example/vc.jwt"},
        {"credentialSubject": {"id": "urn:a"}},
        {"proof": {"type": "DataIntegrityProof"}},
    ],
)
def test_a_spoiled_envelope(change: Object) -> None:
    for kind, reason in (
        ("Credential", Reason.BAD_CREDENTIAL),
        ("Presentation", Reason.BAD_PRESENTATION),
    ):
        call = partial(enveloped, envelope(kind, **change))
        assert refused(call, error=InputError) is reason


def test_an_envelope_is_of_one_type() -> None:
    both = ["EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"]
    for types in (both, [*both[:1], "VerifiableCredential"], [both[0], both[0]]):
        assert refused(partial(enveloped, envelope(type=types))) is Reason.BAD_CREDENTIAL
    document = {**envelope(), "@context": [schemas.VC_CONTEXT, {}]}
    call = partial(enveloped, document, limits=Limits(contexts=1))
    assert refused(call) is Reason.BAD_CREDENTIAL


def test_a_presentation_holds_envelopes_where_somebody_opens_them() -> None:
    document = holding(credential(), envelope())
    found = check_presentation(document, envelopes=True)
    assert [view.document for view in found.credentials] == [credential()]
    assert found.envelopes == (Envelope("application/vc+jwt", JWT),)
    # Whoever can't open them must not pass them over, as if all had been judged.
    assert refused(partial(check_presentation, document)) is Reason.UNKNOWN_KIND
    assert Reason.UNKNOWN_KIND.outcome is Outcome.UNDECIDED
    other = holding(envelope("Presentation"))
    assert refused(partial(check_presentation, other, envelopes=True)) is Reason.UNKNOWN_KIND


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"verifiableCredential": [JWT]}, Reason.BAD_CREDENTIAL),
        ({"verifiableCredential": f"data:application/vc+jwt,{JWT}"}, Reason.BAD_CREDENTIAL),
        ({"verifiableCredential": "https://a.example/credential"}, Reason.BAD_CREDENTIAL),
        ({"verifiableCredential": 5}, Reason.BAD_CREDENTIAL),
        ({"verifiableCredential": [envelope(type="")]}, Reason.BAD_CREDENTIAL),
        ({"verifiableCredential": None}, Reason.BAD_PRESENTATION),
        ({"verifiableCredential": [envelope()] * 5}, Reason.TOO_MANY_CREDENTIALS),
        (
            {"type": ["VerifiablePresentation", "EnvelopedVerifiablePresentation"]},
            Reason.BAD_PRESENTATION,
        ),
        ({"id": "nowhere"}, Reason.BAD_PRESENTATION),
        ({"id": None}, Reason.BAD_PRESENTATION),
        ({"holder": None}, Reason.BAD_PRESENTATION),
        ({"termsOfUse": {}}, Reason.BAD_PRESENTATION),
        ({"termsOfUse": None}, Reason.BAD_PRESENTATION),
    ],
)
def test_what_a_presentation_does_not_hold(change: Object, reason: Reason) -> None:
    document = {**presentation(), **change}
    call = partial(check_presentation, document, envelopes=True)
    assert refused(call, error=InputError) is reason


def test_what_a_presentation_may_say_besides() -> None:
    more = {"id": "urn:uuid:1", "termsOfUse": {"type": "A"}}
    assert check_presentation({**presentation(), **more}).envelopes == ()


def test_who_asserts_what_nobody_else_has_signed() -> None:
    """Section 4.13.4: without a proof of its own, a credential is its presenter's word."""
    holder = key("holder").public.did
    own = foreign(issuer={"id": holder})
    found = check_presentation(holding(own, credential()))
    assert [view.document for view in found.self_asserted] == [own]
    check_self_asserted(found)
    check_self_asserted(check_presentation(presentation()))
    nobody = {**presentation(), "verifiableCredential": own}
    del nobody["holder"]
    for document in (holding(foreign()), holding(own, holder="did:web:a.example"), nobody):
        call = partial(check_self_asserted, check_presentation(document))
        assert refused(call, error=VerificationError) is Reason.WRONG_HOLDER
