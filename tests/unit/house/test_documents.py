"""The documents keep their promises: their links, commands and examples are those of the code."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import schemas
from amana.challenge import build_challenge, build_station_certificate, digest
from amana.credential import StatusEntry, build_credential
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.presentation import build_presentation
from amana.proofs import eddsa_jcs
from amana.qr.images import Correction, draw
from amana.qr.text import Kind, encode
from amana.status import build_status_list
from amana.strict_json import JsonObject
from apps._cast import gather

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda page: page.as_posix()
)
IDS = [page.relative_to(ROOT).as_posix() for page in PAGES]
PICTURE = ROOT / "docs" / "picture.png"


def _text(page: Path) -> str:
    return page.read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", _text(page))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_files_that_are_named_are_there(page: Path) -> None:
    named = re.findall(
        r"`((?:[a-z_]+/)+[A-Za-z0-9_.-]+\.(?:py|jsonld|json|dict|txt|in))", _text(page)
    )
    rooms = {path.name for path in ROOT.iterdir()}
    # An example's own files (office/, consortium/ and the like) are in no folder of ours.
    ours = [name for name in named if name.partition("/")[0] in rooms - {"out"}]
    ours = [name for name in ours if Path(name).stem != "test_name"]
    assert [name for name in ours if not (ROOT / name).exists()] == []


def _commands() -> Iterator[str]:
    for point in entry_points(group="amana.commands"):
        parser = argparse.ArgumentParser(prog=point.name)
        point.load()(parser)
        yield point.name
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                yield from (f"{point.name} {name}" for name in action.choices)


def test_commands_that_are_named_are_there() -> None:
    known = set(_commands())
    roles = {name for name in known if " " not in name}
    named = set()
    for page in PAGES:
        for role, words in re.findall(r"\bamana ([a-z]+) ((?:[a-z-]+(?:, )?)+)", _text(page)):
            if role in roles - {"demo"}:
                named |= {f"{role} {word}" for word in re.split(r"[, ]+", words) if word}
                if ", " not in words:
                    named -= {f"{role} {word}" for word in words.split()[1:]}
    assert len(named) > 20
    assert named <= known


def test_the_readme_names_every_command() -> None:
    readme = _text(ROOT / "README.md")
    rows = [line for line in readme.splitlines() if line.startswith("| `amana ")]
    listed = set()
    for row in rows:
        role, _, words = row.split("`")[1].removeprefix("amana ").partition(" ")
        listed |= {f"{role} {word}" for word in re.findall(r"[a-z][a-z-]+", words)}
    assert {name for name in _commands() if " " in name} <= listed


def test_the_options_in_the_guides_exist() -> None:
    """Each line of commands in the documents is one that the parser of its role takes."""
    lines = []
    for page in PAGES:
        joined = _text(page).replace("\\\n", " ")
        lines += re.findall(r"^    (amana [a-z]+ [a-z-]+ .*)$", joined, re.MULTILINE)
    assert len(lines) > 20
    for line in lines:
        role, *words = _words(line)[1:]
        point = next(p for p in entry_points(group="amana.commands") if p.name == role)
        parser = argparse.ArgumentParser(prog=role)
        point.load()(parser)
        try:
            parser.parse_args(words)
        except SystemExit:
            pytest.fail(f"the parser does not take: {line}")


def _words(line: str) -> list[str]:
    line = line.replace("$R", "--registry published --root trust-anchor.json")
    return [word.strip('"') for word in re.findall(r'(?:[^\s"]|"[^"]*")+', line)]


def _signers() -> tuple[SecretKey, SecretKey, SecretKey]:
    issuer, holder, station = (SecretKey(bytes([number]) * 32) for number in (1, 2, 3))
    return issuer, holder, station


def _example() -> JsonObject:
    issuer, holder, _ = _signers()
    return eddsa_jcs.sign(
        build_credential(
            "PurposeCredential",
            issuer="did:web:aid.example",
            subject={
                "id": holder.public.did,
                "purpose": "food-assistance",
                "entitlement": "basket-medium",
                "householdSize": 4,
                "children": 2,
                "selfStated": ["householdSize", "children"],
            },
            valid_from=date(2026, 11, 23),
            valid_until=date(2027, 11, 1),
            status=StatusEntry(list_url="https://aid.example/status/1", index=34577),
        ),
        key=issuer,
        verification_method="did:web:aid.example#key-1",
    )


def test_the_example_of_a_credential_is_what_the_code_makes() -> None:
    page = _text(ROOT / "docs" / "architecture.md")
    block = page.partition("```json\n")[2].partition("```")[0]
    assert json.loads(block) == _example()


def test_the_sizes_in_the_documents_are_measured() -> None:
    issuer, holder, station = _signers()
    credential, did = _example(), "did:web:aid.example"
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    challenge = build_challenge(
        build_station_certificate(
            station=station.public,
            organisation=did,
            key=issuer,
            key_id=f"{did}#key-1",
            acts=["food-assistance"],
            valid_from=now.replace(hour=0),
            randomness=bytes,
        ),
        key=station,
        act="food-assistance",
        purpose="food-assistance",
        claims=["householdSize", "children"],
        expires=now + timedelta(minutes=3),
        randomness=lambda count: bytes(range(count)),
    )
    answer = build_presentation([credential], key=holder, challenge=digest(challenge), domain=did)
    page = _text(ROOT / "docs" / "architecture.md")
    assert f"{len(canonical(credential)):,} bytes" in page
    for kind, document, said in (
        (
            Kind.CREDENTIAL,
            credential,
            "{chars} characters, which is version {m} at correction M and {q} at Q",
        ),
        (Kind.PRESENTATION, answer, "{chars} characters (13-M, {label})"),
        (Kind.CHALLENGE, challenge, "{chars} (13-M, {label})"),
    ):
        text = encode(kind, document)
        medium, quartile = (draw(text, correction=level) for level in (Correction.M, Correction.Q))
        sentence = said.format(
            chars=len(text), m=medium.version, q=quartile.version, label=quartile.label
        )
        assert re.sub(r"\s+", " ", page).count(sentence) == 1, sentence


def test_the_dictionary_is_the_one_that_is_described() -> None:
    page = _text(ROOT / "docs" / "formats.md")
    data = schemas.read("qr/deflate-1.dict")
    assert hashlib.sha256(data).hexdigest() in page
    assert f"{len(data):,} bytes" in page


def test_the_example_for_developers_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The block that shows how to embed `verify`, as it stands, on a demonstration's registry."""
    today = datetime.now(UTC)
    cast = gather(tmp_path, now=today)
    issuer = cast.issuer
    url = f"{cast.office.status_base_url}/status/1"
    cast.office.register.close()
    cast.consortium.collect_status(
        canonical(
            build_status_list(
                [],
                url=url,
                issuer=issuer.did,
                key=issuer.key,
                verification_method=issuer.key_id,
                valid_from=datetime.combine(today.date(), time(), tzinfo=UTC),
            )
        ),
        now=today,
    )
    cast.consortium.publish(signers=cast.consortium.founders[:2], now=today)
    card = eddsa_jcs.sign(
        build_credential(
            "PurposeCredential",
            issuer=issuer.did,
            subject={
                "id": SecretKey.generate(os.urandom).public.did,
                "purpose": "food-assistance",
                "entitlement": "basket-small",
                "reference": "ABCDEFGH23",
            },
            valid_from=today.date(),
            valid_until=(today + timedelta(days=62)).date(),
            status=StatusEntry(list_url=url, index=7),
        ),
        key=issuer.key,
        verification_method=issuer.key_id,
    )
    (tmp_path / "scanned.txt").write_text(encode(Kind.CREDENTIAL, card))
    (tmp_path / "published").symlink_to(cast.consortium.published)
    (tmp_path / "trust-anchor.json").write_bytes(cast.consortium.anchor)
    monkeypatch.chdir(tmp_path)
    page = _text(ROOT / "docs" / "for-developers.md")
    exec(page.partition("```python\n")[2].partition("```")[0], {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.startswith("give basket-small\nACCEPTED ")


def test_the_picture_is_small_and_tells_nothing_but_itself() -> None:
    data = PICTURE.read_bytes()
    assert len(data) < 200_000
    chunks = []
    at = 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        chunks.append(data[at + 4 : at + 8])
        at += 12 + size
    assert set(chunks) <= {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
    assert re.search(r"!\[[^\]]{100,}\]\(docs/picture\.png\)", _text(ROOT / "README.md"))


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_no_page_holds_a_path_of_somebodys_machine(page: Path) -> None:
    assert re.findall(r"/(?:work|home|root|tmp|Users)/", _text(page)) == []


def test_it_is_open_source() -> None:
    """C132: Apache-2.0, whole, and said so where tools look."""
    licence = _text(ROOT / "LICENSE")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert 'license = "Apache-2.0"' in _text(ROOT / "pyproject.toml")
