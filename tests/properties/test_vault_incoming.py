"""Any bytes at all may reach a wallet: it answers with documents, or with an InputError."""

from __future__ import annotations

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from amana.errors import InputError
from amana.qr.text import Kind, encode
from tests.wallet_world import World, key_of
from wallet_app.incoming import credentials_in

GOOD = World().credential(key_of("holder").public.did)
SEEDS = [
    json.dumps(GOOD).encode(),
    json.dumps(GOOD, indent=1).encode(),
    (json.dumps(GOOD) + "\n").encode() * 3,
    encode(Kind.CREDENTIAL, GOOD).encode(),
]


def _read(data: bytes) -> None:
    """Raises whatever is neither a list of items nor an InputError."""
    try:
        items = credentials_in(data)
    except InputError:
        return
    assert all(isinstance(item, (dict, InputError)) for item in items)


@given(data=st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    _read(data)


@given(text=st.text(max_size=400))
def test_any_text_behind_our_prefixes(text: str) -> None:
    for prefix in ("", "{", "AVC1R", "AVR1R", "\n{"):
        _read((prefix + text).encode("utf-8", "surrogatepass"))


def test_seeded_mutations() -> None:
    """2,000 changes of good files: a byte changed, left out or put in twice."""
    source = random.Random(6)
    for _ in range(2_000):
        data = bytearray(source.choice(SEEDS))
        for _ in range(source.randint(1, 3)):
            place = source.randrange(len(data))
            change = source.randrange(3)
            if change == 0:
                data[place] = source.randrange(128)
            elif change == 1:
                del data[place]
            else:
                data[place:place] = data[place : place + 9]
        _read(bytes(data))
