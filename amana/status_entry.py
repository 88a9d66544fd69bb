"""`credentialStatus` as Bitstring Status List v1.0, section 2.1, writes it: one entry of a list."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from amana.data_model import as_list, check_url
from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = ["StatusEntry", "read_messages", "read_size", "read_status_entry", "write_messages"]

_KIND: Final = "BitstringStatusListEntry"
# An index may be as large as it likes; a number of more digits than these is beyond any list.
_INDEX: Final = re.compile("0|[1-9][0-9]{0,99}")
_VALUE: Final = re.compile("0x[0-9A-Fa-f]{1,16}")
_UNNAMED: Final = ("unset", "set")


class StatusEntry(NamedTuple):
    """Where a credential's status stands: a list's URL, and an index into it.

    An entry of a kind that is unknown here has an empty `list_url`, and its kind as `purpose`.
    """

    list_url: str
    index: int  # type: ignore[assignment]  # instead of a tuple's method of that name
    purpose: str = "revocation"
    size: int = 1  # bits
    messages: tuple[str, ...] = ()  # by status: none, or one for each status of `size` bits
    references: tuple[str, ...] = ()  # URLs of what explains the messages

    def document(self) -> JsonObject:
        """The `credentialStatus` member. Not checked: that `messages` are as many as needed."""
        document: JsonObject = {
            "type": _KIND,
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.list_url,
        }
        if self.size > 1:
            document["statusSize"] = self.size
        if self.messages:
            document["statusMessage"] = write_messages(self.messages)
        if self.references:
            document["statusReference"] = list(self.references)
        return document

    def message(self, status: int) -> str:
        """What the issuer calls `status`: for developers, never to be shown to anybody else.

        Raises: IndexError for a status of more than `size` bits (the caller's fault).
        """
        return (self.messages or _UNNAMED)[status]


def read_status_entry(entry: JsonObject) -> StatusEntry:
    """Check one entry whose `type` is known to be there. Another kind is unknown, not absent.

    Raises: InputError BAD_CREDENTIAL or TOO_LARGE (the credential's author).
    Not checked: that the list exists, and holds such an index.
    """
    if _KIND not in as_list(entry["type"]):
        return StatusEntry(list_url="", index=0, purpose=str(entry["type"]))
    index, purpose = entry.get("statusListIndex"), entry.get("statusPurpose")
    if type(index) is not str or _INDEX.fullmatch(index) is None:
        raise InputError(Reason.BAD_CREDENTIAL, "statusListIndex is not a whole number as text")
    if type(purpose) is not str or not purpose:
        raise InputError(Reason.BAD_CREDENTIAL, "statusPurpose is missing")
    size = read_size(entry.get("statusSize", 1), Reason.BAD_CREDENTIAL)
    messages: tuple[str, ...] = ()
    if "statusMessage" in entry:
        messages = read_messages(entry["statusMessage"], size, Reason.BAD_CREDENTIAL)
    elif size > 1:
        raise InputError(Reason.BAD_CREDENTIAL, "a status of several bits says what they mean")
    references: list[str] = []
    if "statusReference" in entry:
        references = [
            check_url(url, "statusReference") for url in as_list(entry["statusReference"])
        ]
        if not references:
            raise InputError(Reason.BAD_CREDENTIAL, "statusReference is empty")
    return StatusEntry(
        list_url=check_url(entry.get("statusListCredential"), "statusListCredential"),
        index=int(index),
        purpose=purpose,
        size=size,
        messages=messages,
        references=tuple(references),
    )


def read_size(value: Json, reason: Reason) -> int:
    """`statusSize`, in bits. Raises: InputError with `reason`, or TOO_LARGE."""
    if type(value) is not int or value < 1:
        raise InputError(reason, "statusSize is a whole number above zero")
    if value > LIMITS.status_size:
        raise InputError(Reason.TOO_LARGE, f"a status of more than {LIMITS.status_size} bits")
    return value


def read_messages(value: Json, size: int, reason: Reason) -> tuple[str, ...]:
    """`statusMessage` in the order of the statuses: each of the 2^`size` has exactly one.

    Raises: InputError with `reason` (the document's author).
    """
    if type(value) is not list or len(value) != 1 << size:
        raise InputError(reason, "statusMessage has one message for each status")
    messages: dict[int, str] = {}
    for item in value:
        item = as_object(item, reason)
        status, message = item.get("status"), item.get("message")
        if type(status) is not str or _VALUE.fullmatch(status) is None or type(message) is not str:
            raise InputError(reason, "a message has a status in hexadecimal, and a text")
        messages[int(status, 16)] = message
    # So many different numbers, none of them too large, are all there are.
    if len(messages) != len(value) or max(messages) >= len(value):
        raise InputError(reason, "two messages for one status, or one for none")
    return tuple([messages[status] for status in range(len(value))])


def write_messages(messages: tuple[str, ...]) -> Json:
    """`statusMessage`, from the messages in the order of their statuses."""
    return [{"status": hex(status), "message": text} for status, text in enumerate(messages)]
