"""A member's key in a token that somebody else wrote: SoftHSM, through its own library."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pkcs11 as library
import pytest
from pkcs11 import Attribute, ObjectClass

from amana.errors import InputError
from amana.reasons import Reason
from trust_registry import pkcs11
from trust_registry.pkcs11 import Pkcs11Signer, read_address
from trust_registry.signers import open_signer

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
URI = f"pkcs11:token=circle;object=signing;id=%01?module-path={MODULE}"

pytestmark = pytest.mark.skipif(
    not Path(MODULE).exists() or shutil.which("softhsm2-util") is None,
    reason="SoftHSM is not installed here (apt install softhsm2)",
)


def pin() -> bytes:
    return b"567890"


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two tokens of one name's making, in a folder that goes with the tests."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    for label in ("circle", "other"):
        subprocess.run(
            f"softhsm2-util --init-token --free --label {label} --so-pin 1234 --pin 567890".split(),
            check=True,
            capture_output=True,
        )
    yield folder / "tokens"
    library.unload(MODULE)
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture(scope="module")
def made(tokens: Path) -> Pkcs11Signer:
    return pkcs11.make_key(read_address(URI), pin)


def refused(reference: str, secret: bytes = b"567890") -> Reason:
    with pytest.raises(InputError) as caught:
        open_signer(reference, lambda: secret)
    return caught.value.reason


def test_a_key_of_the_token_signs(made: Pkcs11Signer) -> None:
    """C112: signed in the token, checked outside of it."""
    by_label = open_signer(URI.replace(";id=%01", ""), pin)
    by_id = open_signer(URI.replace(";object=signing", ""), pin)
    for opened in (made, by_label, by_id):
        opened.public.verify(b"a version", opened.sign(b"a version"))
    assert by_label.public == by_id.public == made.public


def test_the_token_never_gives_the_key_out(made: Pkcs11Signer) -> None:
    assert not made.extractable
    token = library.lib(MODULE).get_token(token_label="circle")
    with token.open(user_pin="567890") as session:
        key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label="signing")
        assert key[Attribute.NEVER_EXTRACTABLE]
        with pytest.raises(library.AttributeSensitive):
            key[Attribute.VALUE]


def test_what_does_not_fit_is_told_apart(made: Pkcs11Signer) -> None:
    assert refused(URI, b"000000") is Reason.WRONG_PASSPHRASE
    assert refused(URI, b"") is Reason.WRONG_PASSPHRASE
    assert refused(URI.replace("circle", "nobody")) is Reason.NO_SUCH_TOKEN
    assert refused(URI.replace("softhsm2.so", "nothing.so")) is Reason.NO_SUCH_TOKEN
    assert refused(URI.replace("signing", "nothing")) is Reason.NO_SUCH_KEY
    assert refused(URI.replace("circle", "other")) is Reason.NO_SUCH_KEY
    with pytest.raises(InputError) as caught:
        pkcs11.make_key(read_address(URI), pin)
    assert caught.value.reason is Reason.WOULD_OVERWRITE
    assert len(made.sign(b"still here")) == 64


def test_a_token_that_was_taken_away(made: Pkcs11Signer, tokens: Path) -> None:
    hidden = tokens.rename(tokens.with_name("taken"))
    try:
        with pytest.raises(InputError) as caught:
            made.sign(b"x")
        assert caught.value.reason in (Reason.NO_SUCH_TOKEN, Reason.TOKEN_FAILED)
    finally:
        hidden.rename(tokens)
