"""An issuer's folder: made once, opened with its passphrase, readable by its owner only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from amana.errors import InputError
from amana.reasons import Reason
from amana.sealed import Cost, read_public
from issuer.office import Office, create_office, issuer_base_url, open_office
from issuer.purposes import default_purposes
from tests.deterministic import randomness

CHEAP = Cost(memory=8192 * 1024, passes=1)
PASS = b"correct horse"
DID = "did:web:aid.example"


def create(folder: Path, **changes: Any) -> Office:
    settings: dict[str, Any] = {
        "did": DID,
        "passphrase": PASS,
        "randomness": randomness("office"),
        "cost": CHEAP,
        **changes,
    }
    return create_office(folder, **settings)


@pytest.mark.parametrize("demo", [False, True])
def test_made_and_opened_again(tmp_path: Path, demo: bool) -> None:
    with create(tmp_path / "office", demo=demo) as made:
        public = made.signer(PASS).public
        assert made.register.demo is demo
    with open_office(tmp_path / "office", passphrase=PASS) as office:
        assert office.did == DID
        assert office.verification_method == f"{DID}#key-1"
        assert office.status_base_url == "https://aid.example"
        assert office.demo is demo
        assert office.signer(PASS).public == public
        assert office.register.row_ids() == []
    assert read_public((tmp_path / "office" / "issuer.key").read_bytes()) == (public, demo)


def test_every_file_is_its_owners_alone(tmp_path: Path) -> None:
    with create(tmp_path / "office"):
        pass
    assert (tmp_path / "office").stat().st_mode & 0o777 == 0o700
    files = sorted((tmp_path / "office").iterdir())
    assert {"issuer.key", "register.key", "register.sqlite"} <= {file.name for file in files}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_wrong_passphrase(tmp_path: Path) -> None:
    with create(tmp_path) as office, pytest.raises(InputError) as caught:
        office.signer(b"wrong")
    assert caught.value.reason is Reason.WRONG_PASSPHRASE
    with pytest.raises(InputError) as caught:
        open_office(tmp_path, passphrase=b"wrong")
    assert caught.value.reason is Reason.WRONG_PASSPHRASE


def test_nothing_is_made_over_an_office(tmp_path: Path) -> None:
    with create(tmp_path):
        before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
        with pytest.raises(InputError) as caught:
            create(tmp_path)
        assert caught.value.reason is Reason.WOULD_OVERWRITE
        assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_did_key_is_made_here_and_needs_an_address_for_its_lists(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        create(tmp_path, did="did:key")
    assert caught.value.reason is Reason.BAD_DID
    assert list(tmp_path.iterdir()) == []
    with create(tmp_path, did="did:key", status_base_url="https://lists.example/") as office:
        assert office.status_base_url == "https://lists.example"
        public = office.signer(PASS).public
        assert office.did == public.did
        assert office.verification_method == f"{public.did}#{public.multikey}"


def test_nobody_elses_did_key_can_sign_here(tmp_path: Path) -> None:
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    with pytest.raises(InputError) as caught:
        create(tmp_path, did=did, status_base_url="https://lists.example/")
    assert caught.value.reason is Reason.BAD_DID
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("base", ["http://aid.example", "lists", ""])
def test_lists_live_at_an_https_address(tmp_path: Path, base: str) -> None:
    with pytest.raises(InputError) as caught:
        create(tmp_path, status_base_url=base)
    assert caught.value.reason is Reason.BAD_DID


@pytest.mark.parametrize(
    ("did", "base"),
    [
        ("did:web:aid.example", "https://aid.example"),
        ("did:web:aid.example%3A8443", "https://aid.example:8443"),
        ("did:web:aid.example:field:east", "https://aid.example/field/east"),
    ],
)
def test_where_an_issuer_publishes(did: str, base: str) -> None:
    assert issuer_base_url(did) == base


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://amana:sesame@db.example/amana",
        "postgresql+psycopg://amana@db.example/amana?password=sesame",
    ],
)
def test_no_password_is_taken_from_a_command_line_or_kept_in_clear(
    tmp_path: Path, address: str
) -> None:
    with pytest.raises(InputError) as caught:
        create(tmp_path / "office", database=address)
    assert caught.value.reason is Reason.BAD_REGISTER
    assert "sesame" not in str(caught.value)
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"sesame" in data for data in kept)


def test_bad_purposes_make_no_office(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        create(tmp_path / "office", purposes=b'{"purposes": []}')
    assert caught.value.reason is Reason.BAD_PURPOSE
    assert not (tmp_path / "office").exists()


def test_new_purposes_are_kept(tmp_path: Path) -> None:
    one = json.loads(default_purposes())
    del one["purposes"][0]
    with create(tmp_path) as office:
        assert [purpose.id for purpose in office.take_purposes(json.dumps(one).encode()).purposes]
        with pytest.raises(InputError) as caught:
            office.take_purposes(b"{}")
        assert caught.value.reason is Reason.BAD_PURPOSE
    with open_office(tmp_path, passphrase=PASS) as office:
        assert [purpose.id for purpose in office.purposes] == ["health-visit"]


@pytest.mark.parametrize(
    "change",
    [
        {"amana": "wallet"},
        {"version": 2},
        {"id": None},
        {"statusBase": 5},
        {"verificationMethod": []},
        {"database": 5},
    ],
)
def test_a_folder_that_is_no_office(tmp_path: Path, change: dict[str, object]) -> None:
    with create(tmp_path):
        pass
    about = json.loads((tmp_path / "issuer.json").read_bytes()) | change
    (tmp_path / "issuer.json").write_text(json.dumps(about))
    with pytest.raises(InputError) as caught:
        open_office(tmp_path, passphrase=PASS)
    assert caught.value.reason is Reason.BAD_REGISTER


def test_a_register_elsewhere(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    with create(tmp_path / "office", database=url) as office:
        assert office.register.where == tmp_path / "elsewhere.sqlite"
    assert not (tmp_path / "office" / "register.sqlite").exists()
    with open_office(tmp_path / "office", passphrase=PASS) as office:
        assert office.register.where == tmp_path / "elsewhere.sqlite"


def test_a_database_that_fails_leaves_no_keys_in_the_way(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        create(tmp_path, database="nosuchdatabase://nowhere/amana")
    assert caught.value.reason is Reason.BAD_REGISTER
    assert list(tmp_path.iterdir()) == []
    create(tmp_path).register.close()
