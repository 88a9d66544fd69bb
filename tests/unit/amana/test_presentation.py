"""Presentations: built by the holder, checked by anyone."""

from __future__ import annotations

from typing import Any

import pytest

from amana.challenge import digest
from amana.did.key import resolve, verification_method
from amana.errors import InputError
from amana.limits import Limits
from amana.presentation import build_presentation, check_presentation
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.terms import check_terms
from tests.amana_samples import (
    ISSUER,
    Object,
    challenge,
    credential,
    foreign,
    key,
    presentation,
    refused,
)


def changed(**changes: Any) -> Object:
    document = {**presentation(), **changes}
    return {name: value for name, value in document.items() if value is not None}


def test_what_is_built_is_bound_to_one_challenge_and_one_asker() -> None:
    document = presentation()
    view = check_presentation(document)
    holder = key("holder").public
    assert view.holder == holder.did
    assert [found.document for found in view.credentials] == [credential()]
    proof = eddsa_jcs.read_proof(document["proof"])
    assert proof.options["challenge"] == digest(challenge())
    assert proof.options["domain"] == ISSUER
    assert proof.proof_purpose == "authentication"
    assert proof.verification_method == verification_method(holder.did)
    eddsa_jcs.verify(document, proof, key=resolve(holder.did))


@pytest.mark.parametrize(
    ("holder", "found"),
    [
        (None, None),
        ("did:web:a.example", "did:web:a.example"),
        ({"id": "did:web:a.example", "name": "A"}, "did:web:a.example"),
    ],
)
def test_holders(holder: Any, found: str | None) -> None:
    assert check_presentation(changed(holder=holder)).holder == found


@pytest.mark.parametrize("nothing", [None, []])
def test_a_presentation_of_nothing(nothing: Any) -> None:
    """W3C's own suite has an empty list of credentials, and an absent one."""
    document = changed(verifiableCredential=nothing)
    assert check_presentation(document).credentials == ()
    del document["proof"]
    check_terms(document)
    built = build_presentation([], key=key("holder"), challenge="a", domain="b")
    assert "verifiableCredential" not in built


def test_one_credential_needs_no_list() -> None:
    found = check_presentation(changed(verifiableCredential=foreign())).credentials
    assert [view.kind for view in found] == ["OtherCredential"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"@context": None}, Reason.BAD_PRESENTATION),
        ({"@context": ["https://other.example"]}, Reason.BAD_PRESENTATION),
        ({"type": "VerifiableCredential"}, Reason.BAD_PRESENTATION),
        ({"type": []}, Reason.BAD_PRESENTATION),
        ({"holder": "z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj"}, Reason.BAD_PRESENTATION),
        ({"holder": {}}, Reason.BAD_PRESENTATION),
        ({"holder": {"id": "nobody"}}, Reason.BAD_PRESENTATION),
        ({"holder": 5}, Reason.BAD_PRESENTATION),
        ({"holder": ["did:web:a.example"]}, Reason.BAD_PRESENTATION),
        ({"verifiableCredential": "text"}, Reason.BAD_CREDENTIAL),
        ({"verifiableCredential": [None]}, Reason.BAD_CREDENTIAL),
        ({"verifiableCredential": [foreign(), foreign(issuer="nobody")]}, Reason.BAD_CREDENTIAL),
        ({"verifiableCredential": foreign(validFrom="soon")}, Reason.BAD_DATE),
        ({"verifiableCredential": [foreign()] * 5}, Reason.TOO_MANY_CREDENTIALS),
    ],
)
def test_what_is_refused(change: Object, reason: Reason) -> None:
    assert refused(lambda: check_presentation(changed(**change)), error=InputError) is reason


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_a_presentation_is_an_object(value: Any) -> None:
    assert refused(lambda: check_presentation(value), error=InputError) is Reason.BAD_PRESENTATION


def test_other_limits() -> None:
    limits = Limits(credentials_in_presentation=5)
    document = changed(verifiableCredential=[foreign()] * 5)
    assert len(check_presentation(document, limits=limits).credentials) == 5
