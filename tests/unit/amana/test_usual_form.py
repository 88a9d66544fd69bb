"""The usual text of our credentials: what one step reads, and what is left to the general way."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from amana.credential import check_credential
from amana.jcs import canonical
from amana.multibase import encode_base58
from amana.presentation import check_presentation
from amana.proofs import eddsa_jcs
from amana.strict_json import loads
from amana.usual_form import UsualCredential, UsualPresentation, read_usual
from tests.amana_samples import KEY_ID, Object, credential, key, presentation, unsigned
from tests.simulator import edited


def signed(**changes: Any) -> bytes:
    """A signed credential, the members of whose subject are changed."""
    document = unsigned()
    document["credentialSubject"] = {**document["credentialSubject"], **changes}
    return sign(document)


def sign(document: Object) -> bytes:
    return canonical(eddsa_jcs.sign(document, key=key("issuer"), verification_method=KEY_ID))


def unsecured(document: Object) -> Object:
    return {name: value for name, value in document.items() if name != "proof"}


@pytest.mark.parametrize(
    "document",
    [
        credential(),
        credential(id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"),
        edited(credential(), "credentialStatus", "statusPurpose", to="suspension"),
        edited(credential(), "credentialSubject", "specificNeeds", to=["DS", "DS-PM"]),
        edited(credential(), "credentialSubject", "checked", to=["children"]),
    ],
    ids=["plain", "id", "suspension", "needs", "checked"],
)
def test_a_credential_is_read_as_the_general_way_reads_it(document: Object) -> None:
    found = read_usual(canonical(document))
    assert isinstance(found, UsualCredential)
    proof = eddsa_jcs.read_proof(document["proof"])
    assert found.credential == check_credential(document)
    assert found.proof == proof
    assert found.signed == eddsa_jcs.hash_data(unsecured(document), proof.options)


def test_its_signature_is_over_what_was_read() -> None:
    found = read_usual(canonical(credential()))
    assert isinstance(found, UsualCredential)
    key("issuer").public.verify(found.signed, found.proof.signature)


def test_an_answer_is_read_as_the_general_way_reads_it() -> None:
    document = presentation()
    found = read_usual(canonical(document))
    assert isinstance(found, UsualPresentation)
    proof = eddsa_jcs.read_proof(document["proof"])
    assert found.presentation == check_presentation(document)
    assert found.proof == proof
    assert found.signed == eddsa_jcs.hash_data(unsecured(document), proof.options)
    inside = read_usual(canonical(document["verifiableCredential"][0]))
    assert found.credential == inside
    key("holder").public.verify(found.signed, found.proof.signature)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"\xff",
        "{\u00e9}".encode(),
        canonical(credential()) + b" ",
        canonical(credential()) + b"\n",
        b" " + canonical(credential()),
        canonical(unsigned()),
        canonical(credential(issuer={"id": "did:web:aid.example"})),
        canonical(edited(credential(), "proof", "created", to="2026-11-01T00:00:00Z")),
        canonical(edited(credential(), "proof", "cryptosuite", to="eddsa-rdfc-2022")),
        canonical(edited(credential(), "proof", "@context", to=["https://www.w3.org/ns/credentials/v2"])),
        canonical(edited(credential(), "validFrom", to="2026-13-01T00:00:00Z")),
        canonical(edited(credential(), "validFrom", to="0000-11-01T00:00:00Z")),
        canonical(edited(credential(), "validFrom", to="2027-04-01T00:00:00Z")),
        canonical(edited(credential(), "proof", "proofValue", to=encode_base58(b"\1" * 63))),
        canonical(edited(credential(), "proof", "proofValue", to="z" + "l" * 80)),
        signed(name="Amal"),
        signed(specificNeeds=["DS", "DS"]),
        signed(selfStated=["children", "children"]),
        signed(checked=["children", "children"]),
        signed(householdSize=10_000),
        signed(householdSize=0),
        signed(somethingElse=1),
        canonical(presentation(credential(), credential())),
        canonical(edited(presentation(), "proof", "proofValue", to=encode_base58(b"\1" * 63))),
        canonical(edited(presentation(), "holder", to="did:web:aid.example")),
        canonical(presentation(loads(signed(specificNeeds=["DS", "DS"])))),
        canonical(presentation(loads(signed(name="Amal")))),
    ],
)  # fmt: skip
def test_what_goes_the_general_way(data: bytes) -> None:
    """Nothing is refused here: it is only not the usual text."""
    assert read_usual(data) is None


def test_repetitions_are_seen() -> None:
    """A pattern can't see them, so they are counted."""
    assert read_usual(signed(specificNeeds=["DS", "DS-PM"])) is not None
    assert read_usual(signed(specificNeeds=["DS", "DS-PM", "DS"])) is None


def test_dates_may_be_equal() -> None:
    """The end is not before the beginning: `check_credential` takes that, so this does."""
    same = edited(credential(), "validUntil", to=credential()["validFrom"])
    assert read_usual(canonical(same)) is not None


def test_texts_of_8_kibibytes_and_more() -> None:
    """Only texts of the usual length are tried; the rest goes the general way."""
    sized = partial(edited, credential(), "credentialStatus", "statusListCredential")
    assert read_usual(canonical(sized(to="https://a.example/" + "a" * 2_030))) is not None
    assert read_usual(canonical(sized(to="https://a.example/" + "a" * 2_031))) is None
    assert read_usual(b" " * 8_192) is None
    text = canonical(credential())
    assert read_usual(text + b" " * (8_193 - len(text))) is None
    assert read_usual(text * 7) is None


def test_what_was_read_shows_nothing_of_the_person() -> None:
    found = read_usual(canonical(presentation()))
    assert isinstance(found, UsualPresentation)
    assert "household" not in repr(found.credential.credential)
    assert "household" not in repr(found.presentation)
