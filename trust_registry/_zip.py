"""The one kind of zip that a bundle is: written with the standard library, read by our own rules.

Any zip program can look into a bundle. We take only zips that this module could have written:
members one behind the other from the first byte to the directory, deflated, plain files with plain
names, no comment, no extra field, nothing before and nothing behind. Whatever hides from one reader
and shows itself to another (a second directory, overlapping members, links, long paths) is then no
bundle at all, and a bomb is refused by what its directory says before a byte is inflated.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO, Final

from amana.errors import RegistryError
from amana.limits import Limits
from amana.reasons import Reason

__all__ = ["Member", "add_member", "read_directory", "read_member"]

# APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16: local header, directory, end of directory.
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_VERSION: Final = 20  # 2.0: deflate
_MADE_BY: Final = 3 << 8 | _VERSION  # Unix
_FIRST_DAY: Final = 0x21  # 1 January 1980, and no time of day: the same bytes for the same registry
_MODE: Final = 0o100644 << 16  # a regular file
_NAME: Final = re.compile(
    rb"[A-Za-z0-9][A-Za-z0-9._-]{0,199}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,199})?"
)
_TOO_MANY: Final = 0xFFFF  # what zip64 begins with


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One file inside: where its local header begins, and what it should inflate to."""

    name: str
    offset: int
    packed: int
    size: int
    crc: int

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.offset + _LOCAL.size + len(self.name) + self.packed


def add_member(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Append one member; the same bytes each time (with the same version of zlib)."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system = 3
    info.external_attr = _MODE
    archive.writestr(info, data, zipfile.ZIP_DEFLATED, 9)


def read_directory(file: BinaryIO, *, name: str, limits: Limits) -> Mapping[str, Member]:
    """The members of the bundle in `file` (called `name` in errors), in their order.

    Raises: RegistryError BAD_BUNDLE for anything that `add_member` did not write, ZIP_BOMB or
    TOO_LARGE beyond the limits (whoever made the file). Not checked: that members inflate.
    """
    length = file.seek(0, 2)
    if length > limits.bundle_bytes:
        raise _refused(name, f"more than {limits.bundle_bytes} bytes", Reason.TOO_LARGE)
    if length < _END.size:
        raise _refused(name, "not a bundle, or cut short")
    file.seek(length - _END.size)
    mark, disk, first, here, count, size, start, comment = _END.unpack(file.read(_END.size))
    if (mark, comment) != (b"PK\5\6", 0) or start + size + _END.size != length:
        raise _refused(name, "not a bundle, cut short, or followed by something else")
    if (disk, first, here) != (0, 0, count) or count == _TOO_MANY:
        raise _refused(name, "a zip of another kind than bundles are")
    if count > limits.bundle_members:
        raise _refused(name, f"more than {limits.bundle_members} members", Reason.ZIP_BOMB)
    file.seek(start)
    directory = file.read(size)
    return MappingProxyType(_members(directory, count, start, name, limits))


def _members(
    directory: bytes, count: int, start: int, name: str, limits: Limits
) -> dict[str, Member]:
    found: dict[str, Member] = {}
    at, place, grown = 0, 0, 0
    for _ in range(count):
        if at + _CENTRAL.size > len(directory):
            raise _refused(name, "its directory is cut short")
        fields = _CENTRAL.unpack_from(directory, at)
        mark, made_by, needed, flags, method, clock, day, crc, packed, size, chars = fields[:11]
        extra, comment, disk, internal, external, offset = fields[11:]
        label = directory[at + _CENTRAL.size : at + _CENTRAL.size + chars]
        if _NAME.fullmatch(label) is None:
            raise _refused(name, "a member's name is a path that no bundle has")
        text = label.decode("ascii")
        if (mark, made_by, needed, flags, method, clock, day) != (
            b"PK\1\2", _MADE_BY, _VERSION, 0, zipfile.ZIP_DEFLATED, 0, _FIRST_DAY,
        ) or (extra, comment, disk, internal, external) != (0, 0, 0, 0, _MODE):  # fmt: skip
            raise _refused(name, f"{text} is no plain file", member=text)
        if text in found:
            raise _refused(name, f"{text} stands in it twice", member=text)
        grown += size
        if size > limits.bundle_member_bytes or grown > limits.bundle_inflated_bytes:
            raise _refused(name, "it would grow too large", Reason.ZIP_BOMB, member=text)
        member = Member(name=text, offset=offset, packed=packed, size=size, crc=crc)
        if offset != place:
            raise _refused(name, f"{text} overlaps another, or hides something", member=text)
        found[text] = member
        at += _CENTRAL.size + chars
        place = member.end
    if at != len(directory) or place != start:
        raise _refused(name, "something hides between its members")
    return found


def read_member(file: BinaryIO, member: Member, *, name: str) -> bytes:
    """Inflate one member: exactly the size and the checksum that the directory gives.

    Raises: RegistryError BAD_BUNDLE (whoever made or damaged the file).
    """
    label = member.name.encode("ascii")
    header = _LOCAL.pack(
        b"PK\3\4", _VERSION, 0, zipfile.ZIP_DEFLATED, 0, _FIRST_DAY,
        member.crc, member.packed, member.size, len(label), 0,
    )  # fmt: skip
    file.seek(member.offset)
    if file.read(len(header) + len(label)) != header + label:
        raise _refused(name, "its two directories differ", member=member.name)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(file.read(member.packed), member.size + 1)
    except zlib.error:
        raise _refused(name, "damaged", member=member.name) from None
    if len(data) != member.size or not inflater.eof or inflater.unused_data:
        raise _refused(name, "another size than its directory says", member=member.name)
    if zlib.crc32(data) != member.crc:
        raise _refused(name, "damaged", member=member.name)
    return data


def _refused(
    name: str, rule: str, reason: Reason = Reason.BAD_BUNDLE, **where: str
) -> RegistryError:
    return RegistryError(reason, rule, file=name, **where)
