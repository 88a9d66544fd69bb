"""Tokens of ours at @sd-jwt/core and @sd-jwt/sd-jwt-vc, and theirs here; nothing false passes.

Skipped only where node or its packages are not installed: `make interop` installs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from amana.errors import AmanaError
from amana.jwk import public_jwk
from amana.proofs import sd_jwt
from amana.reasons import Reason
from benchmarks.peers.digitalbazaar import Unavailable
from benchmarks.peers.sd_jwt_peer import NodeSdJwt, secret_jwk
from tests.amana_samples import NOW, refused
from tests.sd_jwt_samples import (
    ASKED,
    CLAIMS,
    HOLDER,
    ISSUER,
    METHOD,
    THIEF,
    bound,
    disclosure,
    issued,
    judge,
    judge_vc,
    read,
    rewritten,
    shown,
)

SECONDS = int(NOW.timestamp())
CNF = {"cnf": {"jwk": public_jwk(HOLDER.public)}}
PATHS = [(), (("name",),), (("address", "camp"), ("languages", 1)), (("address",), ("name",))]


@pytest.fixture(scope="module")
def peer() -> Iterator[NodeSdJwt]:
    try:
        process = NodeSdJwt()
    except Unavailable as why:
        pytest.skip(str(why))
    with process:
        process.know(ISSUER.public, HOLDER.public)
        yield process


def there(peer: NodeSdJwt, text: str, nonce: str | None = None, vc: bool = True) -> dict[str, Any]:
    return peer.ask("verify", text=text, now=SECONDS, nonce=nonce, vc=vc)


@pytest.mark.parametrize("paths", PATHS)
@pytest.mark.parametrize("vc", [True, False])
def test_ours_verifies_there(peer: NodeSdJwt, paths: Any, vc: bool) -> None:
    """Interoperability, towards others (C93)."""
    found = shown(*paths, decoys=2)
    answer = there(peer, found.text, vc=vc)
    assert (answer["verified"], answer["error"]) == (True, "")
    assert answer["claims"] == judge(found).claims
    whole = there(peer, issued(), vc=vc)
    assert whole["claims"] == {**CLAIMS, **CNF}


def test_our_answer_verifies_there(peer: NodeSdJwt) -> None:
    answer = there(peer, bound(("name",)).text, ASKED.nonce)
    assert answer["verified"], answer["error"]
    assert answer["kb"]["aud"] == ASKED.audience
    assert answer["kb"]["iat"] == SECONDS


def tampered() -> dict[str, sd_jwt.SdJwt]:
    """One edit each, none of which may pass anywhere."""
    found = bound(("name",), ("householdSize",))
    jwt = rewritten(found.jwt, lambda payload: {**payload, "exp": 2_000_000_000})
    stranger = disclosure("salt", "entitlement", "everything")
    answer = found.key_binding or ""
    flipped = answer[:-6] + ("A" if answer[-6] != "A" else "B") + answer[-5:]
    return {
        "payload": found._replace(jwt=jwt),
        "disclosure added": found._replace(disclosures=[*found.disclosures, stranger]),
        "disclosure exchanged": found._replace(disclosures=[stranger, found.disclosures[1]]),
        "disclosure taken away": found._replace(disclosures=found.disclosures[:1]),
        "answer of another": found._replace(key_binding=bound(("name",)).key_binding),
        "answer flipped": found._replace(key_binding=flipped),
        "answer stripped": found._replace(key_binding=None),
    }


@pytest.mark.parametrize("edit", tampered())
def test_ours_tampered_is_refused_there_and_here(peer: NodeSdJwt, edit: str) -> None:
    text = tampered()[edit].text
    assert not there(peer, text, ASKED.nonce)["verified"]
    assert refused(lambda: judge(text, ASKED)) in {
        Reason.BAD_SIGNATURE,
        Reason.BAD_DISCLOSURE,
        Reason.PROOF_MISSING,
    }


def test_an_answer_to_another_question_is_refused_there(peer: NodeSdJwt) -> None:
    assert not there(peer, bound(("name",)).text, "another nonce")["verified"]


FRAME: dict[str, Any] = {
    "_sd": ["name", "householdSize", "address"],
    "_sd_decoy": 2,
    "address": {"_sd": ["camp"], "zone": {"_sd": ["shelter"]}},
    "languages": {"_sd": [0, 1, 2]},
}


def theirs(peer: NodeSdJwt, *, vc: bool = True, key: Any = ISSUER) -> str:
    text: str = peer.ask(
        "issue", claims={**CLAIMS, **CNF}, frame=FRAME, jwk=secret_jwk(key), kid=METHOD, vc=vc
    )["text"]
    return text


@pytest.mark.parametrize("vc", [True, False])
def test_theirs_verifies_here(peer: NodeSdJwt, vc: bool) -> None:
    """Interoperability, from others (C93)."""
    found = judge_vc(theirs(peer, vc=vc))
    assert found.claims == {**CLAIMS, **CNF}
    assert len(found.disclosed) == 8
    assert refused(lambda: judge_vc(theirs(peer, key=THIEF))) is Reason.BAD_SIGNATURE


def test_theirs_is_shown_and_bound_here(peer: NodeSdJwt) -> None:
    part = sd_jwt.present(read(theirs(peer)), disclose=[("address", "camp"), ("languages", 2)])
    answer = sd_jwt.bind(part, key=HOLDER, binding=ASKED, now=NOW)
    said = judge(answer, ASKED)
    assert said.claims["languages"] == ["nus"]
    assert there(peer, answer.text, ASKED.nonce)["claims"] == said.claims


def answered(peer: NodeSdJwt, text: str, **said: Any) -> str:
    made: str = peer.ask(
        "present",
        text=text,
        show={"name": True, "address": {"camp": True}},
        jwk=secret_jwk(HOLDER),
        kb={"nonce": ASKED.nonce, "aud": ASKED.audience, "iat": SECONDS, **said},
    )["text"]
    return made


def test_their_answer_verifies_here(peer: NodeSdJwt) -> None:
    for text in (theirs(peer), issued()):
        said = judge(answered(peer, text), ASKED)
        assert said.holder == HOLDER.public
        assert said.claims["name"] == "Amal"
        assert said.claims["address"] == {"camp": "Kule", "zone": {"block": "C"}}
        assert said.claims["languages"] == []


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"nonce": "other"}, Reason.WRONG_CHALLENGE),
        ({"aud": "https://other.example"}, Reason.WRONG_DOMAIN),
        ({"iat": SECONDS - 86_400}, Reason.CHALLENGE_EXPIRED),
    ],
)
def test_their_answer_to_another_question_is_refused_here(
    peer: NodeSdJwt, said: dict[str, Any], reason: Reason
) -> None:
    assert refused(lambda: judge(answered(peer, issued(), **said), ASKED)) is reason


def test_theirs_tampered_is_refused_here(peer: NodeSdJwt) -> None:
    found = read(answered(peer, theirs(peer)))
    stranger = disclosure("salt", "entitlement", "everything")
    edits = [
        found._replace(jwt=rewritten(found.jwt, lambda payload: {**payload, "exp": 2_000_000_000})),
        found._replace(disclosures=[*found.disclosures, stranger]),
        found._replace(disclosures=found.disclosures[1:]),
        found._replace(key_binding=bound(("name",)).key_binding),
    ]
    for edit in edits:
        with pytest.raises(AmanaError) as caught:
            judge(edit, ASKED)
        assert caught.value.reason in {Reason.BAD_SIGNATURE, Reason.BAD_DISCLOSURE}


@pytest.mark.parametrize("form", ["flattened", "general"])
def test_their_json_forms_are_read_here(peer: NodeSdJwt, form: str) -> None:
    found = bound(("name",), ("languages", 1))
    text = peer.ask("json", text=found.text, form=form)["text"]
    assert text.startswith("{")
    assert judge(text, ASKED).claims == judge(found, ASKED).claims
