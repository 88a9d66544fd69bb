"""The wallet lives on what a phone can carry (design: facts about Android)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

# No recipe for the phone exists for these, or none is wanted there.
BLOCKED = [
    "based58",
    "jsonschema",
    "jsonschema_rs",
    "msgspec",
    "numpy",
    "openpyxl",
    "orjson",
    "python_calamine",
    "rpds",
    "securesystemslib",
    "sqlalchemy",
    "tuf",
    "zxingcpp",
]

STORY = """
import importlib.abc, json, sys
from pathlib import Path

BLOCKED, FOLDER = json.loads(sys.argv[1]), Path(sys.argv[2])

class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(fullname, name=fullname)

sys.meta_path.insert(0, Blocker())

from amana.challenge import read_challenge
from amana.qr.images import draw
from amana.qr.text import Kind, encode
from tests.wallet_world import CHEAP, NOW, PIN, World
from wallet_app import actions, cli
from wallet_app.disk import create_wallet, open_wallet
from wallet_app.incoming import challenge_in, credentials_in

world, vault = World(), FOLDER / "wallet"
create_wallet(vault, PIN, cost=CHEAP)
with open_wallet(vault, PIN) as wallet:
    state, holders = actions.request_keys(wallet.state, 1)
    wallet.save(state)
try:
    import pyzbar.pyzbar  # needs libzbar, which the phone's build carries and this machine may not
    see = lambda text: draw(text).png
except ImportError:
    see = lambda text: text.encode()
scanned = see(encode(Kind.CREDENTIAL, world.credential(holders[0])))
asked = see(encode(Kind.CHALLENGE, world.challenge()))
with open_wallet(vault, PIN) as wallet:
    (document,) = credentials_in(scanned)
    wallet.save(actions.receive(wallet.state, document, snapshot=world.snapshot(), now=NOW))
with open_wallet(vault, PIN) as wallet:
    challenge = read_challenge(challenge_in(asked))
    answered = actions.answer(wallet.state, challenge, snapshot=world.snapshot(), now=NOW)
    wallet.save(answered.state)
    assert draw(encode(Kind.PRESENTATION, answered.presentation)).png
print(json.dumps({
    "shown": answered.claims,
    "imported": sorted(name for name in BLOCKED if name in sys.modules),
}))
"""


def test_init_receive_and_present_work_with_none_of_them(tmp_path: Path) -> None:
    """C12: the wallet needs neither rpds nor orjson, nor anything else that a phone lacks."""
    done = subprocess.run(
        [sys.executable, "-c", STORY, json.dumps(BLOCKED), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"shown": ["children", "householdSize"], "imported": []}


def test_the_blocking_would_have_been_noticed() -> None:
    """The test above fails for a library that is really needed."""
    done = subprocess.run(
        [sys.executable, "-c", STORY, json.dumps(["nacl"]), "unused"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "ModuleNotFoundError: nacl" in done.stderr
