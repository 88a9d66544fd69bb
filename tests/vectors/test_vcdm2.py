"""W3C VC Data Model 2.0: each document of its suite, judged by form and terms as its name ends.

The suite's documents are templates: its driver puts the issuer in, and dates that lie in the past
and in the future, before it sends them anywhere. The same is done here. What they are secured with
is the matter of another test, which sends them through the VC-API.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amana.credential import check_credential
from amana.data_model import check_unsigned
from amana.dates import format_instant
from amana.enveloped import enveloped
from amana.errors import InputError, VerificationError
from amana.presentation import check_presentation, check_self_asserted
from amana.reasons import Outcome
from amana.strict_json import loads
from amana.terms import check_terms

Object = dict[str, Any]
ISSUER = "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj"


@pytest.fixture(scope="session")
def documents(vectors: Path) -> dict[str, Object]:
    found = {path.stem: loads(path.read_bytes()) for path in sorted(vectors.glob("vcdm2/*.json"))}
    if not found:
        pytest.skip(f"no VC Data Model documents in {vectors}")
    return found


def prepared(document: Object, now: datetime) -> Object:
    """What the suite's driver makes of a template, as far as a credential's form goes."""
    issuer = document.get("issuer", ISSUER)
    if type(issuer) is dict and "id" not in issuer:
        issuer = {**issuer, "id": ISSUER}
    year = timedelta(days=365)
    dates = {"PAST DATE": format_instant(now - year), "FUTURE DATE": format_instant(now + year)}
    return {
        name: dates.get(value, value) if type(value) is str else value
        for name, value in {**document, "issuer": issuer}.items()
    }


def judge(name: str, document: Object, now: datetime) -> None:
    """Raises: InputError or VerificationError for what must be refused."""
    if name.startswith("presentation-"):
        found = check_presentation(document, envelopes=True)
        if "-self-asserted-" in name:
            # The rule of section 4.13.4, by which the documents without an ending are judged:
            # what no proof of its own secures is its presenter's word. Everywhere else the suite's
            # driver signs the credentials inside.
            check_self_asserted(found)
        # What is in an envelope is no JSON-LD; the envelope is.
        check_terms(document)
        return
    document = prepared(document, now)
    assert enveloped(document) is None
    check_credential(document)
    check_terms(unsecured(document))


def unsecured(document: Object) -> Object:
    """Terms of a proof are the matter of whoever knows its suite, and no part of what is signed."""
    return {name: value for name, value in document.items() if name != "proof"}


def expected(name: str) -> bool:
    """Whether a document conforms, by the end of its name.

    Those without such an ending are what section 4.13.4 forbids: self-asserted, with another holder
    or with none. They are refused.
    """
    if name.endswith(("-mismatch", "-no-holder")):
        return False
    assert name.endswith(("-ok", "-fail", "-fail-or-inject")), name
    return name.endswith("-ok")


def verdict(name: str, document: Object, now: datetime) -> Outcome:
    try:
        judge(name, document, now)
    except (InputError, VerificationError) as error:
        return error.reason.outcome
    return Outcome.ACCEPTED


def test_every_document_is_judged_as_its_name_ends(
    documents: dict[str, Object], now: datetime
) -> None:
    """Others' documents are read by the shared rules, and no looser (C87, C93)."""
    # Each that is refused breaks a rule; none is merely unknown to us.
    outcomes = {True: Outcome.ACCEPTED, False: Outcome.REJECTED}
    assert {name: verdict(name, document, now) for name, document in documents.items()} == {
        name: outcomes[expected(name)] for name in documents
    }


def test_what_conforms_may_be_issued_and_what_does_not_may_not(
    documents: dict[str, Object], now: datetime
) -> None:
    for name, document in documents.items():
        if name.startswith("presentation-"):
            continue
        document = prepared(document, now)
        try:
            issued = check_unsigned(document, issuer=ISSUER)
            check_terms(unsecured(issued))
        except InputError:
            assert not expected(name), name
        else:
            assert expected(name), name
            assert issued == document
