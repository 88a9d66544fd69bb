"""`amana vc issue|verify`: the files of suites that drive a command (C93)."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.cli import main
from amana.errors import InputError, VerificationError
from amana.jwk import public_jwk
from amana.keys import SecretKey
from amana.multibase import to_base64url
from amana.reasons import Reason
from amana.strict_json import JsonObject
from apps import vc
from apps._vc_keys import read_key_file
from tests.vc_api_caller import V2, credential, presentation

Files = Callable[..., Path]
ISSUER = "https://issuer.example/one"
SEED = bytes(range(32))
KEY = SecretKey(SEED)
JWK = public_jwk(KEY.public)
METHOD: JsonObject = {
    "id": f"{ISSUER}#key-4",
    "type": "JsonWebKey",
    "controller": ISSUER,
    "publicKeyJwk": {**JWK, "alg": "EdDSA", "kid": "thumb"},
    "secretKeyJwk": {**JWK, "alg": "EdDSA", "kid": "thumb", "d": to_base64url(SEED)},
}
# RFC 7515, appendix A.3: an example that everybody knows, and that protects nobody.
P256 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
D256 = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
METHOD_256: JsonObject = {
    "id": f"{ISSUER}#key-1",
    "type": "JsonWebKey",
    "controller": ISSUER,
    "publicKeyJwk": P256,
    "secretKeyJwk": {**P256, "d": D256},
}
JSON = st.none() | st.integers() | st.text(max_size=5) | st.sampled_from([P256, JWK, D256, "EC"])
P384 = {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}


class Run:
    """One command on files of its own; what it wrote, and how it ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exit = 0

    def __call__(
        self, function: str, feature: str, given: Any, key: JsonObject = METHOD, *more: str
    ) -> JsonObject:
        text = given if isinstance(given, str) else json.dumps(given)
        (self.folder / "in").write_text(text, encoding="utf-8")
        (self.folder / "key").write_text(json.dumps(key), encoding="utf-8")
        out = self.folder / "out" / "result.json"
        names = {"input": "in", "key": "key", "output": "out/result.json"}
        files = [
            word for name, at in names.items() for word in (f"--{name}", str(self.folder / at))
        ]
        self.exit = main(["vc", function, "--feature", feature, *files, *more])
        found: JsonObject = json.loads(out.read_bytes())
        assert out.stat().st_mode & 0o777 == 0o600
        assert set(found) == {"result", "data"}
        assert type(found["data"]) is str
        return found


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def subject(**more: Any) -> JsonObject:
    return credential(
        issuer=ISSUER,
        credentialSubject={
            "id": "did:example:subject",
            "https://schema.org/givenName": "Jane",
            "https://schema.org/address": {"https://schema.org/postalCode": "12345"},
            **more,
        },
    )


@pytest.mark.parametrize("key", [METHOD, METHOD_256], ids=["Ed25519", "P-256"])
@pytest.mark.parametrize("feature", ["credential_jose", "credential_sd_jwt", "credential_sdjwt"])
def test_a_credential_there_and_back(run: Run, feature: str, key: JsonObject) -> None:
    made = run("issue", feature, subject(), key)
    assert (made["result"], run.exit) == ("success", 0)
    assert ("~" in made["data"]) == ("sd" in feature)
    judged = run("verify", feature, f"\n{made['data']} \n", key)
    assert (judged["result"], run.exit) == ("success", 0)
    assert json.loads(judged["data"]) == subject()


@pytest.mark.parametrize("feature", ["presentation_jose", "presentation_sd_jwt"])
def test_a_presentation_there_and_back(run: Run, feature: str) -> None:
    """What is inside was signed by others, and is not opened."""
    inside = {
        "@context": V2,
        "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+jwt,not.opened.here",
    }
    document = presentation(inside, holder=ISSUER)
    made = run("issue", feature, document)
    assert (made["result"], run.exit) == ("success", 0)
    judged = run("verify", feature, made["data"])
    assert (judged["result"], run.exit) == ("success", 0)
    assert json.loads(judged["data"]) == document


def test_a_presentation_without_a_holder_is_the_keys(run: Run) -> None:
    made = run("issue", "presentation_jose", presentation())
    assert made["result"] == "success"
    assert run("verify", "presentation_jose", made["data"])["result"] == "success"


def test_each_claim_of_the_subject_can_be_hidden_if_nobody_says(run: Run) -> None:
    made = run("issue", "credential_sd_jwt", subject())["data"]
    jwt = made.split("~")[0]
    judged = run("verify", "credential_sd_jwt", f"{jwt}~")
    shown = json.loads(judged["data"])["credentialSubject"]
    assert shown == {"id": "did:example:subject"}
    several = {**subject(), "credentialSubject": [subject()["credentialSubject"]] * 2}
    assert len(run("issue", "credential_sd_jwt", several)["data"].split("~")) == 2 + 4


def test_claims_may_be_named(run: Run) -> None:
    document = {**subject(), "name": [{"@value": "A", "@language": "en"}, {"@value": "B"}]}
    more = ["--disclose", "name[1]", "--disclose", "credentialSubject.id"]
    made = run("issue", "credential_sd_jwt", document, METHOD, *more)["data"]
    assert len(made.split("~")) == 2 + 2
    held = run(
        "issue", "presentation_sd_jwt", presentation(id="urn:x:y"), METHOD, "--disclose", "id"
    )
    assert len(held["data"].split("~")) == 2 + 1


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("id", ("id",)),
        ("a.b[0][12].c", ("a", "b", 0, 12, "c")),
    ],
)
def test_paths(text: str, path: tuple[Any, ...]) -> None:
    assert vc.disclosure_path(text) == path


@pytest.mark.parametrize("text", ["", ".", "a.", "[0]", "a[x]", "a[-1]", "a[0", "a[9999999]"])
def test_what_is_no_path(run: Run, text: str) -> None:
    made = run("issue", "credential_sd_jwt", subject(), METHOD, f"--disclose={text}")
    assert (made, run.exit) == ({"result": "failure", "data": Reason.BAD_DISCLOSURE.value}, 10)


@pytest.mark.parametrize(
    ("feature", "document", "reason"),
    [
        ("credential_jose", "{", Reason.NOT_JSON),
        ("credential_jose", [], Reason.BAD_CREDENTIAL),
        ("presentation_jose", [], Reason.BAD_PRESENTATION),
        ("credential_jose", {**subject(), "type": []}, Reason.BAD_CREDENTIAL),
        ("credential_jose", {**subject(), "nowhere": 1}, Reason.UNKNOWN_TERM),
        ("credential_jose", {**subject(), "issuer": "did:example:other"}, Reason.KEY_NOT_OF_ISSUER),
        ("presentation_jose", presentation(subject()), Reason.BAD_PRESENTATION),
        ("presentation_jose", presentation(holder="did:example:other"), Reason.WRONG_HOLDER),
    ],
)
def test_what_is_not_issued(run: Run, feature: str, document: Any, reason: Reason) -> None:
    made = run("issue", feature, document)
    assert (made, run.exit) == ({"result": "failure", "data": reason.value}, 10)


def test_a_bad_signature(run: Run) -> None:
    made = run("issue", "credential_jose", subject())["data"]
    body, _, signature = made.rpartition(".")
    changed = f"{body}.{'A' * len(signature)}"
    judged = run("verify", "credential_jose", changed)
    assert (judged, run.exit) == ({"result": "failure", "data": Reason.BAD_SIGNATURE.value}, 10)


@pytest.mark.parametrize(
    ("feature", "given", "reason"),
    [
        ("credential_jose", "eyJ.eyJ", Reason.BAD_JWT),
        ("credential_jose", "", Reason.BAD_CREDENTIAL),
        ("credential_jose", "é", Reason.BAD_JWT),
        ("credential_jose", "a b", Reason.BAD_CREDENTIAL),
        ("presentation_sdjwt", "~", Reason.BAD_JWT),
    ],
)
def test_what_is_no_token(run: Run, feature: str, given: str, reason: Reason) -> None:
    judged = run("verify", feature, given)
    assert (judged, run.exit) == ({"result": "failure", "data": reason.value}, 10)


def test_a_token_of_the_other_kind(run: Run) -> None:
    made = run("issue", "credential_jose", subject())["data"]
    judged = run("verify", "presentation_jose", made)
    assert (judged["result"], judged["data"]) == ("failure", Reason.BAD_JWT.value)


def test_what_is_unknown_is_indeterminate(run: Run) -> None:
    """A key that is not in the file, or of a kind that nobody here uses: not false."""
    made = run("issue", "credential_jose", subject())["data"]
    other = {**METHOD, "id": f"{ISSUER}#key-9", "publicKeyJwk": JWK}
    for key, reason in (
        (other, Reason.KEY_UNKNOWN),
        ({**METHOD_256, "publicKeyJwk": P384}, Reason.KEY_KIND_UNKNOWN),
    ):
        judged = run("verify", "credential_jose", made, key)
        assert (judged, run.exit) == ({"result": "indeterminate", "data": reason.value}, 20)


def test_signing_needs_a_secret_key(run: Run) -> None:
    public = {name: value for name, value in METHOD.items() if name != "secretKeyJwk"}
    made = run("issue", "credential_jose", subject(), public)
    assert (made, run.exit) == ({"result": "failure", "data": Reason.BAD_KEY.value}, 10)
    made = run("issue", "credential_jose", subject())
    assert run("verify", "credential_jose", made["data"], public)["result"] == "success"


def test_what_is_said_aloud(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """The result, and nothing of the document."""
    run("issue", "credential_jose", subject(name="Nadège Kalemie"), METHOD, "--json")
    said = capsys.readouterr()
    assert json.loads(said.out)["result"] == "success"
    assert "Kalemie" not in said.out + said.err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["issue"],
        ["sign"],
        ["issue", "--feature", "credential_cose"],
        ["verify", "--input", "a", "--key", "b", "--feature", "credential_jose"],
    ],
)
def test_misuse(arguments: list[str]) -> None:
    assert main(["vc", *arguments]) == 64


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    words = [f"--{name}={tmp_path / name}" for name in ("input", "key", "output")]
    assert main(["vc", "verify", "--feature", "credential_jose", *words]) == 65
    assert not (tmp_path / "output").exists()


# --- Key files


def read(document: Any) -> Any:
    return read_key_file(json.dumps(document).encode())


def test_a_bare_jwk() -> None:
    bare = read({**JWK, "d": to_base64url(SEED)})
    assert bare.method_of(KEY.public.did).startswith(f"{KEY.public.did}#z6Mk")
    assert bare.key_of("did:example:x#y") == KEY.public
    with pytest.raises(InputError) as error:
        bare.method_of(ISSUER)
    assert error.value.reason is Reason.BAD_KEY
    named = read({**JWK, "kid": "one"})
    assert named.method_of(ISSUER) == f"{ISSUER}#one"
    assert named.secret is None


def test_a_bare_jwk_signs_for_its_did_key(run: Run) -> None:
    document = {**subject(), "issuer": KEY.public.did}
    secret = {**JWK, "d": to_base64url(SEED)}
    made = run("issue", "credential_jose", document, secret)
    assert made["result"] == "success"
    assert run("verify", "credential_jose", made["data"], JWK)["result"] == "success"


def test_a_key_is_used_for_its_own_method_alone() -> None:
    key = read(METHOD)
    assert key.method_of("anybody") == METHOD["id"]
    for method in (f"{ISSUER}#key-4", f"{ISSUER}#thumb"):
        assert key.key_of(method) == KEY.public
    for method in (f"{ISSUER}#key-5", "https://other.example#key-4", ISSUER):
        with pytest.raises(VerificationError) as error:
            key.key_of(method)
        assert error.value.reason is Reason.KEY_UNKNOWN


def test_only_the_secret_key_may_be_there() -> None:
    secret = {name: value for name, value in METHOD.items() if name != "publicKeyJwk"}
    assert read(secret).public == KEY.public
    renamed = {**METHOD, "privateKeyJwk": METHOD["secretKeyJwk"]}
    del renamed["secretKeyJwk"]
    assert read(renamed).secret is not None


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"publicKeyJwk": 1},
        {**METHOD, "id": 1},
        {**METHOD, "controller": None},
        {**METHOD, "secretKeyJwk": 1},
        {**METHOD, "secretKeyJwk": {**JWK, "d": 1}},
        {**METHOD, "secretKeyJwk": {**JWK, "d": "AAAA"}},
        {**METHOD, "secretKeyJwk": {**JWK, "d": to_base64url(bytes(32))}},
        {**METHOD_256, "secretKeyJwk": {**P256, "d": to_base64url(bytes(32))}},
        {**METHOD_256, "secretKeyJwk": {**P256, "d": to_base64url(SEED)}},
    ],
)
def test_what_is_no_key_file(document: Any) -> None:
    with pytest.raises(InputError) as error:
        read(document)
    assert error.value.reason is Reason.BAD_KEY


@given(
    st.binary(max_size=100)
    | st.dictionaries(st.sampled_from([*METHOD, *P256, "d", "kid"]), JSON).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_no_bytes_make_a_key_file_fail_otherwise(data: bytes) -> None:
    with suppress(InputError):
        read_key_file(data)


def test_no_secret_is_shown() -> None:
    for method in (METHOD, METHOD_256):
        shown = repr(read(method)) + repr(read(method).secret)
        assert method["secretKeyJwk"]["d"] not in shown
        assert "_key" not in shown
