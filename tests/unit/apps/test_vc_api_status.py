"""The path that adds a status, the lists it serves, and who may change what."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from amana.errors import InputError
from amana.multibase import decode_base64url
from amana.reasons import Reason
from amana.strict_json import JsonObject
from apps import _vc_status
from apps._vc_status import StatusLists
from tests.deterministic import randomness
from tests.vc_api_caller import BASE, NOW, RDFC, Answer, Caller, credential

ID = "urn:uuid:86294362-4254-4f36-854f-3952fe42555d"
PATH = "/status/credentials/issue"


@pytest.fixture
def api() -> Caller:
    return Caller()


def change(api: Caller, *, status: Any = True, **entry: Any) -> Answer:
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", **entry}
    return api.post(
        "/credentials/status", {"credentialId": ID, "credentialStatus": entry, "status": status}
    )


def found(api: Caller, document: JsonObject) -> list[str]:
    body = {"verifiableCredential": document, "options": {"checks": ["proof"]}}
    return [each["reason"] for each in api.post("/credentials/verify", body).json["problemDetails"]]


def bits(api: Caller, number: int) -> bytes:
    subject = api.send("GET", f"/status/{number}").json["credentialSubject"]
    return gzip.decompress(decode_base64url(subject["encodedList"]))


def test_the_path_adds_an_entry_of_its_own(api: Caller) -> None:
    entry = api.issue(credential(id=ID), PATH)["credentialStatus"]
    assert entry == {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(int(entry["statusListIndex"])),
        "statusListCredential": f"{BASE}/status/1",
    }
    other = api.issue(credential(), PATH)["credentialStatus"]
    assert other["statusListIndex"] != entry["statusListIndex"]


def test_the_list_is_a_good_credential(api: Caller) -> None:
    answer = api.send("GET", "/status/1")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    document = answer.json
    assert document["id"] == f"{BASE}/status/1"
    assert "BitstringStatusListCredential" in document["type"]
    assert document["proof"]["cryptosuite"] == RDFC
    assert len(bits(api, 1)) * 8 >= 131_072
    assert found(api, document) == []


def test_a_revocation_is_found_without_any_network_and_stays(api: Caller) -> None:
    document = api.issue(credential(id=ID), PATH)
    index = int(document["credentialStatus"]["statusListIndex"])
    assert found(api, document) == []
    assert change(api, status=False).status == 200  # it was not set
    assert change(api).status == 200
    assert bits(api, 1)[index >> 3] == 0x80 >> (index & 7)
    assert sum(bits(api, 1)) == 0x80 >> (index & 7)
    assert found(api, document) == [Reason.REVOKED.value]  # though only the proof was asked for
    answer = change(api, status=False)
    assert (answer.status, answer.json["reason"]) == (400, Reason.REVOCATION_CLEARED.value)
    assert found(api, document) == [Reason.REVOKED.value]


def test_a_suspension_is_lifted(api: Caller) -> None:
    options = {"statusPurpose": "suspension", "credentialId": ID}
    answer = api.post(PATH, {"credential": credential(), "options": options})
    document = answer.json["verifiableCredential"]
    assert document["credentialStatus"]["statusListCredential"] == f"{BASE}/status/2"
    assert "id" not in document
    assert change(api, statusPurpose="suspension").status == 200
    assert found(api, document) == [Reason.SUSPENDED.value]
    assert change(api, statusPurpose="suspension", status=False).status == 200
    assert found(api, document) == []
    assert not any(bits(api, 2))


def test_a_status_may_be_set_as_the_suite_sets_it(api: Caller) -> None:
    api.issue(credential(id=ID), PATH)
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    answer = api.post("/credentials/status", {"credentialId": ID, "credentialStatus": entry})
    assert (answer.status, answer.json) == (200, {})
    assert api.send("POST", "/status/1/publish", b"{}").status == 204
    assert any(bits(api, 1))


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"credentialId": ID},
        {"credentialId": ID, "credentialStatus": []},
        {"credentialId": 1, "credentialStatus": {}},
        {"credentialId": ID, "credentialStatus": {}, "status": "yes"},
        {"credentialId": ID, "credentialStatus": {"type": "Other", "statusPurpose": "revocation"}},
        {"credentialId": ID, "credentialStatus": {"type": [], "statusPurpose": "revocation"}},
        {"credentialId": ID, "credentialStatus": {"type": "BitstringStatusList"}},
        {
            "credentialId": ID,
            "credentialStatus": {"type": "BitstringStatusList", "statusPurpose": ["revocation"]},
        },
    ],
)
def test_other_bodies_are_refused(api: Caller, body: Any) -> None:
    api.issue(credential(id=ID), PATH)
    answer = api.post("/credentials/status", body)
    assert (answer.status, answer.json["reason"]) == (400, Reason.BAD_CREDENTIAL.value)


@pytest.mark.parametrize(
    "entry",
    [
        {"statusPurpose": "suspension"},
        {"statusListIndex": "x"},
        {"statusListCredential": "https://elsewhere.example/status/1"},
    ],
)
def test_an_entry_that_was_not_given(api: Caller, entry: JsonObject) -> None:
    api.issue(credential(id=ID), PATH)
    answer = change(api, **entry)
    assert (answer.status, answer.json["reason"]) == (404, Reason.NO_SUCH_ROW.value)


def test_the_entry_may_be_named_in_full(api: Caller) -> None:
    entry = api.issue(credential(id=ID), PATH)["credentialStatus"]
    assert change(api, **entry).status == 200


def test_one_id_has_one_entry(api: Caller) -> None:
    api.issue(credential(id=ID), PATH)
    answer = api.post(PATH, {"credential": credential(id=ID)})
    assert (answer.status, answer.json["reason"]) == (409, Reason.WRONG_STATE.value)


@pytest.mark.parametrize(
    ("more", "options"),
    [
        ({"credentialStatus": {"type": "https://example.org/#Other"}}, {}),
        ({}, {"statusPurpose": "message"}),
        ({}, {"statusPurpose": ["revocation"]}),
        ({}, {"credentialId": 1}),
    ],
)
def test_what_the_path_does_not_do(api: Caller, more: JsonObject, options: JsonObject) -> None:
    answer = api.post(PATH, {"credential": credential(**more), "options": options})
    assert (answer.status, answer.json["reason"]) == (400, Reason.BAD_CREDENTIAL.value)


def test_no_index_is_spent_on_what_is_refused(api: Caller) -> None:
    assert api.post(PATH, {"credential": credential(id=ID, nowhere=1)}).status == 400
    assert api.issue(credential(id=ID), PATH)["id"] == ID


@pytest.mark.parametrize("path", ["/status/0", "/status/3", "/status/x", "/status/-1"])
def test_there_are_two_lists(api: Caller, path: str) -> None:
    assert api.send("GET", path).status == 404


def test_a_list_of_another_issuer_proves_nothing() -> None:
    """The same address, another server: its list says nothing about our credentials."""
    ours, theirs = Caller(label="ours"), Caller(label="theirs")
    document = ours.issue(credential(id=ID), PATH)
    assert found(theirs, document) == [Reason.STATUS_LIST_OF_ANOTHER_ISSUER.value]


def test_an_index_beyond_the_list(api: Caller) -> None:
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "131072",
        "statusListCredential": f"{BASE}/status/1",
    }
    document = api.issue(credential(credentialStatus=entry))
    assert found(api, document) == [Reason.STATUS_INDEX_OUT_OF_RANGE.value]


def test_indices_are_never_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_vc_status, "_BITS", 16)
    draws: Iterator[int] = iter([5, 5, 5, 6, 1, 2, 3, 4, 7, 8])
    lists = StatusLists(
        base=BASE, issuer="did:x:y", made=NOW, randomness=lambda _n: bytes([next(draws)])
    )
    given = [lists.allocate(None, "revocation").index for _ in range(8)]
    assert given == [5, 6, 1, 2, 3, 4, 7, 8]
    with pytest.raises(InputError) as error:
        lists.allocate(None, "revocation")
    assert error.value.reason is Reason.NO_FREE_INDEX


def test_a_message_of_a_list_is_a_remark(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that says something harmless: the judge warns, and holds nothing against anybody."""
    from apps import _vc_judging

    monkeypatch.setattr(_vc_judging, "judge_entry", lambda _entry, _list: Reason.STATUS_MESSAGE)
    document = api.issue(credential(), PATH)
    answer = api.post("/credentials/verify", {"verifiableCredential": document})
    assert [each["reason"] for each in answer.json["warnings"]] == [Reason.STATUS_MESSAGE.value]
    assert answer.status == 200


def test_randomness_spreads_over_the_list() -> None:
    lists = StatusLists(base=BASE, issuer="did:x:y", made=NOW, randomness=randomness("spread"))
    given = {lists.allocate(None, "revocation").index for _ in range(100)}
    assert len(given) == 100
    assert max(given) > 100_000
    assert min(given) < 30_000
