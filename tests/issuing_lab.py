"""Registers of made-up people for tests, and an issuing process that can be killed.

`python -m tests.issuing_lab FOLDER KILL_AT BATCH` issues into FOLDER/out.jsonl and kills itself
(-9) as soon as KILL_AT rows are committed; 0 never does.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from amana.keys import SecretKey
from amana.proofs import eddsa_jcs
from issuer.issue import Issued, issue
from issuer.minimise import OfferDraft
from issuer.offer import Acceptance, Consent, accept_many, record_offers, refuse
from issuer.purposes import default_purposes, load_purposes
from issuer.register import Register, RegisterKey, State
from tests.deterministic import randomness

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 22)
PURPOSES = load_purposes(default_purposes())
HOUSEHOLD = PURPOSES["food-assistance"]
PERSON = PURPOSES["health-visit"]
SIGNER = SecretKey(bytes(range(32)))
DID = "did:web:aid.example"
METHOD = f"{DID}#key-1"
BASE = "https://aid.example"
KEY = RegisterKey(b"\x07" * 32)
SOURCE = b"\x01" * 32


def draft(number: int = 0, *, person: int | None = None, **claims: Any) -> OfferDraft:
    """An offer to a household (food), or to one of its people (health)."""
    if person is None:
        said: dict[str, Any] = {"householdSize": 4, "children": 2, **claims}
        purpose, entitlement = HOUSEHOLD, "basket-medium"
    else:
        said, purpose, entitlement = {"ageBand": "18-59", **claims}, PERSON, "health-visit"
    return OfferDraft(
        purpose_id=purpose.id,
        level=purpose.level,
        row=number,
        person=person,
        claims=said,
        self_stated=tuple(said),
        checked=(),
        entitlement=entitlement,
    )


def new_register(path: Path, *, demo: bool = True) -> Register:
    """An empty register of the fixed test key."""
    return Register.create(path, key=KEY, randomness=randomness(f"register {path}"), demo=demo)


def offer(register: Register, *drafts: OfferDraft, today: date = TODAY) -> tuple[str, ...]:
    """Record drafts; their row ids."""
    return record_offers(
        register,
        drafts,
        source=SOURCE,
        purposes=PURPOSES,
        today=today,
        randomness=os.urandom,
    ).row_ids


def wallet_keys(count: int) -> list[str]:
    """Fresh did:keys, as a wallet gives them."""
    return [SecretKey.generate(os.urandom).public.did for _ in range(count)]


def say_yes(
    register: Register, row_id: str, *, keys: Sequence[str] | None = None, today: date = TODAY
) -> None:
    """One acceptance, on paper unless there are keys."""
    yes = Acceptance(row_id=row_id, notice_version="v1", consent=Consent.TICK, holder_keys=keys)
    accept_many(register, [yes], today=today, randomness=os.urandom)


def run_issue(register: Register, out: Path, **changes: Any) -> Issued:
    """`issue` as the tests' office does it."""
    settings: dict[str, Any] = {
        "signer": SIGNER,
        "issuer_did": DID,
        "verification_method": METHOD,
        "status_base_url": BASE,
        "purposes": PURPOSES,
        "today": TODAY,
        "randomness": os.urandom,
        "out": out,
        **changes,
    }
    return issue(register, **settings)


def read_lines(out: Path) -> list[dict[str, Any]]:
    """The documents of a file of JSON lines."""
    return [json.loads(line) for line in out.read_bytes().splitlines()]


# --- Many rows, and a process that dies ---------------------------------------------------------


def fill(folder: Path, rows: int) -> None:
    """A register of `rows` answered rows: four of five by wallet, the others on paper or nameless.

    `expected.json` says which holders each row must get; None for the one key of a card.
    """
    expected: dict[str, list[str] | None] = {}
    with new_register(folder / "register.sqlite") as register:
        row_ids = offer(register, *(draft(number) for number in range(rows)))
        keys = wallet_keys(HOUSEHOLD.copies * rows)
        yes, no = [], []
        for number, row_id in enumerate(row_ids):
            own = keys[HOUSEHOLD.copies * number :][: HOUSEHOLD.copies]
            expected[row_id] = own if number % 5 else None
            if number % 10 == 0:
                no.append(row_id)
                continue
            yes.append(
                Acceptance(
                    row_id=row_id,
                    notice_version="v1",
                    consent=Consent.TICK,
                    holder_keys=expected[row_id],
                )
            )
        accept_many(register, yes, today=TODAY, randomness=os.urandom)
        refuse(register, no, today=TODAY, randomness=os.urandom)
    (folder / "expected.json").write_text(json.dumps(expected))


def issue_and_die(
    template: Path, folder: Path, *, kill_at: int = 0, after: float | None = None, batch: int = 37
) -> bool:
    """Issue from a copy of `template` in a process of its own, killed by count or by the clock.

    Returns whether it was killed before it could finish.
    """
    shutil.copytree(template, folder)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.issuing_lab", str(folder), str(kill_at), str(batch)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"issuing\n"
        if after is not None:
            try:
                child.wait(after)
            except subprocess.TimeoutExpired:
                child.kill()
    status = child.wait(60)
    assert status in (0, -signal.SIGKILL)
    return status != 0


def resume_and_check(folder: Path, *, every_signature: bool) -> Issued:
    """Issue again after a death; then every row has exactly its copies, each once, each its own."""
    expected = json.loads((folder / "expected.json").read_text())
    out = folder / "out.jsonl"
    with Register.open(folder / "register.sqlite", key=KEY) as register:
        finished = out.exists()
        issued = run_issue(register, out)
        assert register.row_ids(state=State.ISSUED) == sorted(expected)
        given: dict[tuple[str, str], str] = {}
        with register.read() as work:
            query = "SELECT list, position, registration FROM copies WHERE NOT revoked"
            for number, index, row_id in work.exec_driver_sql(query):
                place = (f"{BASE}/status/{number}", str(index))
                assert given.setdefault(place, row_id) == row_id
        had = Counter(given.values())
        assert had == {
            row_id: 1 if keys is None else len(keys) for row_id, keys in expected.items()
        }
        # Either the run ended before it could be killed, or all that it began is done now.
        assert (issued.rows == 0) == (finished and issued.out is None)
        with register.read() as work:
            assert work.exec_driver_sql("SELECT count(*) FROM holders").scalar_one() == 0
    holders: dict[str, list[str]] = {row_id: [] for row_id in expected}
    found = set()
    for number, document in enumerate(read_lines(out)):
        status = document["credentialStatus"]
        place = (status["statusListCredential"], status["statusListIndex"])
        assert place not in found
        found.add(place)
        holders[given[place]].append(document["credentialSubject"]["id"])
        if every_signature or number % 100 == 0:
            proof = eddsa_jcs.read_proof(document["proof"])
            eddsa_jcs.verify(document, proof, key=SIGNER.public)
    assert found == set(given)
    for row_id, keys in expected.items():
        assert sorted(holders[row_id]) == sorted(keys or holders[row_id])
    assert len({key for keys in holders.values() for key in keys}) == len(given)
    assert not out.with_name("out.jsonl.part").exists()
    return issued


def _main(folder: Path, kill_at: int, batch: int) -> None:
    def die(committed: int) -> None:
        if kill_at and committed >= kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    after_commit: Callable[[int], None] = die
    with Register.open(folder / "register.sqlite", key=KEY) as register:
        print("issuing", flush=True)
        run_issue(register, folder / "out.jsonl", after_commit=after_commit, batch=batch)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
