"""Logs of did:webvh, honest ones and ones that break a rule and are hashed and signed all the same.

What is refused must be refused for the rule that was broken, not because a hash no longer fits.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from amana.did._webvh_rules import entry_hash, replaced_text, scid_of
from amana.did.key import verification_method
from amana.did.webvh_author import create, key_hash, placeholder_did, update
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.multibase import encode_base58
from amana.proofs import eddsa_jcs
from tests.deterministic import randomness

Object = dict[str, Any]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
LOCATION = "relief.example:issuers"
PLACEHOLDER_DID = placeholder_did(LOCATION)


def key_of(label: str) -> SecretKey:
    return SecretKey.generate(randomness(label))


def multikey(label: str) -> str:
    return key_of(label).public.multikey


def commitment(label: str) -> str:
    return key_hash(multikey(label))


def state(did: str = PLACEHOLDER_DID, *, signer: str = "signer", **changes: Any) -> Object:
    document: Object = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {
                "id": f"{did}#key-1",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": multikey(signer),
            }
        ],
        "assertionMethod": ["#key-1"],
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def first(label: str = "one", **parameters: Any) -> tuple[str, bytes]:
    """A DID and its log of one entry, signed by the key of that label."""
    return create(state(), key=key_of(label), now=START, parameters=parameters)


def honest() -> tuple[str, bytes]:
    """Three entries: made, keys rotated, the signing key exchanged."""
    did, data = first()
    rotation = {"updateKeys": [multikey("two")]}
    data = update(
        data, did=did, key=key_of("one"), now=START + timedelta(days=1), parameters=rotation
    )
    return did, update(
        data,
        did=did,
        key=key_of("two"),
        now=START + timedelta(days=2),
        state=state(did, signer="signer-2"),
    )


def entries(data: bytes) -> list[Object]:
    return [json.loads(line) for line in data.splitlines()]


def written(found: list[Object]) -> bytes:
    return b"".join(canonical(entry) + b"\n" for entry in found)


def signed(entry: Object, label: str, **options: Any) -> Object:
    """`entry` with one proof by that key; `options` are what a proof should not say."""
    key = key_of(label)
    unsigned = {name: value for name, value in entry.items() if name != "proof"}
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": verification_method(key.public.did),
        "proofPurpose": "assertionMethod",
        **options,
    }
    value = encode_base58(key.sign(eddsa_jcs.hash_data(unsigned, proof)))
    return {**unsigned, "proof": [{**proof, "proofValue": value}]}


def unchecked_first(
    parameters: Object,
    *,
    label: str = "one",
    document: Any = None,
    at: Any = "2026-01-05T09:00:00Z",
) -> tuple[str, bytes]:
    """A first entry with exactly these parameters, whatever the rules say of them."""
    entry = {
        "versionId": "{SCID}",
        "versionTime": at,
        "parameters": parameters,
        "state": state() if document is None else document,
    }
    scid = scid_of(entry)
    entry = replaced_text(entry, "{SCID}", scid)
    entry["versionId"] = f"1-{entry_hash(entry, predecessor=scid)}"
    return replaced_text(PLACEHOLDER_DID, "{SCID}", scid), written([signed(entry, label)])


def unchecked_next(data: bytes, label: str, *, days: float = 9, **members: Any) -> bytes:
    """The log with one entry more, hashed and signed, whatever the rules say of it."""
    prior = entries(data)[-1]
    number = int(prior["versionId"].partition("-")[0]) + 1
    entry = {
        "versionId": prior["versionId"],
        "versionTime": (START + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "parameters": {},
        "state": prior["state"],
        **members,
    }
    entry["versionId"] = f"{number}-{entry_hash(entry, predecessor=prior['versionId'])}"
    return data + written([signed(entry, label)])
