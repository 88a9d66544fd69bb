"""The main way by commands alone, as staff and people type them: nothing is imported but the shell.

A consortium is founded, an organisation is admitted and certifies its station, a family is
registered, one person takes a phone and another takes paper, and the station believes them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amana.cli import main
from amana.reasons import Reason
from tests.vetting_lab import dossier_document, governance_answers, place_document, put

DID = "did:web:relief.example"
CSV = b"""family,people,kids,phone
7-A,4,2,+000 555 0001
7-B,1,0,+000 555 0002
7-C,2,0,+000 555 0003
"""
MAPPING = {
    "rows": "household",
    "columns": {
        "family": {"field": "household"},
        "people": {"field": "householdSize"},
        "kids": {"field": "children"},
        "phone": {"drop": "contact"},
    },
}
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command in an empty folder and gives its one JSON object."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache of the user"))
    monkeypatch.setenv("AMANA_PASSPHRASE", "nobody's passphrase")

    def command(words: str, *more: str, status: int = 0) -> dict[str, Any]:
        found = main([*words.split(), *more, "--json"])
        said = capsys.readouterr()
        assert found == status, said.err + said.out
        answer: dict[str, Any] = json.loads(said.out)
        return answer

    return command


def test_from_a_consortium_to_a_believed_answer(run: Run) -> None:
    """C9, C11, C24, C79, C86, C110, C111, C112: every step has its command, and they fit."""
    Path("people.csv").write_bytes(CSV)
    Path("mapping.json").write_text(json.dumps(MAPPING))
    put(Path("dossier.json"), dossier_document(DID))
    put(Path("place.json"), place_document(DID))
    put(Path("answers.json"), governance_answers())

    # Two of three members admit an organisation.
    run("registry init --out consortium --name Circle --demo --bin-bits 1")
    run(f"issuer init --dir office --did {DID} --demo")
    run("registry govern --dir consortium --answers answers.json")
    actions = (
        "--action issue:PurposeCredential --action issue:StationCertificate"
        " --action ask:PurposeCredential"
    )
    run(f"registry apply --dir consortium --dossier dossier.json --name en=Relief {actions}")
    case = f"--dir consortium --did {DID}"
    run(f"registry review {case} --by outsider --summary Complete.")
    run("registry place --dir consortium --assessment place.json")
    for member in (1, 3):
        key = f"consortium/members/member-{member}.key"
        run(f"registry vote {case} --member {key} --for accredit --reason Needed.")
    appeals = "--appeals appeals@circle.example"
    run(f"registry decide {case} --outcome accredited --reasons Needed. {appeals}")
    run(
        f"registry entry --did {DID} --key key-1=office/issuer.key {actions} --registrar Circle"
        f" {appeals} --dossier dossier.json --out entry.json --name en=Relief"
    )
    run("registry add --dir consortium --entry entry.json")

    # It certifies its station.
    station = run("verifier init --station station --demo")["station"]
    run(f"issuer certify --dir office --station {station} --act food-assistance --out station.json")
    run("verifier init --station station --certificate station.json")

    # Three families are offered; one takes a phone, one paper, one does not answer.
    taken = run("issuer intake people.csv --dir office --mapping mapping.json --report report.json")
    assert "000 555" not in Path("report.json").read_text()
    first, second, _ = taken["rows"]
    run("wallet init --vault phone")
    run("wallet keys --vault phone --count 3 --out keys.json")
    run(f"issuer accept {first} --dir office --consent tick --holder-keys keys.json")
    run(f"issuer accept {second} --dir office --consent voice --paper")
    assert run("issuer refuse --unanswered --dir office") == {"nameless": 1}
    assert run("issuer issue --dir office --out issued.jsonl")["copies"] == 3 + 1 + 1

    # The list of revoked proofs and the entry are published.
    run("issuer status --dir office --out lists")
    run("registry status --dir consortium --list lists/1.json")
    members = "--member consortium/members/member-1.key --member consortium/members/member-3.key"
    run(f"registry publish --dir consortium {members}")
    trust = "--registry consortium/published --root consortium/trust-anchor.json"
    assert run(f"registry show {trust.split()[1]} {' '.join(trust.split()[2:])}")["demo"] is True

    # The phone takes in what is for it, and nothing else.
    everything = Path("issued.jsonl").read_bytes().splitlines(keepends=True)
    holders = set(json.loads(Path("keys.json").read_bytes())["holders"])
    mine = [one for one in everything if json.loads(one)["credentialSubject"]["id"] in holders]
    Path("mine.jsonl").write_bytes(b"".join(mine))
    caches = "--cache cache"
    assert run(f"wallet receive mine.jsonl --vault phone {trust} {caches}")["kept"] == 3
    assert run(f"wallet list --vault phone {trust} {caches}")["proofs"][0]["copies"] == 3

    # The station asks, the phone says who asks for what and answers, the station believes it once.
    ask = "verifier challenge --station station --act food-assistance"
    run(f"{ask} --claim householdSize --claim children --out question.png")
    seen = run(f"wallet look question.png {trust} {caches}")
    assert (seen["name"], seen["known"]) == ("Relief", True)
    assert seen["claims"] == ["householdSize", "children"]
    run(f"wallet present --vault phone --challenge question.png --out answer.png {trust} {caches}")
    judge = f"verifier verify answer.png --station station {trust}"
    good = run(judge)
    assert (good["outcome"], good["shown"]["householdSize"]) == ("ACCEPTED", 4)
    assert run(judge, status=10)["reason"] == Reason.REPLAYED.value

    # Paper and the card of who did not answer are served alike; a revoked one is not relied on.
    paper = [one for one in everything if one not in mine]
    for number, card in enumerate(paper):
        Path(f"card-{number}.json").write_bytes(card.rstrip())
    at_tent = f"{trust} --tier registered --purpose food-assistance"
    verdicts = [run(f"verifier verify card-{number}.json {at_tent}") for number in range(2)]
    for one in verdicts:
        reasons = {found["reason"] for found in one["findings"]}
        assert reasons == {Reason.DEMO_REGISTRY.value, Reason.HOLDER_NOT_PROVED.value}
    assert {one["shown"]["entitlement"] for one in verdicts} == {"basket-small"}

    lost = run(
        f"issuer revoke {second} --dir office --replace --officer registrar --officer protection",
        "--reason",
        "lost on the way",
    )
    run("issuer issue --dir office --out again.jsonl")
    run("issuer status --dir office --out lists")
    run("registry status --dir consortium --list lists/1.json")
    run("registry publish --dir consortium --status-only")
    outcomes = sorted(
        run(f"verifier verify card-{number}.json {at_tent}", status=status)["outcome"]
        for number, status in zip(range(2), statuses(run, second, paper), strict=True)
    )
    assert outcomes == ["ACCEPTED", "REJECTED"]
    Path("new.json").write_bytes(Path("again.jsonl").read_bytes().rstrip())
    assert run(f"verifier verify new.json {at_tent}")["shown"]["entitlement"] == "basket-small"
    assert run(f"issuer show {lost['new_row']} --dir office")["nameless"] is True


def statuses(run: Run, row: str, cards: list[bytes]) -> list[int]:
    """Which of the cards was revoked, by the issuer's own register: 10 for that one, else 0."""
    (copy,) = run(f"issuer show {row} --dir office")["issued"]
    assert copy["revoked"] is True
    places = [int(json.loads(card)["credentialStatus"]["statusListIndex"]) for card in cards]
    return [10 if place == copy["index"] else 0 for place in places]
