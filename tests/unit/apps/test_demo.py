"""`amana demo`: what it answers, what it writes, whom it treats alike, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from amana.cli import main
from amana.errors import InputError
from amana.qr import images, text
from amana.reasons import Outcome, Reason
from amana.strict_json import JsonObject
from apps import demo
from apps._journey import PAPER, REFUSED, SILENT, WALLET
from apps._report import write_report
from apps._search import search
from tests.demo_runs import DemoRun
from tests.workbooks import HOUSEHOLD, PERSON, build
from verifier.words import HEADLINES

KEYS = {
    "households",
    "individuals",
    "offers",
    "refused",
    "credentials",
    "accepted",
    "rejected",
    "undecided",
    "dropped_fields",
    "seconds",
}
NEXT = re.compile(
    r"^  (open the report|show a card|check it|add a station|remove everything) +(.+)$"
)
STANDS_FOR_A_PERSON = ("id", "reference")
SCENES = {
    "An answer from a phone": Outcome.ACCEPTED,
    "The same answer again": Outcome.REJECTED,
    "An answer given for another service": Outcome.REJECTED,
    "A paper card": Outcome.ACCEPTED,
    "The card of someone who said no": Outcome.ACCEPTED,
    "A paper card where the person must be checked": Outcome.UNDECIDED,
    "A forged card": Outcome.REJECTED,
    "A revoked proof": Outcome.REJECTED,
    "An issuer that the registry does not know": Outcome.UNDECIDED,
    "A station that has had no news for months": Outcome.UNDECIDED,
    "The same station, a service that asks only for registration": Outcome.ACCEPTED,
}


def households(count: int) -> tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]]]:
    """Rows of `count` households of one person each."""
    numbers = range(999000111, 999000111 + count)
    return (
        [{**HOUSEHOLD, "household_id": number, "size_h_c": 1} for number in numbers],
        [{**PERSON, "household_id": number} for number in numbers],
    )


def next_commands(told: str) -> dict[str, str]:
    """The commands that the demo offers at its end, by what they are for."""
    found = (NEXT.match(line) for line in told.splitlines())
    return {match.group(1): match.group(2) for match in found if match}


def cards_of(played: DemoRun, *ways: str) -> Iterator[JsonObject]:
    for household in played.journey.households:
        if household.way in ways:
            yield from household.credentials


# --- What it answers ------------------------------------------------------------------------------


def test_the_answer_has_the_promised_numbers(played: DemoRun) -> None:
    """C22: twelve households, forty people; every offer answered, everybody judged."""
    data = played.answer.data
    assert played.answer.exit == 0
    assert data.keys() >= KEYS
    assert (data["households"], data["individuals"], data["offers"]) == (12, 40, 12 + 40)
    no = [one for one in played.journey.households if one.way in (REFUSED, SILENT)]
    assert data["refused"] == sum(len(one.drafts) for one in no) > 0
    assert data["credentials"] == sum(len(one.credentials) for one in played.journey.households)
    assert data["leaking_files"] == 0
    assert data["dropped_fields"] > 30
    assert data["seconds"] > 0


def test_the_last_line_is_one_json_object(played: DemoRun) -> None:
    *_, last = played.answer.text.splitlines()
    assert json.loads(last) == played.answer.data


def test_each_scene_ends_as_its_title_says(played: DemoRun) -> None:
    """C2, C3, C9, C11, C43, C79, C87: who is believed, who is not, and where people decide."""
    lines = played.answer.text.splitlines()
    for title, outcome in SCENES.items():
        assert [
            line.split(title)[1].strip() for line in lines if line.startswith(f"  {title}  ")
        ] == [HEADLINES[outcome]], title


def test_the_counts_of_outcomes_add_up(played: DemoRun) -> None:
    data = played.answer.data
    scenes = Counter(SCENES.values())
    assert data["rejected"] == scenes[Outcome.REJECTED]
    assert data["undecided"] == scenes[Outcome.UNDECIDED]
    assert data["accepted"] > scenes[Outcome.ACCEPTED] + data["households"]


# --- What to do next ------------------------------------------------------------------------------


def test_five_next_commands_come_before_the_last_line(played: DemoRun) -> None:
    lines = played.answer.text.splitlines()
    assert list(next_commands(played.answer.text)) == [
        "open the report",
        "show a card",
        "check it",
        "add a station",
        "remove everything",
    ]
    assert all(NEXT.match(line) for line in lines[-6:-1])


def test_the_next_commands_name_what_is_there(played: DemoRun) -> None:
    commands = next_commands(played.answer.text)
    for purpose in ("open the report", "show a card"):
        assert _file_of(commands[purpose]).is_file()
    assert commands["remove everything"].split(" ", 1)[0] == "rm"
    assert _file_of(commands["remove everything"]).resolve() == played.out.resolve()


@pytest.mark.parametrize(
    ("purpose", "expected"), [("check it", "Proof good"), ("add a station", "did:key:")]
)
def test_the_next_commands_run(
    played: DemoRun, purpose: str, expected: str, tmp_path: Path
) -> None:
    command = next_commands(played.answer.text)[purpose]
    # The station is added beside the tests' shared run, not inside of it.
    command = command.replace(f"{played.out}/station-2", f"{tmp_path}/station-2")
    command = command.replace(f"'{played.out}'/station-2", f"{tmp_path}/station-2")
    done = _run(command, home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "home").exists()  # so that "remove everything" does
    assert expected in done.stdout


# --- Whom it treats alike -------------------------------------------------------------------------


def test_who_refused_is_due_exactly_what_the_household_would_have_had(played: DemoRun) -> None:
    """C3, C62: the same entitlement for each purpose, for yes, for no and for no answer."""
    seen = Counter[str]()
    for household in played.journey.households:
        due = Counter((draft.purpose_id, draft.entitlement) for draft in household.drafts)
        had = Counter(
            {
                (one["credentialSubject"]["purpose"], one["credentialSubject"]["entitlement"])
                for one in household.credentials
            }
        )
        copies = Counter(
            (one["credentialSubject"]["purpose"], one["credentialSubject"]["entitlement"])
            for one in household.credentials
        )
        assert set(had) == set(due)
        if household.way != WALLET:
            assert copies == due  # one card for each offer, neither fewer nor more
        seen[household.way] += 1
    assert all(seen[way] > 0 for way in (WALLET, PAPER, REFUSED, SILENT))


def test_cards_of_yes_and_of_no_look_alike(played: DemoRun) -> None:
    """C3, C24: set aside what is random on every card, and nobody can tell who agreed."""
    yes = {_shape(card) for card in cards_of(played, PAPER)}
    no = {_shape(card) for card in cards_of(played, REFUSED, SILENT)}
    assert yes & no
    # What differs between them is the household's class and nothing else.
    assert {_without_class(shape) for shape in yes} == {_without_class(shape) for shape in no}


def test_what_stands_for_a_person_is_random_on_every_card(played: DemoRun) -> None:
    """C24, C68: no mark, key or status index is on two cards, and none grows with the row."""
    cards = list(cards_of(played, PAPER, REFUSED, SILENT))
    for name in STANDS_FOR_A_PERSON:
        assert len({card["credentialSubject"][name] for card in cards}) == len(cards)
    indices = [int(card["credentialStatus"]["statusListIndex"]) for card in cards]
    assert len(set(indices)) == len(indices)
    assert indices != sorted(indices)
    assert {card["validFrom"][8:] for card in cards} == {"01T00:00:00Z"}


def test_a_drawn_card_reads_back_as_a_card(played: DemoRun) -> None:
    """C9, C81: the printed code holds a credential with its notice, and no claim."""
    pictures = sorted((played.out / "cards").glob("*.png"))
    assert pictures
    for picture in pictures:
        (found,) = images.read(picture.read_bytes())
        kind, card = text.decode(found)
        assert kind is text.Kind.CREDENTIAL
        assert set(card["credentialSubject"]) == {"id", "purpose", "entitlement", "reference"}
        assert card["termsOfUse"]["type"] == "FunctionalIdentityNotice"


def test_secrets_are_for_their_owner_only(played: DemoRun) -> None:
    """C69: keys, vault and register can't be read by another user of the machine."""
    private = [
        path
        for path in played.out.rglob("*")
        if path.suffix in {".key", ".vault"} or path.name.startswith("register.sqlite")
    ]
    assert len(private) >= 8
    for path in private:
        found = path.stat()
        assert stat.S_IMODE(found.st_mode) & 0o077 == 0 or not found.st_size, path.name


def test_the_keys_of_the_demo_are_marked(played: DemoRun) -> None:
    """C112: whoever finds such a key can tell, and a registry that is no demo refuses it."""
    files = [*played.out.rglob("members/*.key"), *played.out.rglob("issuer.key")]
    assert files
    assert all(json.loads(path.read_bytes())["public"]["demo"] is True for path in files)
    assert played.journey.snapshot.demo


# --- Small and bad workbooks ----------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_tiny_workbook_is_played_as_far_as_it_goes(count: int, tmp_path: Path) -> None:
    """Few people mean few scenes, and no command that names what is not there."""
    out = tmp_path / "out of sight"
    answer = demo.run(build(*households(count)), name="tiny.xlsx", out=out)
    assert answer.exit == 0
    assert answer.data["households"] == answer.data["individuals"] == count
    assert answer.data["offers"] == 2 * count
    assert (out / "report.html").is_file()
    commands = next_commands(answer.text)
    assert len(commands) == 5
    for purpose in ("open the report", "show a card"):
        assert _file_of(commands[purpose]).is_file(), purpose
    checked = _run(
        commands["check it"], home=tmp_path / "home"
    )  # quoted, since the folder's name has spaces
    assert checked.returncode in (0, 20), checked.stderr
    if count:
        first = next(line for line in answer.text.splitlines() if "An answer from a phone" in line)
        assert first.endswith("Proof good")


def test_households_whose_people_are_not_listed_are_served_as_well(tmp_path: Path) -> None:
    """C3: what nobody stated is not asked for; the first answer is a good one."""
    people: list[dict[str, Any]] = []
    answer = demo.run(build(households(2)[0], people), name="t.xlsx", out=tmp_path / "out")
    first = next(line for line in answer.text.splitlines() if "An answer from a phone" in line)
    assert first.endswith("Proof good")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"household_id,size\n1,2\n", Reason.NOT_A_WORKBOOK),
        (b"PK\x03\x04 no zip at all", Reason.NOT_A_WORKBOOK),
    ],
)
def test_a_file_that_is_no_workbook_is_bad_input(
    data: bytes, reason: Reason, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is named, nothing is half made, and an earlier demo stays whole."""
    out = tmp_path / "out"
    out.mkdir()
    (out / ".amana-demo").touch()
    (out / "report.html").write_text("an earlier one")
    file = tmp_path / "people.xlsx"
    file.write_bytes(data)
    assert main(["demo", "--registrations", str(file), "--out", str(out), "--json"]) == 65
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert answer["reason"] == reason.value
    assert answer["where"]["file"].endswith("people.xlsx")
    assert "Traceback" not in said.err
    assert (out / "report.html").read_text() == "an earlier one"


def test_a_workbook_that_is_not_there_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nowhere.xlsx"
    assert main(["demo", "--registrations", str(file), "--out", str(tmp_path / "out")]) == 65
    assert "no-such-file" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


# --- Where it writes ------------------------------------------------------------------------------


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    out = tmp_path / "out"
    demo.run(build(*households(3)), name="three.xlsx", out=out)
    card = (out / "cards" / "card-01.png").read_bytes()
    (out / "notes.txt").write_text("left by the first run")
    answer = demo.run(build(*households(2)), name="two.xlsx", out=out)
    assert answer.data["households"] == 2
    assert (out / "cards" / "card-01.png").read_bytes() != card
    assert not (out / "notes.txt").exists()


@pytest.mark.parametrize("kind", ["folder", "file", "link to a folder"])
def test_what_no_demo_made_is_never_emptied(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """C74 is for officers, not for a demonstration: it removes only what it made."""
    mine = tmp_path / "thesis"
    if kind == "file":
        mine.write_text("my thesis")
    else:
        mine.mkdir()
        (mine / "chapter-1.txt").write_text("my thesis")
    out = mine
    if kind == "link to a folder":
        out = tmp_path / "out"
        out.symlink_to(mine)
    workbook = tmp_path / "people.xlsx"
    workbook.write_bytes(build(*households(1)))
    assert main(["demo", "--registrations", str(workbook), "--out", str(out), "--json"]) == 65
    assert json.loads(capsys.readouterr().out)["reason"] == Reason.WOULD_OVERWRITE.value
    kept = mine if kind == "file" else mine / "chapter-1.txt"
    assert kept.read_text() == "my thesis"


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert demo.run(build(*households(1)), name="one.xlsx", out=out).exit == 0


def test_a_place_that_can_not_be_written_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError) as refused:
        demo.run(build(*households(1)), name="one.xlsx", out=tmp_path / "file" / "out")
    assert refused.value.reason is Reason.UNREADABLE_FILE


def test_a_leak_is_our_fault_and_is_told_without_what_leaked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C67, C72: a demo that leaks ends with 70 and names the file, never the value."""

    def leaky(out: Path, **named: Any) -> None:
        write_report(out, **named)
        (out / "debug.txt").write_text("last seen: zavmip TOLUBREK")

    monkeypatch.setattr(demo, "write_report", leaky)
    answer = demo.run(build(*households(1)), name="one.xlsx", out=tmp_path / "out")
    assert answer.exit == 70
    assert answer.data["leaking_files"] == 1
    assert "debug.txt" in answer.text
    assert "tolubrek" not in answer.text.casefold()


# --- The search -----------------------------------------------------------------------------------


def test_the_search_finds_a_value_wherever_it_was_put(tmp_path: Path) -> None:
    """C67: in text, in another case, in binary files, in names of files and inside of codes."""
    places = {
        "plain.txt": b"Nowhere-on-Sea",
        "case.txt": b"NOWHERE-ON-SEA",
        "binary.bin": b"\x00\xff\xfe" + b"nowhere-on-sea" + b"\x00\xff",
        "code.png": images.draw("Nowhere-on-Sea").png,
        "ours.png": images.draw(
            text.encode(text.Kind.CREDENTIAL, {"village": "Nowhere-on-Sea" * 3})
        ).png,
        "nowhere-on-sea.txt": b"",
        "accent.txt": "ÉLODIE-MARGUERITE".encode(),
    }
    for name, data in places.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "clean.txt").write_bytes(b"nowhere, on land")
    (tmp_path / "picture.png").write_bytes(images.draw("nothing to see").png)
    found = search(tmp_path, {"Nowhere-on-Sea", "Élodie-Marguerite", "short"})
    assert set(found.leaking) == set(places)
    assert found.files == len(places) + 2
    assert found.codes == 3


def _file_of(command: str) -> Path:
    """The one path that a command ends with, as a shell reads it."""
    import shlex

    return Path(shlex.split(command)[-1])


def _run(command: str, *, home: Path) -> subprocess.CompletedProcess[str]:
    """A command as it was printed, where it was printed; this interpreter, whatever its name."""
    assert "-m amana" in command
    before, after = command.split("-m amana", 1)
    before = re.sub(r"\S+ $", "", before)
    return subprocess.run(
        ["sh", "-c", f"{before}'{sys.executable}' -m amana{after}"],
        capture_output=True,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(home), "XDG_DATA_HOME": str(home)},
        text=True,
        timeout=60,
    )


def _shape(card: JsonObject) -> str:
    """A card with what is random on it set to its length."""
    shown = json.loads(json.dumps(card))
    for name in STANDS_FOR_A_PERSON:
        shown["credentialSubject"][name] = len(shown["credentialSubject"][name])
    shown["credentialStatus"]["statusListIndex"] = "any"
    shown["credentialStatus"].pop("id", None)
    shown["proof"]["proofValue"] = "any"
    return json.dumps(shown, sort_keys=True)


def _without_class(shape: str) -> str:
    shown = json.loads(shape)
    shown["credentialSubject"]["entitlement"] = "any"
    return json.dumps(shown, sort_keys=True)


def test_a_folder_behind_a_link_is_emptied_and_nothing_outside_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    disk, mine = tmp_path / "disk", tmp_path / "mine.txt"
    disk.mkdir()
    mine.write_text("mine")
    (tmp_path / "out").symlink_to(disk)
    out = str(tmp_path / "out")
    book = tmp_path / "one.xlsx"
    book.write_bytes(build(*households(1)))
    assert main(["demo", "--registrations", str(book), "--out", out, "--json"]) == 0
    (disk / "old").symlink_to(mine)
    (disk / "old-folder").symlink_to(tmp_path)
    assert main(["demo", "--registrations", str(book), "--out", out, "--json"]) == 0
    assert not {"old", "old-folder"} & {path.name for path in disk.iterdir()}
    assert mine.read_text() == "mine"
    capsys.readouterr()


def test_a_workbook_in_the_folder_that_is_emptied_is_not_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".amana-demo").write_bytes(b"")
    book = tmp_path / "below" / "mine.xlsx"
    book.parent.mkdir()
    book.write_bytes(build(*households(1)))
    given = ["demo", "--registrations", str(book), "--out", str(tmp_path), "--json"]
    assert main(given) == 65
    assert json.loads(capsys.readouterr().out)["reason"] == Reason.WOULD_OVERWRITE.value
    assert book.exists()


def test_only_its_owner_looks_into_what_people_said(played: DemoRun) -> None:
    assert stat.S_IMODE(played.out.stat().st_mode) == 0o700
