"""What the VC-API verifies and what it refuses, by which rule (C93)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from amana.dates import format_instant
from amana.did.key import verification_method
from amana.errors import VerificationError
from amana.keys import SecretKey
from amana.proofs import vc_jwt, vc_sd_jwt
from amana.reasons import Outcome, Reason
from amana.strict_json import JsonObject
from apps._vc_findings import Asked, Judgement
from apps._vc_judging import Judge, key_of_did_key
from tests.deterministic import randomness
from tests.vc_api_caller import JCS, NOW, RDFC, V2, Answer, Caller, credential, presentation, signed

ISSUER, HOLDER = SecretKey(b"i" * 32), SecretKey(b"h" * 32)
ASKED = {"challenge": "nonce", "domain": "verifier.example"}
FOREIGN = "https://elsewhere.example/status/1"


@pytest.fixture(scope="module")
def api() -> Caller:
    return Caller()


def issued(suite: str = JCS, **more: Any) -> JsonObject:
    return signed(credential(issuer=ISSUER.public.did, **more), key=ISSUER, suite=suite)


def shown(*credentials: JsonObject, suite: str = JCS, **more: Any) -> JsonObject:
    document = presentation(*credentials, **{"holder": HOLDER.public.did, **more})
    return signed(document, key=HOLDER, purpose="authentication", suite=suite, **ASKED)


def verify(api: Caller, document: Any, **options: Any) -> Answer:
    body = {"verifiableCredential": document, "options": options}
    return api.post("/credentials/verify", body)


def verify_shown(api: Caller, document: Any, **options: Any) -> Answer:
    body = {"verifiablePresentation": document, "options": options}
    return api.post("/presentations/verify", body)


def reason(answer: Answer) -> Reason:
    """The reason of a refusal, which says the same in each of its places."""
    found = answer.json
    assert answer.status == 400, answer.raw
    assert answer.headers["content-type"] == "application/problem+json"
    assert found["verified"] is False
    assert found["problemDetails"][0]["reason"] == found["reason"]
    assert found["outcome"] == Reason(found["reason"]).outcome.value
    return Reason(found["reason"])


def warnings(answer: Answer) -> list[Reason]:
    assert answer.status == 200, answer.raw
    assert answer.json["verified"] is True
    assert answer.json["problemDetails"] == []
    return [Reason(found["reason"]) for found in answer.json["warnings"]]


# --- Credentials


@pytest.mark.parametrize("suite", [JCS, RDFC])
def test_a_good_credential(api: Caller, suite: str) -> None:
    assert warnings(verify(api, issued(suite))) == []


def test_the_credential_comes_back_only_if_wanted(api: Caller) -> None:
    document = issued()
    assert "verifiableCredential" not in verify(api, document).json
    assert verify(api, document, returnCredential=True).json["verifiableCredential"] == document


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"credentialSubject": {"id": "did:example:other"}}, Reason.BAD_SIGNATURE),
        ({"@context": None}, Reason.BAD_CREDENTIAL),
        ({"type": []}, Reason.BAD_CREDENTIAL),
        ({"issuer": HOLDER.public.did}, Reason.KEY_NOT_OF_ISSUER),
        ({"issuer": "https://issuer.example"}, Reason.KEY_NOT_OF_ISSUER),
        ({"proof": None}, Reason.PROOF_MISSING),
        ({"proof": {}}, Reason.BAD_CREDENTIAL),
        ({"proof": "z"}, Reason.BAD_CREDENTIAL),
    ],
)
def test_a_changed_credential(api: Caller, change: JsonObject, expected: Reason) -> None:
    assert reason(verify(api, {**issued(), **change})) is expected


def test_a_credential_without_proof(api: Caller) -> None:
    """Even where no proof is asked for: there is no such thing as an unsecured credential."""
    document = credential(issuer=ISSUER.public.did)
    assert reason(verify(api, document, checks=[])) is Reason.PROOF_MISSING


def test_a_proof_for_another_purpose(api: Caller) -> None:
    document = signed(
        credential(issuer=ISSUER.public.did), key=ISSUER, purpose="authentication", suite=JCS
    )
    assert reason(verify(api, document)) is Reason.WRONG_RELATIONSHIP


def test_a_suite_that_nobody_here_judges_is_unknown(api: Caller) -> None:
    document = issued()
    document["proof"]["cryptosuite"] = "ecdsa-rdfc-2019"
    answer = verify(api, document)
    assert reason(answer) is Reason.UNKNOWN_CRYPTOSUITE
    assert answer.json["outcome"] == Outcome.UNDECIDED.value


def test_an_issuer_whose_keys_would_have_to_be_asked_for(api: Caller) -> None:
    did = "did:web:issuer.example"
    options = {"verificationMethod": f"{did}#key-1"}
    document = signed(credential(issuer=did), key=ISSUER, suite=JCS, **options)
    assert reason(verify(api, document)) is Reason.ISSUER_UNKNOWN


def test_a_term_that_nobody_defines(api: Caller) -> None:
    assert reason(verify(api, issued(nowhere="defined"))) is Reason.UNKNOWN_TERM


@pytest.mark.parametrize("document", [None, 1, "x", []])
def test_what_is_no_object(api: Caller, document: Any) -> None:
    answer = verify(api, document)
    assert (answer.status, answer.json["reason"]) == (400, Reason.BAD_CREDENTIAL.value)


@pytest.mark.parametrize("checks", ["proof", [1], {}])
def test_checks_are_names(api: Caller, checks: Any) -> None:
    answer = verify(api, issued(), checks=checks)
    assert (answer.status, answer.json["reason"]) == (400, Reason.BAD_CREDENTIAL.value)


# --- Dates: held against a document only where they are asked for

YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"validFrom": format_instant(NOW + YEAR)}, Reason.NOT_YET_VALID),
        ({"validUntil": format_instant(NOW - YEAR)}, Reason.EXPIRED),
        ({"validUntil": format_instant(NOW)}, Reason.EXPIRED),
    ],
)
def test_dates(api: Caller, dates: JsonObject, expected: Reason) -> None:
    document = issued(**dates)
    assert reason(verify(api, document)) is expected
    assert reason(verify(api, document, checks=["validityPeriod"])) is expected
    answer = verify(api, document, checks=["proof", "something"])
    assert warnings(answer) == [expected]
    assert answer.json["checks"] == ["proof"]


def test_dates_that_fit(api: Caller) -> None:
    dates = {"validFrom": format_instant(NOW), "validUntil": format_instant(NOW + YEAR)}
    assert warnings(verify(api, issued(**dates))) == []


# --- Status of others


def entry(**more: Any) -> JsonObject:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": FOREIGN,
        **more,
    }


def test_somebody_elses_list_is_not_fetched(api: Caller) -> None:
    document = issued(credentialStatus=entry())
    for checks in ({}, {"checks": ["proof", "credentialStatus"]}, {"checks": ["status"]}):
        answer = verify(api, document, **checks)
        assert reason(answer) is Reason.STATUS_LIST_MISSING
        assert answer.json["type"].endswith("/status-list#STATUS_RETRIEVAL_ERROR")
    assert warnings(verify(api, document, checks=["proof"])) == [Reason.STATUS_LIST_MISSING]


def test_a_kind_of_status_that_nobody_understands(api: Caller) -> None:
    context = {"Other2017": "https://example.org/examples#Other2017"}
    more: JsonObject = {"@context": [V2, context], "credentialStatus": {"type": "Other2017"}}
    document = issued(**more)
    assert warnings(verify(api, document)) == [Reason.STATUS_LIST_MISSING]


def test_a_related_resource_that_is_not_here(api: Caller) -> None:
    digest = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    document = issued(relatedResource={"id": "https://elsewhere.example/x", "digestSRI": digest})
    assert warnings(verify(api, document)) == [Reason.RESOURCE_MISMATCH]


# --- Envelopes


def token(**more: Any) -> str:
    document = credential(issuer=ISSUER.public.did, **more)
    method = verification_method(ISSUER.public.did)
    return vc_jwt.issue(document, key=ISSUER, verification_method=method)


def sd_token() -> str:
    return vc_sd_jwt.issue(
        credential(issuer=ISSUER.public.did),
        key=ISSUER,
        verification_method=verification_method(ISSUER.public.did),
        randomness=randomness("vc-api tests"),
    )


def envelope(media: str, text: str, kind: str = "EnvelopedVerifiableCredential") -> JsonObject:
    return {"@context": V2, "id": f"data:application/{media},{text}", "type": kind}


def test_good_envelopes(api: Caller) -> None:
    assert warnings(verify(api, envelope("vc+jwt", token()))) == []
    assert warnings(verify(api, envelope("vc+sd-jwt", sd_token()))) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"@context": []}, Reason.BAD_CREDENTIAL),
        ({"@context": "https://www.w3.org/ns/credentials/examples/v2"}, Reason.BAD_CREDENTIAL),
        ({"type": None}, Reason.BAD_CREDENTIAL),
        ({"type": "VerifiableCredential"}, Reason.BAD_CREDENTIAL),
        ({"type": "EnvelopedVerifiablePresentation"}, Reason.BAD_CREDENTIAL),
        ({"id": "eyJh.eyJh.eyJh"}, Reason.BAD_CREDENTIAL),
        ({"id": "data:application/vc+cose,AAAA"}, Reason.UNKNOWN_CRYPTOSUITE),
        ({"id": "data:application/vc+jwt,a.b.c"}, Reason.BAD_JWT),
    ],
)
def test_envelopes_that_are_none(api: Caller, change: JsonObject, expected: Reason) -> None:
    assert reason(verify(api, {**envelope("vc+jwt", token()), **change})) is expected


def test_what_is_inside_is_judged_as_well(api: Caller) -> None:
    assert reason(verify(api, envelope("vc+jwt", token(nowhere="x")))) is Reason.UNKNOWN_TERM
    good = token()
    bad = good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB")
    assert reason(verify(api, envelope("vc+jwt", bad))) is Reason.BAD_SIGNATURE


# --- Presentations


@pytest.mark.parametrize("suite", [JCS, RDFC])
def test_a_good_presentation(api: Caller, suite: str) -> None:
    document = shown(issued(suite), issued(suite, id="urn:uuid:2"), suite=suite)
    answer = verify_shown(api, document, **ASKED)
    assert warnings(answer) == []
    assert "verifiablePresentation" not in answer.json
    returned = verify_shown(api, document, **ASKED, returnPresentation=True).json
    assert returned["verifiablePresentation"] == document


def test_nothing_but_a_holder_may_be_shown(api: Caller) -> None:
    assert warnings(verify_shown(api, shown(), **ASKED)) == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({**ASKED, "challenge": "another"}, Reason.WRONG_CHALLENGE),
        ({**ASKED, "domain": "another.example"}, Reason.WRONG_DOMAIN),
    ],
)
def test_an_answer_to_another_question(api: Caller, options: Any, expected: Reason) -> None:
    assert reason(verify_shown(api, shown(issued()), **options)) is expected


@pytest.mark.parametrize("options", [{"challenge": 1}, {"domain": ["x"]}])
def test_questions_are_texts(api: Caller, options: Any) -> None:
    answer = verify_shown(api, shown(), **options)
    assert (answer.status, answer.json["reason"]) == (400, Reason.BAD_PRESENTATION.value)


def test_a_proof_of_somebody_else_than_the_holder(api: Caller) -> None:
    document = shown(issued(), holder="did:example:alice")
    assert reason(verify_shown(api, document)) is Reason.KEY_NOT_OF_ISSUER


def test_a_credential_inside_that_is_changed(api: Caller) -> None:
    bad = {**issued(), "credentialSubject": {"id": "did:example:other"}}
    answer = verify_shown(api, shown(issued(), bad), **ASKED)
    assert reason(answer) is Reason.BAD_SIGNATURE
    assert "verifiableCredential[1]" in answer.json["detail"]


@pytest.mark.parametrize("inside", ["x", 1, None, [], {"id": "urn:uuid:1"}])
def test_what_is_no_credential_inside(api: Caller, inside: Any) -> None:
    document = presentation(verifiableCredential=[inside])
    document = {**document, "proof": shown()["proof"]}
    assert reason(verify_shown(api, document)) is Reason.BAD_CREDENTIAL


def test_an_unsigned_presentation(api: Caller) -> None:
    document = presentation(issued())
    for options in ({}, {"checks": ["proof"]}, {"checks": [], **ASKED}):
        assert reason(verify_shown(api, document, **options)) is Reason.PROOF_MISSING
    assert warnings(verify_shown(api, document, checks=[])) == [Reason.PROOF_MISSING]
    answer = api.post("/presentations/verify", {"presentation": document})
    assert warnings(answer) == [Reason.PROOF_MISSING]


def test_an_unsigned_presentation_of_nothing_good(api: Caller) -> None:
    bad = {**issued(), "credentialSubject": {"id": "did:example:other"}}
    assert reason(verify_shown(api, presentation(bad), checks=[])) is Reason.BAD_SIGNATURE


def test_a_presentation_that_is_none(api: Caller) -> None:
    assert reason(verify_shown(api, {"type": ["Nonconforming"]})) is Reason.BAD_PRESENTATION


# Self-asserted credentials: the rule of the module, once each way.


def test_the_holders_own_word(api: Caller) -> None:
    document = shown(credential(issuer=HOLDER.public.did))
    assert warnings(verify_shown(api, document, **ASKED)) == []


@pytest.mark.parametrize("holder", [HOLDER.public.did, "did:example:alice"])
def test_the_word_of_another_than_the_holder(api: Caller, holder: str) -> None:
    """The suite's two mismatches: of the issuer, and of the holder."""
    issuer = "did:example:alice" if holder == HOLDER.public.did else HOLDER.public.did
    document = shown(credential(issuer=issuer), holder=holder)
    expected = Reason.WRONG_HOLDER if holder == HOLDER.public.did else Reason.KEY_NOT_OF_ISSUER
    assert reason(verify_shown(api, document, **ASKED)) is expected


def test_a_word_for_which_nobody_stands(api: Caller) -> None:
    own = credential(issuer=HOLDER.public.did)
    no_holder = signed(presentation(own), key=HOLDER, purpose="authentication", suite=JCS)
    assert reason(verify_shown(api, no_holder)) is Reason.PROOF_MISSING
    unsigned = presentation(own, holder=HOLDER.public.did)
    assert reason(verify_shown(api, unsigned, checks=[])) is Reason.PROOF_MISSING


def test_a_self_asserted_credential_has_dates_too(api: Caller) -> None:
    own = credential(issuer=HOLDER.public.did, validUntil=format_instant(NOW - YEAR))
    assert reason(verify_shown(api, shown(own), **ASKED)) is Reason.EXPIRED


# Envelopes inside presentations, and presentations in envelopes.


def test_an_envelope_inside(api: Caller) -> None:
    good = shown(envelope("vc+jwt", token()))
    assert warnings(verify_shown(api, good, **ASKED)) == []
    bad = shown(envelope("vc+jwt", "a.b.c"))
    assert reason(verify_shown(api, bad, **ASKED)) is Reason.BAD_JWT


def test_an_envelope_that_nobody_asked_to_open(api: Caller) -> None:
    document = presentation(envelope("vc+ld+jwt", "a.b.c"))
    assert warnings(verify_shown(api, document, checks=[])) == [
        Reason.PROOF_MISSING,
        Reason.PROOF_MISSING,
    ]


@pytest.mark.parametrize("media", ["vp+jwt", "vp+sd-jwt"])
def test_a_presentation_in_an_envelope(api: Caller, media: str) -> None:
    document = presentation(envelope("vc+jwt", token()), holder=HOLDER.public.did)
    method = verification_method(HOLDER.public.did)
    if media == "vp+jwt":
        text = vc_jwt.present(
            document, key=HOLDER, verification_method=method, nonce="nonce", audience="v.example"
        )
    else:
        text = vc_sd_jwt.present(
            document,
            key=HOLDER,
            verification_method=method,
            nonce="nonce",
            audience="v.example",
            randomness=randomness("vc-api tests"),
        )
    whole = envelope(media, text, "EnvelopedVerifiablePresentation")
    asked = {"challenge": "nonce", "domain": "v.example"}
    assert warnings(verify_shown(api, whole, **asked)) == []
    wrong = verify_shown(api, whole, challenge="other", domain="v.example")
    assert reason(wrong) is Reason.WRONG_CHALLENGE
    assert reason(verify_shown(api, {**whole, "@context": []})) is Reason.BAD_PRESENTATION


# --- The judge itself


def test_a_judgement_is_as_bad_as_its_worst_problem() -> None:
    judge = Judge(now=NOW)
    unknown = {"verificationMethod": "did:web:x.example#k"}
    one = signed(credential(issuer="did:web:x.example"), key=ISSUER, suite=JCS, **unknown)
    assert judge.credential(one, Asked()).outcome is Outcome.UNDECIDED
    assert judge.credential(issued(), Asked()).outcome is Outcome.ACCEPTED
    both = judge.presentation(shown(one, credential(issuer="did:x:y")), Asked())
    assert both.outcome is Outcome.REJECTED
    assert "document" not in repr(Judgement(document=issued()))


def test_a_did_key_has_one_key() -> None:
    did = ISSUER.public.did
    assert key_of_did_key(verification_method(did)) == ISSUER.public
    with pytest.raises(VerificationError) as found:
        key_of_did_key(f"{did}#other")
    assert found.value.reason is Reason.KEY_NOT_OF_ISSUER
