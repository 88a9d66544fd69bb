"""SD-JWT VC: its type, what must stay open, whose key it is, and the rules of its type (C93)."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from amana.errors import InputError, VerificationError
from amana.limits import LIMITS
from amana.proofs import sd_jwt_vc
from amana.proofs.jose import sign_jws
from amana.reasons import Outcome, Reason
from amana.token_status import StatusReference, read_status_claim
from tests.amana_samples import refused
from tests.deterministic import randomness
from tests.sd_jwt_samples import (
    ASKED,
    CLAIMS,
    HIDDEN,
    HOLDER,
    ISSUER,
    METHOD,
    THIEF,
    VCT,
    bound,
    disclosure,
    hashed,
    issued,
    judge_vc,
    made,
    shown,
)

BASE = "https://amana.example/vct/base"


def issue(claims: Any = CLAIMS, hidden: Any = HIDDEN, method: str = METHOD) -> str:
    return sd_jwt_vc.issue(
        claims,
        key=ISSUER,
        verification_method=method,
        disclosable=hidden,
        holder=HOLDER.public,
        randomness=randomness("salts"),
    )


def why(text: str, **more: Any) -> Reason:
    return refused(lambda: judge_vc(text, **more))


def test_issue_and_verify() -> None:
    assert issue() == issued()
    found = judge_vc(issue())
    assert (found.issuer, found.verification_method) == (ISSUER.public.did, METHOD)
    assert found.vct == VCT
    assert found.claims["name"] == "Amal"
    assert ("name",) in found.disclosed
    assert found.holder is None
    assert "Amal" not in repr(found)


def test_with_key_binding() -> None:
    assert judge_vc(bound(("name",)).text, ASKED).holder == HOLDER.public
    assert why(shown().text, binding=ASKED) is Reason.PROOF_MISSING


def test_status_is_handed_out() -> None:
    status: dict[str, Any] = {"status_list": {"idx": 12, "uri": "https://aid.example/status/1"}}
    found = judge_vc(issue({**CLAIMS, "status": status}))
    assert read_status_claim(found.claims) == StatusReference(status["status_list"]["uri"], 12)


def test_the_older_name_is_read() -> None:
    """The draft asks verifiers to take both for a while."""
    assert judge_vc(made(CLAIMS, typ="vc+sd-jwt")).vct == VCT
    assert judge_vc(made(CLAIMS, typ="application/DC+SD-JWT")).vct == VCT
    mixed = {**CLAIMS, "@context": ["https://www.w3.org/ns/credentials/v2"]}
    assert why(made(mixed, typ="vc+sd-jwt")) is Reason.BAD_SD_JWT
    assert judge_vc(made(mixed)).vct == VCT


@pytest.mark.parametrize("typ", ["sd-jwt", "jwt", "vc+jwt", "kb+jwt", ""])
def test_other_types_are_refused(typ: str) -> None:
    assert why(made(CLAIMS, typ=typ)) is Reason.BAD_JWT


@pytest.mark.parametrize("vct", [None, "", 5, [VCT], ...])
def test_a_credential_has_a_type(vct: Any) -> None:
    claims = {**CLAIMS, "vct": vct}
    if vct is ...:
        del claims["vct"]
    assert why(made(claims)) is Reason.BAD_SD_JWT
    assert refused(lambda: issue(claims), error=InputError) is Reason.BAD_SD_JWT


def test_what_must_stay_open() -> None:
    for name in ("status", "vct#integrity"):
        claims = {**CLAIMS, name: {"a": 1}}
        for path in ((name,), (name, "a")):
            call = lambda claims=claims, path=path: issue(claims, [path])  # noqa: E731
            assert refused(call, error=InputError) is Reason.BAD_DISCLOSURE
    hides = disclosure("salt", "status", {})
    text = made({**CLAIMS, "_sd": [hashed(hides)]}, hides)
    assert why(text) is Reason.BAD_DISCLOSURE


def test_whose_key_it_is() -> None:
    def signed(claims: Any, **header: Any) -> str:
        written = json.dumps(claims).encode()
        return sign_jws(written, key=ISSUER, header={"typ": "dc+sd-jwt", **header}) + "~"

    nobody = {name: value for name, value in CLAIMS.items() if name != "iss"}
    assert why(signed(nobody, kid=METHOD)) is Reason.ISSUER_UNKNOWN
    assert why(signed({**CLAIMS, "iss": 5}, kid=METHOD)) is Reason.BAD_SD_JWT
    assert why(signed({**CLAIMS, "iss": THIEF.public.did}, kid=METHOD)) is Reason.KEY_NOT_OF_ISSUER
    assert why(signed({**CLAIMS, "iss": "https://a.example"})) is Reason.KEY_UNKNOWN
    assert why(signed(CLAIMS, kid=5)) is Reason.BAD_JWT
    bare = METHOD.partition("#")[2]
    assert judge_vc(signed(CLAIMS, kid=bare)).verification_method == METHOD
    assert refused(lambda: issue(method="did:web:a.example#key-1")) is Reason.KEY_NOT_OF_ISSUER


# --- Type metadata -------------------------------------------------------------------------------


def rule(*path: Any, **more: Any) -> dict[str, Any]:
    return {"path": list(path), **more}


def metadata(*claims: Any, vct: str = VCT, **more: Any) -> dict[str, bytes]:
    return {vct: json.dumps({"vct": vct, "claims": list(claims), **more}).encode()}


def integrity(data: bytes, name: str = "sha256") -> str:
    return f"{name}-{base64.b64encode(hashlib.new(name, data).digest()).decode()}"


RULES = (
    rule("name", sd="always"),
    rule("address", "camp", sd="always", display=[{"locale": "en", "label": "Camp"}]),
    rule("address", "zone", "block", sd="never", mandatory=True),
    rule("languages", None, sd="always"),
    rule("vct", sd="never", mandatory=True),
    rule("householdSize", mandatory=True),
    rule("shoeSize", sd="allowed"),
    rule("languages", 0, sd="never"),
)


def test_a_credential_keeps_to_the_rules_of_its_type() -> None:
    for text in (issue(), shown().text, shown(("address", "camp"), ("languages", 2)).text):
        assert judge_vc(text, metadata=metadata(*RULES)).vct == VCT


@pytest.mark.parametrize(
    "broken",
    [
        rule("exp", sd="always"),
        rule("address", "zone", sd="always"),
        rule("name", sd="never"),
        rule("languages", None, sd="never"),
        rule("language", sd="never", mandatory=True),
        rule("address", "zone", "shoeSize", sd="never", mandatory=True),
    ],
)
def test_a_credential_that_breaks_a_rule(broken: dict[str, Any]) -> None:
    call = lambda: judge_vc(issue(), metadata=metadata(*RULES[4:], broken))  # noqa: E731
    assert refused(call, error=VerificationError) is Reason.SCHEMA_VIOLATION


def test_what_is_hidden_breaks_no_rule() -> None:
    hidden = rule("address", "zone", "shoeSize", sd="never", mandatory=True)
    assert judge_vc(shown().text, metadata=metadata(hidden)).vct == VCT


def test_metadata_is_bound_by_its_digest() -> None:
    """By the strongest hash of those that are named (Subresource Integrity, 3.3.5)."""
    documents = metadata(*RULES)
    data = documents[VCT]
    for value in (integrity(data), integrity(data, "sha512"), f"{integrity(data)} sha999-AA=="):
        text = issue({**CLAIMS, "vct#integrity": value})
        assert judge_vc(text, metadata=documents).vct == VCT
        other = {VCT: data + b" "}
        assert why(text, metadata=other) is Reason.RESOURCE_MISMATCH
    assert why(issue({**CLAIMS, "vct#integrity": 5}), metadata=documents) is Reason.BAD_CREDENTIAL


def test_metadata_that_is_not_at_hand() -> None:
    reason = why(issue(), metadata={})
    assert reason is Reason.SCHEMA_UNKNOWN
    assert reason.outcome is Outcome.UNDECIDED
    extending = metadata(extends=BASE)
    assert why(issue(), metadata=extending) is Reason.SCHEMA_UNKNOWN


def test_a_type_that_extends_another() -> None:
    base = metadata(rule("name", sd="always"), rule("exp"), vct=BASE)
    child = {"extends": BASE, "extends#integrity": integrity(base[BASE])}

    def judged(*claims: Any) -> Reason | None:
        documents = {**base, **metadata(*claims, **child)}
        try:
            judge_vc(issue(), metadata=documents)
        except (InputError, VerificationError) as error:
            return error.reason
        return None

    assert judged() is None
    assert judged(rule("name", display=[])) is None
    assert judged(rule("exp", sd="never", mandatory=True)) is None
    assert judged(rule("name", sd="never")) is Reason.BAD_TYPE_METADATA
    assert judged(rule("name", sd="allowed")) is Reason.BAD_TYPE_METADATA
    assert judged(rule("exp", sd="always")) is Reason.SCHEMA_VIOLATION
    child["extends#integrity"] = integrity(b"another document")
    assert judged() is Reason.RESOURCE_MISMATCH


def test_a_type_may_not_free_what_is_mandatory() -> None:
    documents = {
        **metadata(rule("name", mandatory=True), vct=BASE),
        **metadata(rule("name", mandatory=False), extends=BASE),
    }
    assert why(issue(), metadata=documents) is Reason.BAD_TYPE_METADATA


def test_types_that_extend_one_another_without_end() -> None:
    circle = {**metadata(extends=BASE), **metadata(vct=BASE, extends=VCT)}
    assert why(issue(), metadata=circle) is Reason.BAD_TYPE_METADATA
    assert why(issue(), metadata=metadata(extends=VCT)) is Reason.BAD_TYPE_METADATA
    names = [VCT, *(f"{BASE}/{number}" for number in range(LIMITS.type_metadata_documents))]
    long = {}
    for name, after in zip(names, [*names[1:], None], strict=True):
        long.update(metadata(vct=name, **({"extends": after} if after else {})))
    assert why(issue(), metadata=long) is Reason.BAD_TYPE_METADATA
    del long[names[-1]]
    long.update(metadata(vct=names[-2]))
    assert judge_vc(issue(), metadata=long).vct == VCT


NO_CLAIMS: list[Any] = [
    {},
    None,
    [1],
    [{}],
    [{"path": []}],
    [{"path": "name"}],
    [{"path": [1.5]}],
    [{"path": [-1]}],
    [{"path": [True]}],
    [{"path": [["name"]]}],
    [{"path": ["a"] * (LIMITS.json_depth + 1)}],
    [{"path": ["a"], "sd": "perhaps"}],
    [{"path": ["a"], "sd": None}],
    [{"path": ["a"], "sd": ["never"]}],
    [{"path": ["a"], "mandatory": 1}],
    [{"path": ["a"]}, {"path": ["a"]}],
    [{"path": ["a", n]} for n in range(LIMITS.type_metadata_claims + 1)],
]


@pytest.mark.parametrize("claims", NO_CLAIMS)
def test_metadata_whose_claims_are_none(claims: Any) -> None:
    document = json.dumps({"vct": VCT, "claims": claims}).encode()
    assert why(issue(), metadata={VCT: document}) is Reason.BAD_TYPE_METADATA


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"[]", Reason.BAD_TYPE_METADATA),
        (b'{"vct":"another"}', Reason.RESOURCE_MISMATCH),
        (b"{}", Reason.RESOURCE_MISMATCH),
        (metadata(extends=5)[VCT], Reason.BAD_TYPE_METADATA),
        (metadata(extends=[BASE])[VCT], Reason.BAD_TYPE_METADATA),
    ],
)
def test_metadata_that_is_none(document: bytes, reason: Reason) -> None:
    assert why(issue(), metadata={VCT: document}) is reason
