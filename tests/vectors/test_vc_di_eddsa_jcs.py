"""W3C Data Integrity EdDSA: every intermediate value of eddsa-jcs-2022, byte for byte."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from amana.did.key import resolve
from amana.errors import VerificationError
from amana.jcs import canonical
from amana.keys import PublicKey, SecretKey
from amana.multibase import decode_base58, encode_base58
from amana.proofs.eddsa_jcs import hash_data, read_proof, sign, verify
from amana.reasons import Reason
from amana.strict_json import loads

Object = dict[str, Any]


@dataclass
class Given:
    folder: Path

    def text(self, name: str) -> str:
        return (self.folder / "eddsa-jcs-2022" / name).read_text(encoding="utf-8").strip()

    @property
    def unsigned(self) -> Object:
        found: Object = loads((self.folder / "unsigned.json").read_bytes())
        return found

    @property
    def options(self) -> Object:
        found: Object = loads(self.text("proofConfigJCS.json").encode())
        return found

    @property
    def signed(self) -> Object:
        found: Object = loads(self.text("signedJCS.json").encode())
        return found

    @property
    def key(self) -> SecretKey:
        pair = json.loads((self.folder / "keyPair.json").read_bytes())
        secret = decode_base58(pair["privateKeyMultibase"], size=34)
        assert secret[:2] == b"\x80\x26"  # multicodec ed25519-priv
        key = SecretKey(secret[2:])
        assert key.public.multikey == pair["publicKeyMultibase"]
        return key


@pytest.fixture
def given(vectors: Path) -> Given:
    return Given(vectors / "vc-di-eddsa")


def test_key_pair(given: Given) -> None:
    public = given.key.public
    assert PublicKey.from_multikey(public.multikey) == public
    method, _, fragment = given.options["verificationMethod"].partition("#")
    assert resolve(method) == public
    assert fragment == public.multikey


def test_canonical_document_and_its_hash(given: Given) -> None:
    written = canonical(given.unsigned)
    assert written == given.text("canonDocJCS.txt").encode()
    assert hashlib.sha256(written).hexdigest() == given.text("docHashJCS.txt")


def test_canonical_proof_configuration_and_its_hash(given: Given) -> None:
    written = canonical(given.options)
    assert written == given.text("proofCanonJCS.txt").encode()
    assert hashlib.sha256(written).hexdigest() == given.text("proofHashJCS.txt")


def test_combined_hash(given: Given) -> None:
    found = hash_data(given.unsigned, given.options)
    assert found.hex() == given.text("combinedHashJCS.txt")


def test_signature(given: Given) -> None:
    signature = given.key.sign(bytes.fromhex(given.text("combinedHashJCS.txt")))
    assert signature.hex() == given.text("sigHexJCS.txt")
    assert encode_base58(signature) == given.text("sigBTC58JCS.txt")


def test_signed_document(given: Given) -> None:
    found = sign(
        given.unsigned,
        key=given.key,
        verification_method=given.options["verificationMethod"],
        created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
    )
    assert canonical(found) == canonical(given.signed)


def test_the_signed_document_verifies_and_a_changed_one_does_not(given: Given) -> None:
    document = given.signed
    proof = read_proof(document["proof"])
    verify(document, proof, key=given.key.public)
    document["credentialSubject"]["alumniOf"] = "another school"
    with pytest.raises(VerificationError) as caught:
        verify(document, proof, key=given.key.public)
    assert caught.value.reason is Reason.BAD_SIGNATURE
