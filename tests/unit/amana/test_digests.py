"""Related resources: whether a file is the one that an issuer meant (VC Data Model 2.0, 5.3)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import partial
from typing import Any

import pytest

from amana.digests import check_resource, check_resources, read_digests
from amana.errors import InputError, VerificationError
from amana.multibase import encode_base58, encode_base64url
from amana.reasons import Reason
from tests.amana_samples import Object, refused

DATA = b"test"
CODES = {"sha256": b"\x12\x20", "sha384": b"\x20\x30", "sha512": b"\x13\x40"}


def raw(algorithm: str, data: bytes = DATA) -> bytes:
    return hashlib.new(algorithm, data).digest()


def sri(algorithm: str, data: bytes = DATA) -> str:
    return f"{algorithm}-{b64encode(raw(algorithm, data)).decode()}"


def multihash(algorithm: str, data: bytes = DATA) -> str:
    return encode_base64url(CODES[algorithm] + raw(algorithm, data))


def test_known_digests_of_a_known_file() -> None:
    """Digests that others computed: of the four letters `test`, by SHA-256."""
    check_resource({"digestSRI": "sha256-n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="}, DATA)
    check_resource({"digestMultibase": "uEiCfhtCBiEx9ZZov6qDFWtAVo79PGysLgizRXWwVsPAKCA"}, DATA)


@pytest.mark.parametrize("algorithm", CODES)
def test_every_hash_in_every_form(algorithm: str) -> None:
    for resource in (
        {"digestSRI": sri(algorithm)},
        {"digestSRI": sri(algorithm).rstrip("=")},
        {"digestSRI": sri(algorithm).replace("+", "-").replace("/", "_")},
        {"digestSRI": sri(algorithm) + "?ct=text/plain"},
        {"digestMultibase": multihash(algorithm)},
        {"digestMultibase": encode_base58(CODES[algorithm] + raw(algorithm))},
        {"digestMultibase": encode_base64url(raw(algorithm))},
        {"digestMultibase": [multihash(algorithm), multihash("sha256")]},
        {"digestSRI": sri(algorithm), "digestMultibase": multihash(algorithm)},
    ):
        check_resource(resource, DATA)
        call = partial(check_resource, resource, DATA + b"!")
        assert refused(call, error=VerificationError) is Reason.RESOURCE_MISMATCH


def test_of_integrity_values_the_strongest_counts() -> None:
    """Subresource Integrity, section 3.3.3: a weaker hash that fits saves nothing."""
    check_resource({"digestSRI": f"md5-AAAA {sri('sha512')} {sri('sha256', b'other')}"}, DATA)
    check_resource({"digestSRI": f"{sri('sha384', b'other')}  {sri('sha384')}"}, DATA)
    for value in (f"{sri('sha256')} {sri('sha512', b'other')}", sri("sha256", b"other")):
        call = partial(check_resource, {"digestSRI": value}, DATA)
        assert refused(call) is Reason.RESOURCE_MISMATCH


def test_both_kinds_of_digest_have_to_fit() -> None:
    for resource in (
        {"digestSRI": sri("sha256", b"other"), "digestMultibase": multihash("sha256")},
        {"digestSRI": sri("sha256"), "digestMultibase": multihash("sha256", b"other")},
        {"digestMultibase": [multihash("sha256"), multihash("sha512", b"other")]},
    ):
        assert refused(partial(check_resource, resource, DATA)) is Reason.RESOURCE_MISMATCH


@pytest.mark.parametrize(
    "value",
    [
        "sha256-ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356",  # hexadecimal
        "sha256-MIwhzJyufmsjiGS1qP0waCmFb0gKa5ZGBI0ZZtfQo9Ls=",
        "sha256-AAAA",
        "sha256-AAAAA",  # no whole number of bytes
    ],
)
def test_a_digest_of_a_wrong_size_is_one_that_nothing_fits(value: str) -> None:
    resource = {"digestSRI": value}
    assert len(read_digests(resource)[0]) == 1
    assert refused(partial(check_resource, resource, DATA)) is Reason.RESOURCE_MISMATCH


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"digest": sri("sha256")},
        {"digestSRI": None},
        {"digestSRI": 5},
        {"digestSRI": ""},
        {"digestSRI": " "},
        {"digestSRI": [sri("sha256")]},
        {"digestSRI": "sha256"},
        {"digestSRI": "sha256-"},
        {"digestSRI": "sha256-a b"[:-2] + "===" + "="},
        {"digestSRI": "SHA256-AAAA"},
        {"digestSRI": "md5-AAAA"},
        {"digestSRI": "sha256-" + "A" * 1_024},
        {"digestMultibase": None},
        {"digestMultibase": []},
        {"digestMultibase": [multihash("sha256")] * 9},
        {"digestMultibase": [None]},
        {"digestMultibase": ""},
        {"digestMultibase": "u"},
        {"digestMultibase": "uAAA"},
        {"digestMultibase": "u!"},
        {"digestMultibase": "z0"},
        {"digestMultibase": "f1220"},
        {"digestMultibase": "uZTQ0MjM1NiAgcmVwb3J0cc5jZWxhdGVkLXJlc291cmNlLmpzb24K"},
        {"digestMultibase": encode_base64url(CODES["sha256"] + raw("sha384"))},
        {"digestMultibase": encode_base64url(b"\x11\x14" + raw("sha1"))},
    ],
)
def test_what_is_no_digest(resource: Object) -> None:
    call = partial(read_digests, resource)
    assert refused(call, error=InputError) is Reason.BAD_CREDENTIAL


def test_contexts_that_are_bundled_are_at_hand() -> None:
    """W3C's own tests name their context so, by SHA-384 and by a bare SHA-256 (C93)."""
    context: Object = {
        "id": "https://www.w3.org/ns/credentials/v2",
        "digestSRI": "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU",
        "digestMultibase": "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ",
    }
    assert check_resources({"relatedResource": context}) == ()
    other = {**context, "id": "https://other.example/context"}
    assert check_resources({"relatedResource": [context, other]}) == (other,)
    older = {**context, "digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"}
    call = partial(check_resources, {"relatedResource": older})
    assert refused(call, error=VerificationError) is Reason.RESOURCE_MISMATCH


def test_what_is_at_hand_is_checked_and_the_rest_is_named() -> None:
    here: Object = {"id": "urn:here", "digestSRI": sri("sha256")}
    away: Object = {"id": "urn:away", "digestSRI": sri("sha256")}
    files = {"urn:here": DATA}
    assert check_resources({}, files.get) == ()
    assert check_resources({"relatedResource": here}, files.get) == ()
    assert check_resources({"relatedResource": away}, files.get) == (away,)
    assert check_resources({"relatedResource": [here, away]}, files.get) == (away,)
    changed: dict[str, Any] = {"urn:here": b"changed"}
    call = partial(check_resources, {"relatedResource": [away, here]}, changed.get)
    assert refused(call, error=VerificationError) is Reason.RESOURCE_MISMATCH
