"""Numbers of a few bits each, packed side by side: what every kind of status list is made of.

W3C's lists begin at the highest bit of a byte, IETF's at the lowest, so `order` is always said:
`"big"` for the first, `"little"` for the second.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Literal

from amana.errors import InputError, VerificationError
from amana.limits import Limits
from amana.reasons import Reason

__all__ = ["inflate", "pack", "value_at"]

Order = Literal["big", "little"]


def value_at(bits: bytes, index: int, size: int, order: Order) -> int:
    """The number at place `index`, where each number takes `size` bits.

    Raises: VerificationError STATUS_INDEX_OUT_OF_RANGE (whoever gave out the index).
    """
    first = index * size
    after = first + size
    if index < 0 or after > len(bits) * 8:
        raise VerificationError(Reason.STATUS_INDEX_OUT_OF_RANGE, "beyond the status list")
    start, end = first >> 3, (after + 7) >> 3
    shift = end * 8 - after if order == "big" else first & 7
    return int.from_bytes(bits[start:end], order) >> shift & ((1 << size) - 1)


def pack(
    values: Mapping[int, int] | Iterable[int], *, count: int, size: int, order: Order
) -> bytes:
    """`count` numbers of `size` bits, filled up with zeros to whole bytes.

    `values` maps places to numbers; places alone stand for the number 1.

    Raises: InputError STATUS_INDEX_OUT_OF_RANGE for a place outside, and STATUS_VALUE_OUT_OF_RANGE
    for a number that `size` bits can't hold (the caller's fault).
    """
    bits = bytearray((count * size + 7) // 8)
    pairs = values.items() if isinstance(values, Mapping) else ((place, 1) for place in values)
    for index, value in pairs:
        if not 0 <= index < count:
            raise InputError(Reason.STATUS_INDEX_OUT_OF_RANGE, f"the list has {count} places")
        if not 0 <= value < 1 << size:
            raise InputError(Reason.STATUS_VALUE_OUT_OF_RANGE, f"a status has {size} bits")
        first = index * size
        start, end = first >> 3, (first + size + 7) >> 3
        shift = end * 8 - first - size if order == "big" else first & 7
        word = int.from_bytes(bits[start:end], order) | value << shift
        bits[start:end] = word.to_bytes(end - start, order)
    return bytes(bits)


def inflate(packed: bytes, *, wbits: int, limits: Limits) -> bytes:
    """One complete DEFLATE stream in the wrapper that `wbits` says (31 GZIP, 15 ZLIB), bounded.

    A small text may not blow up into memory that nobody has: nothing beyond the largest list is
    ever written.

    Raises: InputError BAD_STATUS_LIST (the list's author).
    """
    most = limits.status_list_bits_max // 8
    inflater = zlib.decompressobj(wbits)
    try:
        bits = inflater.decompress(packed, most + 1)
    except zlib.error:
        raise InputError(Reason.BAD_STATUS_LIST, "not compressed as it should be") from None
    if len(bits) > most:
        raise InputError(Reason.BAD_STATUS_LIST, "larger than any list may be")
    if not inflater.eof or inflater.unused_data:
        raise InputError(Reason.BAD_STATUS_LIST, "cut short, or followed by something else")
    return bits
