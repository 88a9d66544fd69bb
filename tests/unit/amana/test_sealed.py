"""Sealed files: what opens them, what does not, and that none of it is a crash."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from nacl.exceptions import RuntimeError as SodiumError
from nacl.pwhash import argon2id

from amana.errors import InputError
from amana.limits import Limits
from amana.reasons import Reason
from amana.sealed import (
    Cost,
    open_key_file,
    open_sealed,
    read_public,
    read_sealed_header,
    seal,
    seal_key_file,
)
from tests.amana_samples import CHEAP, PASSPHRASE, Object, key, key_file, refused
from tests.deterministic import randomness

Change = Callable[[Object], Any]


def sealed(plaintext: bytes = b"a secret", **changes: Any) -> bytes:
    given: Object = {"kind": "test", "randomness": randomness("seal"), "cost": CHEAP}
    return seal(plaintext, PASSPHRASE, **{**given, **changes})


def changed(change: Change, data: bytes | None = None) -> bytes:
    value = json.loads(data or sealed())
    change(value)
    return json.dumps(value).encode()


def opening(data: bytes, passphrase: bytes = PASSPHRASE) -> Reason:
    return refused(lambda: open_sealed(data, passphrase, kind="test"), error=InputError)


def test_round_trip_with_a_public_part() -> None:
    data = sealed(b"\0secret\xff", public={"name": "b", "n": 1})
    assert open_sealed(data, PASSPHRASE, kind="test") == (b"\0secret\xff", {"name": "b", "n": 1})
    assert read_sealed_header(data, kind="test") == {"name": "b", "n": 1}
    assert open_sealed(sealed(b""), PASSPHRASE, kind="test") == (b"", {})


def test_nothing_of_the_secret_stands_in_the_file() -> None:
    data = sealed(b"a secret of its own")
    assert b"a secret" not in data
    assert base64.b64encode(b"a secret of")[:12] not in data
    assert PASSPHRASE not in data


def test_two_files_share_no_salt_and_no_nonce() -> None:
    source = randomness("two")
    one, two = (json.loads(sealed(randomness=source)) for _ in range(2))
    assert one["kdf"]["salt"] != two["kdf"]["salt"]
    assert one["nonce"] != two["nonce"]
    assert one["sealed"] != two["sealed"]


def test_the_ordinary_cost_is_64_mib_and_three_passes() -> None:
    assert Cost() == Cost(memory=64 * 1024 * 1024, passes=3)
    header = json.loads(sealed(cost=None))
    assert (header["kdf"]["m"], header["kdf"]["t"]) == (64 * 1024, 3)


def test_a_wrong_passphrase() -> None:
    for wrong in (b"", PASSPHRASE + b" ", PASSPHRASE[:-1], PASSPHRASE.upper()):
        assert opening(sealed(), wrong) is Reason.WRONG_PASSPHRASE


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v["public"].update(name="c"),
        lambda v: v.update(more=1),
        lambda v: v["kdf"].update(t=2),
        lambda v: v["kdf"].update(m=16),
        lambda v: v["kdf"].update(salt=base64.b64encode(bytes(16)).decode()),
        lambda v: v.update(nonce=base64.b64encode(bytes(24)).decode()),
        lambda v: v.update(sealed=base64.b64encode(bytes(40)).decode()),
    ],
)
def test_every_part_is_authenticated(change: Change) -> None:
    data = changed(change, sealed(public={"name": "b"}))
    assert opening(data) is Reason.WRONG_PASSPHRASE


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v.clear(),
        lambda v: v.pop("kdf"),
        lambda v: v.pop("nonce"),
        lambda v: v.pop("sealed"),
        lambda v: v.pop("public"),
        lambda v: v.pop("version"),
        lambda v: v.pop("amana"),
        lambda v: v.update(kdf="argon2id"),
        lambda v: v.update(kdf=[]),
        lambda v: v.update(public=[]),
        lambda v: v.update(public=None),
        lambda v: v.update(version=2),
        lambda v: v.update(version="1"),
        lambda v: v.update(amana="key"),
        lambda v: v.update(sealed=5),
        lambda v: v.update(sealed="é"),
        lambda v: v.update(sealed="not base64"),
        lambda v: v.update(sealed=""),
        lambda v: v.update(sealed=base64.b64encode(bytes(15)).decode()),
        lambda v: v.update(nonce=base64.b64encode(bytes(23)).decode()),
        lambda v: v.update(nonce=None),
        lambda v: v["kdf"].update(name="scrypt"),
        lambda v: v["kdf"].update(salt=base64.b64encode(bytes(15)).decode()),
        lambda v: v["kdf"].update(salt=[]),
        lambda v: v["kdf"].update(m=7),
        lambda v: v["kdf"].update(m=2**21),
        lambda v: v["kdf"].update(m="8"),
        lambda v: v["kdf"].update(m=True),
        lambda v: v["kdf"].update(t=0),
        lambda v: v["kdf"].update(t=17),
        lambda v: v["kdf"].update(t=True),
        lambda v: v["kdf"].update(t=None),
        lambda v: v["kdf"].pop("m"),
    ],
)
def test_files_that_are_no_sealed_files(change: Change) -> None:
    """Also one cut below its tag, and one that asks for more memory than anybody has."""
    assert opening(changed(change)) is Reason.BAD_KEY_FILE


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b'{"a":1,"a":1}', b"5"])
def test_bytes_that_are_no_sealed_files(data: bytes) -> None:
    assert opening(data) is Reason.BAD_KEY_FILE


def test_a_file_that_is_too_large() -> None:
    assert opening(sealed(bytes(20_000))) is Reason.BAD_KEY_FILE
    roomy = Limits(key_file_bytes=100_000)
    data = sealed(bytes(20_000))
    assert open_sealed(data, PASSPHRASE, kind="test", limits=roomy)[0] == bytes(20_000)
    assert read_sealed_header(data, kind="test", limits=roomy) == {}


def test_the_bounds_of_the_cost_are_within_bounds() -> None:
    exact = Limits(argon2_memory_max=8192, argon2_passes_max=1)
    assert open_sealed(sealed(), PASSPHRASE, kind="test", limits=exact)[0] == b"a secret"
    for small in (Limits(argon2_memory_max=8191), Limits(argon2_passes_max=0)):
        call = partial(open_sealed, sealed(), PASSPHRASE, kind="test", limits=small)
        assert refused(call, error=InputError) is Reason.BAD_KEY_FILE


def test_key_files() -> None:
    for demo in (False, True):
        data = seal_key_file(
            key("a"), PASSPHRASE, randomness=randomness("k"), demo=demo, cost=CHEAP
        )
        opened = open_key_file(data, PASSPHRASE)
        assert (opened.secret, opened.demo) == (key("a"), demo)
        assert read_public(data) == (key("a").public, demo)
        assert key("a").seed.hex() not in repr(opened)
        assert "seed" not in repr(opened)


def test_a_key_file_is_opened_by_its_own_passphrase_only() -> None:
    found = refused(lambda: open_key_file(key_file(), b"x"), error=InputError)
    assert found is Reason.WRONG_PASSPHRASE


def test_a_key_file_with_the_public_half_of_another_key() -> None:
    data = sealed(
        key("a").seed, kind="key", public={"publicKeyMultibase": key("b").public.multikey}
    )
    assert refused(lambda: open_key_file(data, PASSPHRASE)) is Reason.BAD_KEY_FILE


def test_a_key_file_without_a_seed_in_it() -> None:
    data = sealed(b"short", kind="key", public={"publicKeyMultibase": key("b").public.multikey})
    assert refused(lambda: open_key_file(data, PASSPHRASE)) is Reason.BAD_KEY_FILE


@pytest.mark.parametrize(
    ("public", "reason"),
    [
        ({}, Reason.BAD_MULTIBASE),
        ({"publicKeyMultibase": 5}, Reason.BAD_MULTIBASE),
        ({"publicKeyMultibase": "z6Mk"}, Reason.BAD_MULTIBASE),
    ],
)
def test_a_public_half_that_is_none(public: Object, reason: Reason) -> None:
    data = sealed(b"x", kind="key", public=public)
    assert refused(lambda: read_public(data), error=InputError) is reason


def test_the_demo_mark_is_true_and_nothing_like_it() -> None:
    for value in (1, "true", [True], None):
        public = {"publicKeyMultibase": key("a").public.multikey, "demo": value}
        data = sealed(key("a").seed, kind="key", public=public)
        assert read_public(data)[1] is False
        assert open_key_file(data, PASSPHRASE).demo is False


def test_a_cost_beyond_this_device_is_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed header may ask for a GiB that a small device does not have."""

    def no_memory(*_: Any, **__: Any) -> bytes:
        raise SodiumError("no memory")

    data = sealed()
    monkeypatch.setattr(argon2id, "kdf", no_memory)
    found = refused(lambda: open_sealed(data, PASSPHRASE, kind="test"), error=InputError)
    assert found is Reason.BAD_KEY_FILE
