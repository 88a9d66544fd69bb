"""Our schemas vouch for the data model: what they admit breaks none of its rules.

`check_credential` skips the data model's own rules for a document that conforms to our schema;
these tests hold that nothing slips in that way.
"""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import schemas
from amana.credential import check_credential
from amana.data_model import check_members
from amana.limits import LIMITS
from amana.schema import KINDS, conforms
from tests.mutations import mutate
from tests.simulator import Document, Simulator, edited

SIM = Simulator()
COMMON = json.loads(schemas.read("json/common.json"))["$defs"]
BASE: dict[str, Document] = {
    "PurposeCredential": SIM.credential(),
    "PersonProfile": SIM.credential(kind="PersonProfile", claims={"ageBand": "18-59"}),
    "HouseholdProfile": SIM.credential(kind="HouseholdProfile"),
    "StationCertificate": SIM.certificate(),
}
for name in ("PersonProfile", "HouseholdProfile"):
    for member in ("purpose", "entitlement"):
        del BASE[name]["credentialSubject"][member]
STATUS = COMMON["status"]["properties"]


def pattern(schema: Document) -> st.SearchStrategy[str]:
    return st.from_regex(re.compile(str(schema["pattern"])), fullmatch=True)


def vouched(document: Any) -> bool:
    """Whether the schema admits it; then the data model's rules have to admit it too."""
    kind = document["type"][1]
    if not conforms(kind)(document):
        return False
    assert check_members(document, LIMITS) == ("VerifiableCredential", kind)
    read = check_credential(document)
    assert (read.kind, read.conforms, read.issuer) == (kind, True, document["issuer"])
    assert read.subjects == (document["credentialSubject"],)
    return True


def test_the_documents_that_are_changed_here_conform() -> None:
    assert BASE.keys() == KINDS
    assert all(vouched(document) for document in BASE.values())


@given(st.sampled_from(sorted(BASE)), st.integers(0, 2**64 - 1))
def test_changed_documents(kind: str, seed: int) -> None:
    changed = mutate(Random(seed), BASE[kind])
    if conforms(kind)(changed):
        assert check_members(changed, LIMITS) == ("VerifiableCredential", kind)


@given(
    pattern(COMMON["did"]),
    pattern(COMMON["holder"]),
    pattern(STATUS["statusListCredential"]),
    pattern(STATUS["statusListIndex"]),
)
def test_every_name_that_a_pattern_admits(
    issuer: str, holder: str, list_url: str, index: str
) -> None:
    document = edited(BASE["PurposeCredential"], "issuer", to=issuer)
    document = edited(document, "credentialSubject", "id", to=holder)
    document = edited(document, "credentialStatus", "statusListCredential", to=list_url)
    assert vouched(edited(document, "credentialStatus", "statusListIndex", to=index))
