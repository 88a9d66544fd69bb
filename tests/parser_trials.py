"""Feeds parsers with spoiled inputs: which errors leave them, how long they take, what they keep.

`Parser` says how one is called and what good inputs look like; the tables of them are
`amana_parsers`, `token_parsers`, `linked_parsers`, `counter_parsers` and `office_parsers`; all of
them together are `all_parsers`.
"""

from __future__ import annotations

import ctypes
import gc
import io
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from amana.errors import AmanaError, InputError, VerificationError
from amana.qr import images
from tests.amana_samples import mutate

INPUT = (InputError,)
EITHER = (InputError, VerificationError)
SLOW_SECONDS = 0.1  # of process CPU time; an input is slow if it takes as long three times
KEPT_BYTES = 8 * 1024 * 1024  # by which a process may grow over the second half of its inputs
_PAGES = Path("/proc/self/statm")
_PAGE_BYTES = 4096


Figures = dict[str, float]

SHARE = 250_000  # inputs of a deep run for each of several tables' rows that feed one public parser


@dataclass(frozen=True)
class Parser:
    """`values` says that inputs are JSON, of which single values are worth changing as well.

    `made` makes inputs that noise would never come to, such as a changed payload that is signed
    again; half of the inputs come from there.
    """

    parse: Callable[[bytes], object]
    good: list[bytes]
    errors: tuple[type[AmanaError], ...] = INPUT
    values: bool = False
    made: Callable[[Random], bytes] | None = None
    most: int = 1_000_000  # inputs of a deep run; fewer where each of them takes long
    largest: int = 300_000  # bytes of an input that is swollen: a little more than most may have


_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**53 - 1, 1.5, "", "a", " ", "é\U0001f600", [], {}, [[]], [None],
    {"id": 5}, {"type": []}, ["a", "a"], {"": ""}, "did:key:", "did:key:z6Mk", "z", "u",
    "2026-02-30T00:00:00Z", "https://a.example", "x" * 3_000, "\x00", "~", ".", "#", "a#b", -0.0,
    1e300, {"@context": []}, {"@value": 1}, ["x"] * 100, "did:web:a.example", "0", "\u202e",
    {"x": {"x": {"x": {"x": {"x": []}}}}},
)  # fmt: skip


_LETTERS = ("a", "%", "é", "-", ":", "1", "z", "\\", "/a", "a b ", "~", ".", "https://a.example/")


def change_value(random: Random, value: Any) -> Any:
    """`value` with one of the values inside replaced, removed, doubled, moved or renamed."""
    value = json.loads(json.dumps(value))
    places = list(_places(value))
    if not places or random.random() < 0.01:
        return _copied(random.choice(_VALUES))
    holder, place = random.choice(places)
    kind = random.randrange(7)
    if kind == 0:
        del holder[place]
    elif kind == 1:
        other_holder, other = random.choice(places)
        holder[place] = _copied(other_holder[other]) if other_holder is not holder else [1]
    elif kind == 2:
        holder[place] = [holder[place], _copied(holder[place])]
    elif kind == 3 and isinstance(holder, dict):
        name = random.choice([str(other) for _, other in places])
        holder[name] = holder.pop(place)
    elif kind == 4 and isinstance(holder[place], str) and holder[place]:
        text = holder[place]
        at = random.randrange(len(text))
        holder[place] = text[:at] + random.choice("0aZ.:#-~/% \u0430\u200d") + text[at + 1 :]
    else:
        holder[place] = _copied(random.choice(_VALUES))
    return value


def _copied(value: Any) -> Any:
    return json.loads(json.dumps(value)) if isinstance(value, dict | list) else value


def write(value: Any) -> bytes:
    """A changed value as JSON; half a surrogate pair stays what it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def swollen(random: Random, value: Any, size: int) -> bytes:
    """`value` with one of its values so often, so deep or so long that it has some `size` bytes."""
    value = json.loads(json.dumps(value))
    places = list(_places(value))
    holder, place = random.choice(places or [([value], 0)])
    one = holder[place]
    times = max(2, size // (len(json.dumps(one)) + 10))
    kind = random.randrange(7)
    if kind == 0:
        holder[place] = [one] * times
    elif kind == 1:
        holder[place] = {f"k{number}": one for number in range(times)}
    elif kind == 2:
        holder[place] = random.choice(_LETTERS) * (size // 4)
    elif kind == 3:
        for level in range(random.choice((30, 500))):
            holder[place] = [holder[place]] * (2 if level < 8 else 1)
    elif kind == 4 and isinstance(holder, dict):
        holder |= {f"{place}{number}": one for number in range(times)}
    elif kind == 5 and isinstance(holder, list):
        holder += [one] * times
    else:
        holder[place] = [{"@id": f"urn:x:{number}"} for number in range(size // 20)]
    return write(value)


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Everything in `node`, each by what holds it and where it stands there."""
    if isinstance(node, dict | list):
        for place, member in node.items() if isinstance(node, dict) else enumerate(node):
            yield node, place
            yield from _places(member)


def repeated(random: Random, data: bytes, size: int) -> bytes:
    """`data` with a piece of it over and over."""
    begin = random.randrange(len(data) + 1)
    end = begin + random.choice((1, 2, 8, 64, 300))
    piece = data[begin:end] or random.choice((b"[", b"{", b"\xff"))
    return data[:end] + piece * (size // len(piece)) + data[end:]


def inputs(parser: Parser, random: Random, count: int) -> Iterator[bytes]:
    """`count` inputs: a tenth noise, one in a thousand huge, the rest good ones with a change."""
    decoded = [json.loads(data) for data in parser.good] if parser.values else []
    for _ in range(count):
        drawn = random.random()
        if drawn < 0.001:
            size = random.choice((parser.largest // 10, parser.largest))
            if decoded and random.random() < 0.7:
                yield swollen(random, random.choice(decoded), size)
            else:
                yield repeated(random, random.choice(parser.good), size)
        elif drawn < 0.1:
            yield random.randbytes(random.randrange(200))
        elif parser.made is not None and drawn < 0.6:
            yield parser.made(random)
        elif decoded and drawn < (0.8 if parser.made else 0.55):
            yield write(change_value(random, random.choice(decoded)))
        else:
            yield mutate(random, random.choice(parser.good))


def trial(name: str, parser: Parser, *, seed: int, count: int, deep: bool = False) -> Figures:
    """Feed a parser; whatever else than its own errors leaves it, is not caught here.

    `deep` also looks at the time that each input takes, and at what the process keeps.
    """
    for data in parser.good:
        try:
            parser.parse(data)
        except InputError as error:  # floats, in one of the good inputs
            if error.reason.value != "float-forbidden":
                raise
    return feed(
        name,
        inputs(parser, Random(f"{name} {seed}"), count),
        parse=parser.parse,
        errors=parser.errors,
        count=count,
        deep=deep,
    )


def feed(
    name: str,
    given: Iterable[bytes],
    *,
    parse: Callable[[bytes], object],
    errors: tuple[type[AmanaError], ...],
    count: int,
    deep: bool,
) -> Figures:
    """Call `parse` with each of `given`; an input that goes wrong is in the error's notes."""
    refused, slowest, half, began = 0, 0.0, 0, time.perf_counter()
    for number, data in enumerate(given):
        if deep and number == count // 2:
            half = resident()
        try:
            started = time.process_time()
            try:
                parse(data)
            except errors:
                refused += 1
            if deep and (took := time.process_time() - started) > slowest:
                slowest = min(took, _again(parse, data, errors) if took > SLOW_SECONDS else took)
                assert slowest <= SLOW_SECONDS, f"{slowest:.3f} s"
        except Exception as error:
            error.add_note(f"{name}, input {number}: {data!r}")
            raise
    figures: Figures = {
        "inputs": count,
        "refused": refused,
        "a_second": round(count / (time.perf_counter() - began)),
    }
    if deep:
        grown = resident() - half
        assert grown <= KEPT_BYTES, f"{name}: {grown} bytes are kept"
        figures |= {"slowest_ms": round(slowest * 1000, 1), "kept_kib": grown // 1024}
    return figures


def _again(
    parse: Callable[[bytes], object], data: bytes, errors: tuple[type[AmanaError], ...]
) -> float:
    """The shorter of two runs more."""
    found = []
    for _ in range(2):
        started = time.process_time()
        with suppress(*errors):
            parse(data)
        found.append(time.process_time() - started)
    return min(found)


def resident() -> int:
    """Bytes of this process that are in memory, once everything that can go has gone."""
    gc.collect()
    with suppress(AttributeError):  # glibc's: what was freed goes back to the system
        ctypes.CDLL(None).malloc_trim(0)
    return int(_PAGES.read_text().split()[1]) * _PAGE_BYTES


# --- Pictures -----------------------------------------------------------------------------------


@cache
def pictures() -> list[bytes]:
    """One code in each format that we read, in grey, in colour and with transparency."""
    found = []
    drawn = Image.open(io.BytesIO(images.draw("AVC1R 0123 $%*+-./:", module=3).png))
    for kind, mode in (
        ("PNG", "1"), ("PNG", "P"), ("PNG", "RGBA"), ("JPEG", "RGB"), ("JPEG", "L"),
        ("WEBP", "RGB"), ("GIF", "P"), ("BMP", "RGB"), ("TIFF", "L"), ("TIFF", "1"),
    ):  # fmt: skip
        target = io.BytesIO()
        more = {"compression": "tiff_deflate"} if (kind, mode) == ("TIFF", "L") else {}
        drawn.convert("RGB").convert(mode).save(target, kind, **more)
        found.append(target.getvalue())
    return found


def picture_trial(seed: int, count: int, *, deep: bool = False) -> Figures:
    """Feed spoiled pictures to the reader: only InputError may leave it."""
    random = Random(f"pictures {seed}")
    good = pictures()
    given = (mutate(random, good[number % len(good)]) for number in range(count))
    return feed(
        f"pictures, seed {seed}", given, parse=images.read, errors=INPUT, count=count, deep=deep
    )
