"""Look for what should not be there: every dropped value, in every file that was written.

Pictures are read, and what their codes say is searched as well. The answer says where something
was found and never what.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from amana.errors import InputError
from amana.jcs import canonical
from amana.qr import images, text

__all__ = ["Found", "search"]

_PICTURE: Final = b"\x89PNG"
_WINDOW: Final = 6  # bytes; shorter values are too common to mean anything


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search went through, and the files in which a dropped value stands."""

    files: int
    codes: int
    values: int
    leaking: tuple[str, ...]


def search(folder: Path, values: Collection[str]) -> Found:
    """Search every file below `folder` for each of `values`, in capital and small letters.

    Not checked: values inside what is encrypted (nobody can read them there either), and values
    of fewer than six bytes.
    """
    wanted = {folded for value in values if len(folded := value.casefold().encode()) >= _WINDOW}
    by_start: dict[bytes, list[bytes]] = {}
    for value in wanted:
        by_start.setdefault(value[:_WINDOW], []).append(value)
    leaking = []
    files = codes = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        files += 1
        data = path.read_bytes()
        layers = [data, path.relative_to(folder).as_posix().encode()]
        if data.startswith(_PICTURE):
            decoded = list(_decoded(data))
            codes += len(decoded)
            layers += decoded
        if any(_holds(_lowered(layer), by_start) for layer in layers):
            leaking.append(path.relative_to(folder).as_posix())
    return Found(files=files, codes=codes, values=len(wanted), leaking=tuple(leaking))


def _holds(data: bytes, by_start: dict[bytes, list[bytes]]) -> bool:
    """Whether any value stands in `data`. Looking up each window once beats thousands of scans."""
    windows = {data[start : start + _WINDOW] for start in range(len(data) - _WINDOW + 1)}
    return any(value in data for start in windows & by_start.keys() for value in by_start[start])


def _decoded(picture: bytes) -> Iterator[bytes]:
    """The documents inside the codes of a picture; a picture without any has none."""
    try:
        texts = images.read(picture)
    except InputError:
        return
    for found in texts:
        try:
            yield canonical(text.decode(found)[1])
        except InputError:
            yield found.encode()  # somebody else's code: searched as it is


def _lowered(data: bytes) -> bytes:
    try:
        return data.decode().casefold().encode()
    except UnicodeDecodeError:
        return data.lower()
