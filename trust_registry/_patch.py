"""New bytes told as a change of old bytes: copied ranges and literal text, one after the other.

A signed JSON file of a registry differs from the one before it by a digest, a number, a date and
its signatures. What is copied needs a few bytes; the receiver rebuilds the new file exactly, and
checks it by its digest.

Each step begins with a number n (LEB128). Even: n/2 literal bytes follow. Odd: copy (n-1)/2 bytes
of the old text, from where the last copy ended, moved on by the literals since, and by a further
number (zigzag, LEB128).
"""

from __future__ import annotations

from typing import Final

from amana.errors import InputError
from amana.reasons import Reason

__all__ = ["apply_patch", "make_patch"]

_BLOCK: Final = 16  # the shortest text worth a copy
_CANDIDATES: Final = 16  # places of one block in the old text that are tried
_NUMBER_BYTES: Final = 5  # 35 bits: no file here is longer


def make_patch(old: bytes, new: bytes) -> bytes:
    """The steps that turn `old` into `new`."""
    places: dict[bytes, list[int]] = {}
    for start in range(0, len(old) - _BLOCK + 1, _BLOCK):
        known = places.setdefault(old[start : start + _BLOCK], [])
        if len(known) < _CANDIDATES:
            known.append(start)
    steps = bytearray()
    done = at = shift = 0  # `shift`: from a place in the new text to the same one in the old
    while at + _BLOCK <= len(new):
        block = new[at : at + _BLOCK]
        found = places.get(block, [])
        if at + shift >= 0 and old.startswith(block, at + shift):
            found = [at + shift, *found]
        if not found:
            at += 1
            continue
        length, start = max(
            (_common(old, place, new, at), -n, place) for n, place in enumerate(found)
        )[::2]
        while at > done and start > 0 and old[start - 1] == new[at - 1]:
            at, start, length = at - 1, start - 1, length + 1
        _literal(steps, new[done:at])
        _number(steps, length << 1 | 1)
        moved = start - (at + shift)
        _number(steps, moved << 1 if moved >= 0 else (-moved << 1) - 1)
        at += length
        done, shift = at, start + length - at
    _literal(steps, new[done:])
    return bytes(steps)


def apply_patch(old: bytes, steps: bytes, *, size: int) -> bytes:
    """The new text, of exactly `size` bytes.

    Raises: InputError BAD_BUNDLE for steps that lead nowhere, or to another size (whoever made
    them, or a text that is not the old one).
    """
    new = bytearray()
    at = shift = 0
    while at < len(steps):
        head, at = _read_number(steps, at)
        length = head >> 1
        if head & 1:
            moved, at = _read_number(steps, at)
            shift += moved >> 1 if moved & 1 == 0 else -((moved + 1) >> 1)
            start = len(new) + shift
            if start < 0 or start + length > len(old):
                raise _leads_nowhere()
            piece = old[start : start + length]
        else:
            piece = steps[at : at + length]
            at += length
        if len(piece) != length or len(new) + length > size:
            raise _leads_nowhere()
        new += piece
    if len(new) != size:
        raise _leads_nowhere()
    return bytes(new)


def _common(old: bytes, start: int, new: bytes, at: int) -> int:
    """How many bytes of `old` from `start` are those of `new` from `at`."""
    most = min(len(old) - start, len(new) - at)
    length, step = 0, _BLOCK
    while step <= most - length and _same(old, start + length, new, at + length, step):
        length += step
        step *= 2
    while step > 1:
        step //= 2
        if step <= most - length and _same(old, start + length, new, at + length, step):
            length += step
    return length


def _same(old: bytes, start: int, new: bytes, at: int, length: int) -> bool:
    return old[start : start + length] == new[at : at + length]


def _literal(steps: bytearray, text: bytes) -> None:
    if text:
        _number(steps, len(text) << 1)
        steps += text


def _number(steps: bytearray, value: int) -> None:
    while value > 0x7F:
        steps.append(value & 0x7F | 0x80)
        value >>= 7
    steps.append(value)


def _read_number(steps: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(steps[at : at + _NUMBER_BYTES]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise _leads_nowhere()


def _leads_nowhere() -> InputError:
    return InputError(Reason.BAD_BUNDLE, "a change that does not fit what it changes")
