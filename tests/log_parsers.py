"""Parsers of the log of decisions: leaves, bundles, notes, keys, checkpoints, proofs, and a folder.

What a stranger can't sign is signed here for them, so that what lies below the signature meets
noise as well.
"""

from __future__ import annotations

from functools import cache
from random import Random

from amana.errors import InputError, RegistryError, VerificationError
from amana.reasons import Reason
from tests.amana_samples import mutate
from tests.log_lab import KEY, SECRET, LogLab, leaf, leaves
from tests.parser_trials import EITHER, Parser
from trust_registry._tiles import read_bundle
from trust_registry.inclusion import check_inclusion, prove
from trust_registry.log import every_leaf, grew, read_checkpoint, read_leaf
from trust_registry.notes import from_base64, open_note, read_verifier_key, sign_note

_ALL = (InputError, VerificationError, RegistryError)


@cache
def _lab() -> LogLab:
    lab = LogLab()
    lab.add(*leaves(0, 7))
    lab.add(*leaves(7, 260))
    return lab


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _signed(random: Random) -> bytes:
    """A checkpoint whose lines were changed before it was signed."""
    text = mutate(random, _lab().heads[-1].text.encode()).decode("utf-8", "replace")
    return sign_note(f"{text.strip()}\n", key=KEY, sign=SECRET.sign)


def _folder() -> Parser:
    """A whole log with one file changed; the first byte says which."""
    lab = _lab()
    names = sorted(lab.files)
    old, new = lab.heads

    def parse(data: bytes) -> None:
        name = names[data[0] % len(names)] if data else "checkpoint"
        files = {**lab.files, name: data[1:]}
        checkpoint = read_checkpoint(files["checkpoint"], key=KEY)
        found = every_leaf(checkpoint, read=files.get)
        grew(old, checkpoint, read=files.get)
        prove(leaf(3).decision, note=files["checkpoint"], key=KEY, read=files.get)
        if found != every_leaf(new, read=lab.read):
            raise AssertionError("another log was believed")

    def made(random: Random) -> bytes:
        which = random.randrange(len(names))
        return bytes([which]) + mutate(random, lab.files[names[which]])

    # Every call reads a log of 260 leaves twice over.
    return Parser(parse, [b"\x00" + lab.note], _ALL, made=made, most=20_000)


def _base64(data: bytes) -> None:
    from_base64(_text(data), Reason.BAD_LOG)


def log_parsers() -> dict[str, Parser]:
    """All of them, by name."""
    lab = _lab()
    proofs = [
        prove(leaf(number).decision, note=lab.note, key=KEY, read=lab.read)[0]
        for number in (0, 7, 259)
    ]
    return {
        "log_leaf": Parser(read_leaf, [leaf(0).data(), leaf(9).data()], values=True),
        "log_bundle": Parser(read_bundle, [lab.files["tile/entries/000.p/7"], b"\x00\x01a" * 256]),
        "log_key": Parser(lambda data: read_verifier_key(_text(data)), [KEY.text.encode()]),
        "log_base64": Parser(_base64, [b"AAECAwQFBgc=", b"+/8="]),
        "log_note": Parser(lambda data: open_note(data, key=KEY), [lab.note], EITHER),
        "log_checkpoint": Parser(
            lambda data: read_checkpoint(data, key=KEY), [lab.note], _ALL, made=_signed
        ),
        "log_proof": Parser(lambda data: check_inclusion(data, key=KEY), proofs, _ALL),
        "log_folder": _folder(),
    }
