"""Tokens: every kind in which JOSE secures a credential or an answer is judged as others are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import schemas
from amana.did.key import verification_method
from amana.limits import LIMITS
from amana.reasons import Outcome, Reason
from tests.jose_samples import P256Key, raw_token, token
from tests.simulator import FOOD, GONE, NOW, Document, Issuer, Simulator, found, key_of, reasons
from tests.token_lab import HIDDEN, TokenSimulator, wrapped
from verifier import Tier, Verdict
from verifier.verdict import ProofShown

GOOD = (Outcome.ACCEPTED, Reason.PRESENCE_NOT_PROVEN)
PAPER = (Outcome.UNDECIDED, Reason.CREDENTIAL_ONLY)
PAST, FUTURE = int(NOW.timestamp()) - 3600, int(NOW.timestamp()) + 3600


@pytest.fixture
def sim() -> TokenSimulator:
    return TokenSimulator()


# -- credentials by themselves ----------------------------------------------------------------


@pytest.mark.parametrize(
    "shown",
    [
        lambda sim: sim.jwt(),
        lambda sim: sim.jwt(header={"typ": "application/vc+jwt"}),
        lambda sim: sim.jwt(exp=FUTURE, nbf=PAST),
        lambda sim: sim.sd_jwt(),
        lambda sim: sim.sd_jwt(unbound=True, hidden=()),
        lambda sim: sim.bind(sim.sd_jwt(), to=sim.ask()),
        lambda sim: wrapped(sim.jwt()),
        lambda sim: wrapped(sim.sd_jwt()),
    ],
    ids=[
        "jwt",
        "long type",
        "dated",
        "sd-jwt",
        "open",
        "answer to another",
        "envelope",
        "sd in it",
    ],
)
def test_a_credential_counts_as_paper_does(
    sim: TokenSimulator, shown: Callable[[TokenSimulator], str | Document]
) -> None:
    """Whoever carries it is not proved, whatever a holder once signed for others (C9)."""
    assert found(sim.judge(shown(sim))) == PAPER
    verdict = sim.judge(shown(sim), tier=Tier.REGISTERED, purpose="food")
    assert found(verdict) == (Outcome.ACCEPTED, Reason.HOLDER_NOT_PROVED)
    assert verdict.relied_on.proof is ProofShown.CREDENTIAL
    assert verdict.relied_on.issuer == sim.issuer.did
    assert verdict.relied_on.status_age == NOW - sim.issuer.listed_on
    assert verdict.shown == {"purpose": "food", "entitlement": "household", **FOOD}


@pytest.mark.parametrize("kind", ["jwt", "sd_jwt"])
@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda sim: {"key": sim.thief}, Reason.BAD_SIGNATURE),
        (lambda sim: {"header": {"kid": f"{sim.issuer.did}#key-2"}}, Reason.KEY_UNKNOWN),
        (lambda sim: {"header": {"kid": GONE}}, Reason.BAD_JWT),
        (lambda sim: {"header": {"kid": "did:web:other.example#k"}}, Reason.KEY_NOT_OF_ISSUER),
        (lambda sim: {"exp": PAST}, Reason.EXPIRED),
        (lambda sim: {"nbf": FUTURE}, None),
        (lambda sim: {"aud": "did:web:other.example"}, Reason.WRONG_DOMAIN),
        (lambda sim: {"@context": [schemas.CONTEXT]}, Reason.BAD_CREDENTIAL),
        (lambda sim: {"iss": "did:web:stranger.example"}, Reason.KEY_NOT_OF_ISSUER),
    ],
    ids=["thief", "key", "no kid", "kid", "exp", "nbf", "aud", "context", "iss"],
)
def test_what_is_wrong_with_a_credential(
    sim: TokenSimulator, kind: str, edit: Callable[[TokenSimulator], Any], reason: Reason | None
) -> None:
    """One fault, one reason, by itself and in an answer; nothing of it is shown."""
    text = getattr(sim, kind)(**edit(sim))
    expected = reason or Reason.NOT_YET_VALID
    asked = sim.ask()
    for verdict in (
        sim.judge(text, tier=Tier.REGISTERED),
        sim.judge(wrapped(text), tier=Tier.REGISTERED),
        sim.judge(sim.jwt_answer(text, to=asked), asked, tier=Tier.REGISTERED),
    ):
        assert reasons(verdict)[0] is expected
        assert not verdict.accepted
        assert verdict.relied_on.issuer is None
        assert verdict.shown == {}


def test_what_the_registry_says_counts_for_tokens(sim: TokenSimulator) -> None:
    """Status, standing, dates and schema are asked of whatever was signed (C79)."""
    text = sim.jwt()
    sim.issuer.revoked.add(4711)
    assert Reason.REVOKED in reasons(sim.judge(text))
    sim.issuer.actions = set()
    assert Reason.OUT_OF_SCOPE in reasons(sim.judge(text))
    unmarked = sim.unsigned()
    del unmarked["credentialSubject"]["selfStated"]
    assert Reason.CLAIM_UNMARKED in reasons(sim.judge(sim.jwt(unmarked)))
    sim.now = datetime(2027, 6, 1, tzinfo=UTC)
    assert Reason.EXPIRED in reasons(sim.judge(text))


@pytest.mark.parametrize("make", ["jwt", "sd_jwt"])
def test_an_issuer_whom_nobody_knows(sim: TokenSimulator, make: str) -> None:
    """Merely unknown. Of a did:key at least the signature is judged."""
    stranger = Issuer(did="did:web:stranger.example", key=key_of("stranger"))
    text = getattr(sim, make)(issuer=stranger)
    assert reasons(sim.judge(text))[0] is Reason.ISSUER_UNKNOWN
    assert sim.judge(text).outcome is Outcome.UNDECIDED
    key = key_of("nobody")
    nobody = Issuer(
        did=key.public.did, key=key, key_name=key.public.multikey, list_url="https://n.example/1"
    )
    verdict = sim.judge(getattr(sim, make)(issuer=nobody))
    assert (verdict.outcome, reasons(verdict)[0]) == (Outcome.UNDECIDED, Reason.ISSUER_UNKNOWN)
    verdict = sim.judge(getattr(sim, make)(issuer=nobody, key=sim.thief))
    assert found(verdict) == (Outcome.REJECTED, Reason.BAD_SIGNATURE)


@pytest.mark.parametrize("make", ["jwt", "sd_jwt"])
def test_an_issuer_with_a_p256_key(sim: TokenSimulator, make: str) -> None:
    """ES256 under a did:key: the signature is judged, and only the issuer is unknown."""
    key = P256Key("p256 issuer")
    nobody = Issuer(
        did=key.public.did, key_name=key.public.multikey, list_url="https://n.example/1"
    )
    verdict = sim.judge(getattr(sim, make)(issuer=nobody, key=key))
    assert (verdict.outcome, reasons(verdict)[0]) == (Outcome.UNDECIDED, Reason.ISSUER_UNKNOWN)
    verdict = sim.judge(getattr(sim, make)(issuer=nobody, key=P256Key("p256 thief")))
    assert found(verdict) == (Outcome.REJECTED, Reason.BAD_SIGNATURE)
    verdict = sim.judge(getattr(sim, make)(issuer=nobody, key=sim.thief))
    assert found(verdict) == (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


def test_an_expiry_that_only_a_doubted_clock_tells(sim: TokenSimulator) -> None:
    """No proof of falsity, for a token as little as for a credential (C64)."""
    text = sim.jwt(exp=FUTURE)
    sim.now = datetime(2032, 1, 1, tzinfo=UTC)
    verdict = sim.judge(text)
    assert reasons(verdict) == [
        Reason.CLOCK_UNTRUSTED,
        Reason.EXPIRED_BY_DOUBTED_CLOCK,
        Reason.CLAIM_MISSING,
    ]
    assert verdict.outcome is Outcome.UNDECIDED
    assert Reason.EXPIRED_BY_DOUBTED_CLOCK in reasons(sim.judge(sim.sd_jwt(exp=FUTURE)))
    asked = sim.ask()
    answer = sim.jwt_answer(text, to=asked, exp=FUTURE)
    assert Reason.EXPIRED_BY_DOUBTED_CLOCK in reasons(sim.judge(answer, asked))


# -- an SD-JWT that its holder answers with ---------------------------------------------------


def test_a_bound_sd_jwt_is_an_answer(sim: TokenSimulator) -> None:
    """The key binding is made for this very question, so the holder is proved (C11, C43)."""
    asked = sim.ask()
    verdict = sim.judge(sim.bind(sim.sd_jwt(), to=asked), asked)
    assert found(verdict) == GOOD
    assert reasons(verdict) == [Reason.PRESENCE_NOT_PROVEN]
    assert verdict.relied_on.proof is ProofShown.HOLDER
    assert verdict.shown == {"purpose": "food", "entitlement": "household", **FOOD}


def test_no_more_is_shown_than_is_asked(sim: TokenSimulator) -> None:
    """The holder keeps a claim back, and the issuer's signature still holds (C30)."""
    asked = sim.ask(claims=["children"])
    full = sim.sd_jwt()
    jwt, *disclosures, _ = full.split("~")
    assert len(disclosures) == 4
    # Of two claims and two marks, sorted alike in both: children comes first.
    kept = [text for text in disclosures if b"children" in _decoded(text)]
    assert len(kept) == 2
    verdict = sim.judge(sim.bind("~".join([jwt, *kept, ""]), to=asked), asked)
    assert found(verdict) == GOOD
    assert verdict.shown == {"purpose": "food", "entitlement": "household", "children": 2}


def _decoded(text: str) -> bytes:
    from amana.multibase import from_base64url

    return from_base64url(text)


def test_phone_clocks_never_decide(sim: TokenSimulator) -> None:
    for iat in (0, 4_000_000_000):
        asked = sim.ask()
        assert found(sim.judge(sim.bind(sim.sd_jwt(), to=asked, iat=iat), asked)) == GOOD


def test_asked_and_not_answered(sim: TokenSimulator) -> None:
    """Without the holder's signature it is paper, even where a question was asked."""
    asked = sim.ask()
    assert found(sim.judge(sim.sd_jwt(), asked)) == PAPER
    asked = sim.ask()
    verdict = sim.judge(sim.sd_jwt(), asked, tier=Tier.REGISTERED)
    assert found(verdict) == (Outcome.ACCEPTED, Reason.HOLDER_NOT_PROVED)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nonce": "another"}, Reason.WRONG_CHALLENGE),
        ({"nonce": GONE}, Reason.WRONG_CHALLENGE),
        ({"aud": "did:web:other.example"}, Reason.WRONG_DOMAIN),
        ({"aud": GONE}, Reason.WRONG_DOMAIN),
        ({"sd_hash": "AAAA"}, Reason.BAD_SIGNATURE),
        ({"key": key_of("thief")}, Reason.BAD_SIGNATURE),
    ],
)
def test_a_binding_for_something_else(
    sim: TokenSimulator, changes: dict[str, Any], reason: Reason
) -> None:
    asked = sim.ask()
    verdict = sim.judge(sim.bind(sim.sd_jwt(), to=asked, **changes), asked)
    assert found(verdict) == (Outcome.REJECTED, reason)
    assert verdict.relied_on.proof is ProofShown.CREDENTIAL


def test_a_binding_that_comes_too_late_or_twice(sim: TokenSimulator) -> None:
    """The station's own book says so: its clock is monotonic (C64)."""
    asked = sim.ask()
    answer = sim.bind(sim.sd_jwt(), to=asked)
    assert found(sim.judge(answer, asked)) == GOOD
    assert found(sim.judge(answer, asked)) == (Outcome.REJECTED, Reason.REPLAYED)
    asked = sim.ask()
    sim.clock.wait(1_000)
    verdict = sim.judge(sim.bind(sim.sd_jwt(), to=asked), asked)
    assert found(verdict) == (Outcome.UNDECIDED, Reason.CHALLENGE_EXPIRED)


def test_a_binding_by_another_than_the_subject(sim: TokenSimulator) -> None:
    """The issuer named one key and another subject: who signs is not whom it is about."""
    asked = sim.ask()
    text = sim.sd_jwt(bound_to=sim.thief)
    verdict = sim.judge(sim.bind(text, to=asked, key=sim.thief), asked)
    assert found(verdict) == (Outcome.REJECTED, Reason.WRONG_HOLDER)
    asked = sim.ask()
    verdict = sim.judge(sim.bind(sim.sd_jwt(unbound=True), to=asked), asked)
    assert found(verdict) == (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_an_sd_jwt_bound_to_a_p256_key(sim: TokenSimulator) -> None:
    key = P256Key("p256 holder")
    asked = sim.ask()
    text = sim.sd_jwt(sim.unsigned(holder=key.public.did), bound_to=key)
    assert found(sim.judge(sim.bind(text, to=asked, key=key), asked)) == GOOD


# -- SD-JWT VC --------------------------------------------------------------------------------


def test_an_sd_jwt_vc_is_judged_as_far_as_it_is_known(sim: TokenSimulator) -> None:
    """Its type has no schema here: nothing false about it, and not accepted (C93)."""
    sim.issuer.actions.add(("issue", "Profile"))
    asked = sim.ask()
    text = sim.bind(sim.dc_sd_jwt(), to=asked)
    verdict = sim.judge(text, asked, kinds=frozenset({"Profile"}))
    assert reasons(verdict) == [Reason.SCHEMA_UNKNOWN, Reason.PRESENCE_NOT_PROVEN]
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.relied_on.issuer == sim.issuer.did
    assert verdict.relied_on.proof is ProofShown.HOLDER


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": PAST}, Reason.EXPIRED),
        ({"nbf": FUTURE, "exp": FUTURE + 5}, Reason.NOT_YET_VALID),
        ({"nbf": GONE, "iat": FUTURE}, Reason.NOT_YET_VALID),
        ({"nbf": GONE, "iat": "yesterday"}, Reason.BAD_DATE),
        ({"exp": 10**15}, Reason.BAD_DATE),
        ({"nbf": GONE, "iat": -(10**14)}, Reason.BAD_DATE),
        ({"nbf": GONE, "exp": GONE}, Reason.ISSUER_NOT_YET_GRANTED),
        ({"status": {"status_list": {"idx": 1, "uri": "https://a.example"}}}, None),
        ({"iss": GONE}, Reason.ISSUER_UNKNOWN),
        ({"iss": "did:web:other.example"}, Reason.KEY_NOT_OF_ISSUER),
        ({"vct": ""}, Reason.BAD_SD_JWT),
        ({"purpose": "cash"}, Reason.WRONG_PURPOSE),
    ],
)
def test_what_is_found_of_an_sd_jwt_vc(
    sim: TokenSimulator, claims: dict[str, Any], reason: Reason | None
) -> None:
    sim.issuer.actions.add(("issue", "Profile"))
    text = _dc(sim, claims)
    verdict = sim.judge(text, kinds=frozenset({"Profile"}), purpose="food")
    assert not verdict.accepted
    if reason is None:
        assert Reason.STATUS_LIST_MISSING in reasons(verdict)
    elif reason is Reason.ISSUER_NOT_YET_GRANTED:
        assert Reason.ISSUER_NOT_YET_GRANTED not in reasons(verdict)
        assert reasons(verdict)[0] is Reason.SCHEMA_UNKNOWN
    else:
        assert reason in reasons(verdict)


def _dc(sim: TokenSimulator, claims: dict[str, Any]) -> str:
    return sim.dc_sd_jwt(**claims)


def test_an_sd_jwt_vc_of_a_thief(sim: TokenSimulator) -> None:
    sim.issuer.actions.add(("issue", "Profile"))
    asked = sim.ask()
    text = sim.bind(sim.dc_sd_jwt(), to=asked, key=sim.thief)
    verdict = sim.judge(text, asked, kinds=frozenset({"Profile"}))
    assert found(verdict) == (Outcome.REJECTED, Reason.BAD_SIGNATURE)
    assert verdict.shown == {}


def test_an_sd_jwt_vc_has_no_place_in_a_presentation_of_the_data_model(
    sim: TokenSimulator,
) -> None:
    asked = sim.ask()
    inside = wrapped(sim.dc_sd_jwt(), id=f"data:application/dc+sd-jwt,{sim.dc_sd_jwt()}")
    verdict = sim.judge(sim.present(inside, to=asked), asked)
    assert found(verdict) == (Outcome.UNDECIDED, Reason.UNKNOWN_KIND)


# -- answers in JOSE --------------------------------------------------------------------------


@pytest.mark.parametrize("sd", [False, True], ids=["vp+jwt", "vp+sd-jwt"])
@pytest.mark.parametrize("make", ["jwt", "sd_jwt"])
def test_an_answer_in_jose(sim: TokenSimulator, make: str, *, sd: bool) -> None:
    """Holder, nonce and audience are signed; the credential is another token inside (C11, C93)."""
    for form in (str, lambda text: wrapped(text, kind="vp+sd-jwt" if sd else "vp+jwt")):
        asked = sim.ask()
        text = sim.jwt_answer(getattr(sim, make)(), to=asked, sd=sd)
        verdict = sim.judge(form(text), asked)
        assert found(verdict) == GOOD
        assert reasons(verdict) == [Reason.PRESENCE_NOT_PROVEN]
        assert verdict.relied_on.proof is ProofShown.HOLDER
        assert verdict.relied_on.issuer == sim.issuer.did
        assert verdict.shown == {"purpose": "food", "entitlement": "household", **FOOD}


def test_an_answer_of_a_p256_holder(sim: TokenSimulator) -> None:
    key = P256Key("p256 holder")
    text = sim.jwt(sim.unsigned(holder=key.public.did))
    asked = sim.ask()
    assert found(sim.judge(sim.jwt_answer(text, to=asked, key=key), asked)) == GOOD


def test_an_answer_that_does_not_name_its_holder(sim: TokenSimulator) -> None:
    asked = sim.ask()
    assert found(sim.judge(sim.jwt_answer(sim.jwt(), to=asked, holder=GONE), asked)) == GOOD
    asked = sim.ask()
    named = {"id": sim.holder.public.did}
    assert found(sim.judge(sim.jwt_answer(sim.jwt(), to=asked, holder=named), asked)) == GOOD


@pytest.mark.parametrize("sd", [False, True], ids=["vp+jwt", "vp+sd-jwt"])
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nonce": "another"}, Reason.WRONG_CHALLENGE),
        ({"nonce": GONE}, Reason.WRONG_CHALLENGE),
        ({"aud": "did:web:other.example"}, Reason.WRONG_DOMAIN),
        ({"aud": GONE}, Reason.WRONG_DOMAIN),
        ({"key": key_of("thief")}, Reason.WRONG_HOLDER),
        ({"holder": key_of("thief").public.did}, Reason.WRONG_HOLDER),
        ({"header": {"kid": f"{key_of('holder').public.did}#key-1"}}, Reason.WRONG_HOLDER),
        ({"header": {"kid": "did:web:a.example#k"}, "holder": GONE}, Reason.BAD_DID),
        ({"exp": PAST}, Reason.EXPIRED),
        ({"type": ["Other"]}, Reason.BAD_PRESENTATION),
        ({"verifiableCredential": [{}]}, Reason.BAD_PRESENTATION),
    ],
)
def test_what_is_wrong_with_an_answer(
    sim: TokenSimulator, changes: dict[str, Any], reason: Reason, *, sd: bool
) -> None:
    asked = sim.ask()
    text = sim.jwt_answer(sim.jwt(), to=asked, sd=sd, **changes)
    verdict = sim.judge(text, asked)
    assert (verdict.outcome, verdict.shown) == (Outcome.REJECTED, {})
    assert reason in reasons(verdict)
    assert verdict.relied_on.proof is ProofShown.CREDENTIAL


def test_an_answer_in_jose_late_or_twice(sim: TokenSimulator) -> None:
    asked = sim.ask()
    answer = sim.jwt_answer(sim.jwt(), to=asked)
    assert found(sim.judge(answer, asked)) == GOOD
    assert found(sim.judge(answer, asked)) == (Outcome.REJECTED, Reason.REPLAYED)
    asked = sim.ask()
    answer = sim.jwt_answer(sim.jwt(), to=asked)
    sim.clock.wait(1_000)
    assert found(sim.judge(answer, asked)) == (Outcome.UNDECIDED, Reason.CHALLENGE_EXPIRED)


def test_an_answer_in_jose_that_nobody_asked_for(sim: TokenSimulator) -> None:
    """It names whom it is for, and nobody here is that (RFC 7519, section 4.1.3)."""
    asked = sim.ask()
    verdict = sim.judge(sim.jwt_answer(sim.jwt(), to=asked))
    assert found(verdict) == (Outcome.REJECTED, Reason.WRONG_DOMAIN)
    verdict = sim.judge(sim.jwt_answer(sim.jwt(), to=asked, aud=GONE))
    assert found(verdict) == PAPER


def test_an_answer_without_a_credential(sim: TokenSimulator) -> None:
    asked = sim.ask()
    verdict = sim.judge(sim.jwt_answer(to=asked), asked)
    assert found(verdict) == (Outcome.UNDECIDED, Reason.CLAIM_MISSING)


# -- what is no such token --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "outcome", "reason"),
    [
        (token({}, typ="JWT"), Outcome.REJECTED, Reason.BAD_JWT),
        (token({}, typ=None), Outcome.REJECTED, Reason.BAD_JWT),
        (token({}, typ="kb+jwt"), Outcome.REJECTED, Reason.BAD_JWT),
        (token({}, alg="none"), Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN),
        (token({}, alg="HS256"), Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN),
        (token({}, alg="RS256"), Outcome.UNDECIDED, Reason.UNKNOWN_CRYPTOSUITE),
        (token({}, crit=["x"]), Outcome.REJECTED, Reason.BAD_JWT),
        (token({}, typ="vc+sd-jwt"), Outcome.REJECTED, Reason.BAD_SD_JWT),
        (token({}, typ="dc+sd-jwt"), Outcome.REJECTED, Reason.BAD_SD_JWT),
        (token({}, typ="vp+sd-jwt"), Outcome.REJECTED, Reason.BAD_SD_JWT),
        (token({}, typ="vp+sd-jwt") + "~~", Outcome.REJECTED, Reason.BAD_SD_JWT),
        (token({}, typ="vc+jwt") + "~", Outcome.REJECTED, Reason.BAD_JWT),
        (token({}).replace(".", "..", 1), Outcome.REJECTED, Reason.BAD_JWT),
        (token({}, typ="vc+sd-jwt").replace(".", "", 1), Outcome.REJECTED, Reason.BAD_JWT),
        (token({}).partition(".")[0], Outcome.REJECTED, Reason.BAD_JWT),
        (raw_token('{"alg":"EdDSA","alg":"EdDSA"}', "{}"), Outcome.REJECTED, Reason.DUPLICATE_KEY),
        ("eyJ", Outcome.REJECTED, Reason.BAD_JWT),
        ("eyJ~", Outcome.REJECTED, Reason.BAD_JWT),
        ("eyJ\u00e9", Outcome.REJECTED, Reason.BAD_JWT),
        ("eyJ" + "A" * LIMITS.sd_jwt_chars, Outcome.REJECTED, Reason.TOO_LARGE),
        ("eyJ" + "A" * 2_001, Outcome.REJECTED, Reason.NOT_JSON),
    ],
)
def test_no_token_of_ours(
    sim: TokenSimulator, shown: str, outcome: Outcome, reason: Reason
) -> None:
    """Asked for or not, as text or in an envelope: a reason, never a traceback (C93)."""
    verdict = sim.judge(shown)
    assert reasons(verdict)[0] is reason
    assert verdict.outcome is outcome
    assert reasons(sim.judge(shown, sim.ask()))[0] is reason


@pytest.mark.parametrize("size", [900, 1_024, 1_025, 5_000])
def test_headers_of_every_length(sim: TokenSimulator, size: int) -> None:
    """What is remembered of headers changes nothing about what is found."""
    text = sim.jwt(header={"x": "a" * size})
    for _ in range(2):
        assert found(sim.judge(text)) == PAPER
    assert found(sim.judge(sim.jwt(header={"x": "a" * size, "typ": "JWT"}))) == (
        Outcome.REJECTED,
        Reason.BAD_JWT,
    )


@pytest.mark.parametrize(
    ("url", "outcome", "reason"),
    [
        ("data:application/vc+cose;base64,0oQ", Outcome.UNDECIDED, Reason.UNKNOWN_CRYPTOSUITE),
        ("data:application/vc+jwt;base64,ZXlK", Outcome.UNDECIDED, Reason.UNKNOWN_CRYPTOSUITE),
        ("data:text/plain,{token}", Outcome.UNDECIDED, Reason.UNKNOWN_CRYPTOSUITE),
        ("data:application/vc+sd-jwt,{token}", Outcome.REJECTED, Reason.BAD_JWT),
        ("data:application/vp+jwt,{token}", Outcome.REJECTED, Reason.BAD_JWT),
        ("data:application/vc+jwt,e.AAAA", Outcome.REJECTED, Reason.BAD_JWT),
        ("https://a.example/token", Outcome.REJECTED, Reason.BAD_CREDENTIAL),
    ],
)
def test_envelopes_of_another_kind(
    sim: TokenSimulator, url: str, outcome: Outcome, reason: Reason
) -> None:
    """What a media type means and we can't judge is unknown; a false one is false (C93)."""
    envelope = wrapped(sim.jwt(), id=url.replace("{token}", sim.jwt()))
    verdict = sim.judge(envelope, tier=Tier.REGISTERED)
    assert found(verdict) == (outcome, reason)
    asked = sim.ask()
    verdict = sim.judge(sim.present(envelope, to=asked), asked)
    assert found(verdict) == (outcome, reason)
    assert verdict.shown == {}


# -- envelopes in a presentation with a proof of its own --------------------------------------


def test_envelopes_in_a_signed_presentation(sim: TokenSimulator) -> None:
    for text in (sim.jwt(), sim.sd_jwt()):
        asked = sim.ask()
        verdict = sim.judge(sim.present(wrapped(text), to=asked), asked)
        assert found(verdict) == GOOD
        assert verdict.shown["householdSize"] == 4


def test_an_envelope_and_a_credential_in_one_answer(sim: TokenSimulator) -> None:
    asked = sim.ask()
    answer = sim.present(sim.credential(), wrapped(sim.jwt()), to=asked)
    assert found(sim.judge(answer, asked, credentials_max=2)) == GOOD
    asked = sim.ask()
    answer = sim.present(sim.credential(), wrapped(sim.jwt(key=sim.thief)), to=asked)
    verdict = sim.judge(answer, asked, credentials_max=2)
    assert found(verdict) == (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_an_envelope_about_somebody_else(sim: TokenSimulator) -> None:
    asked = sim.ask()
    answer = sim.present(wrapped(sim.jwt()), to=asked, key=sim.thief)
    assert found(sim.judge(answer, asked)) == (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_a_binding_inside_an_envelope_was_made_for_others(sim: TokenSimulator) -> None:
    asked = sim.ask()
    text = sim.bind(sim.sd_jwt(), to=asked)
    verdict = sim.judge(sim.present(wrapped(text), to=asked), asked)
    assert found(verdict) == (Outcome.UNDECIDED, Reason.CHALLENGE_UNKNOWN)


def test_what_can_not_be_hidden(sim: TokenSimulator) -> None:
    """An issuer that hides a mark and not its claim has written no credential of ours."""
    asked = sim.ask()
    jwt = sim.sd_jwt(hidden=HIDDEN[2:]).partition("~")[0]
    verdict = sim.judge(sim.bind(f"{jwt}~", to=asked), asked)
    assert verdict.outcome is Outcome.REJECTED
    assert {Reason.SCHEMA_VIOLATION, Reason.CLAIM_UNMARKED} & set(reasons(verdict))


def test_the_simulator_signs_alike(sim: TokenSimulator) -> None:
    """Token or not, the verdict is the same but for what it was proved with."""

    def ages(verdict: Verdict) -> tuple[timedelta | None, timedelta | None]:
        return verdict.relied_on.registry_age, verdict.relied_on.status_age

    plain: Simulator = sim
    asked = sim.ask()
    token_verdict = sim.judge(sim.jwt_answer(sim.jwt(), to=asked), asked)
    assert plain.answer(sim.credential()) == token_verdict
    assert ages(token_verdict) == (NOW - sim.published, NOW - sim.issuer.listed_on)
    assert sim.holder.public.did == verification_method(sim.holder.public.did).partition("#")[0]
