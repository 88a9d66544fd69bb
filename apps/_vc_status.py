"""The status lists that the VC-API's server keeps while it runs: one for each purpose.

Indices are drawn at random and never given twice. A revocation stays (as in the registry); a
suspension can be lifted. Nothing is written to any disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from amana.credential import StatusEntry
from amana.errors import InputError
from amana.keys import Randomness
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.status import StatusList
from amana.strict_json import Json, JsonObject

__all__ = ["PURPOSES", "StatusLists"]

PURPOSES: Final = ("revocation", "suspension")  # list N has the purpose at N - 1
_KINDS: Final = ("BitstringStatusListEntry", "BitstringStatusList")
_BITS: Final = LIMITS.status_list_bits_min


@dataclass(kw_only=True)
class _Kept:
    bits: bytearray = field(default_factory=lambda: bytearray(_BITS // 8))
    index_of: dict[str, int] = field(default_factory=dict)  # by the id of the credential
    given: set[int] = field(default_factory=set)


class StatusLists:
    """What was given out and what is set, by purpose. `base` is the server's own URL."""

    def __init__(self, *, base: str, issuer: str, made: datetime, randomness: Randomness) -> None:
        self._base = base
        self._issuer = issuer
        self._made = made
        self._randomness = randomness
        self._kept: Mapping[str, _Kept] = {purpose: _Kept() for purpose in PURPOSES}

    def url(self, purpose: str) -> str:
        """Where the list for `purpose` is served."""
        return f"{self._base}/status/{PURPOSES.index(purpose) + 1}"

    def allocate(self, credential_id: str | None, purpose: str) -> StatusEntry:
        """A fresh entry for a credential, found again by its id if it has one.

        Raises: InputError WRONG_STATE if an entry was given for that id already, NO_FREE_INDEX.
        """
        kept = self._kept[purpose]
        if credential_id in kept.index_of:
            raise InputError(Reason.WRONG_STATE, "a credential of this id has an entry already")
        if len(kept.given) * 2 >= _BITS:  # so that a free one is soon found
            raise InputError(Reason.NO_FREE_INDEX, "start the server anew")
        index = _draw(self._randomness, lambda found: found in kept.given)
        kept.given.add(index)
        if credential_id is not None:
            kept.index_of[credential_id] = index
        return StatusEntry(list_url=self.url(purpose), index=index, purpose=purpose)

    def change(self, body: Json) -> None:
        """`POST /credentials/status`: set or clear what one credential's entry says.

        A body without `status` sets it, as the suite for status lists sends it.

        Raises: InputError NO_SUCH_ROW for a credential that has no entry here, REVOCATION_CLEARED,
        BAD_CREDENTIAL for any other form than the VC-API's.
        """
        if type(body) is not dict or type(body.get("credentialStatus")) is not dict:
            raise InputError(Reason.BAD_CREDENTIAL, "credentialId, credentialStatus, status")
        wanted, status = body.get("credentialId"), body.get("status", True)
        entry: JsonObject = body["credentialStatus"]
        purpose = entry.get("statusPurpose")
        if type(wanted) is not str or type(status) is not bool:
            raise InputError(Reason.BAD_CREDENTIAL, "credentialId is a text, status true or false")
        if entry.get("type") not in _KINDS or purpose not in PURPOSES:
            raise InputError(Reason.BAD_CREDENTIAL, "no status of a kind and purpose kept here")
        kept = self._kept[purpose]
        index = kept.index_of.get(wanted)
        if (
            index is None
            or entry.get("statusListIndex", str(index)) != str(index)
            or entry.get("statusListCredential", self.url(purpose)) != self.url(purpose)
        ):
            raise InputError(Reason.NO_SUCH_ROW, "no such credential has such an entry here")
        if status:
            kept.bits[index >> 3] |= 0x80 >> (index & 7)
        elif purpose == "revocation":
            if kept.bits[index >> 3] & (0x80 >> (index & 7)):
                raise InputError(Reason.REVOCATION_CLEARED, "what is revoked stays revoked")
        else:
            kept.bits[index >> 3] &= ~(0x80 >> (index & 7))

    def marked(self, purpose: str) -> list[int]:
        """The indices that are set in the list for `purpose`."""
        bits = self._kept[purpose].bits
        return [
            index for index in self._kept[purpose].given if bits[index >> 3] & 0x80 >> index % 8
        ]

    def find(self, url: str) -> StatusList | None:
        """The list at `url` as it is now, or None for a list of somebody else."""
        for purpose in PURPOSES:
            if url == self.url(purpose):
                return StatusList(
                    url=url,
                    issuer=self._issuer,
                    purposes=(purpose,),
                    bits=bytes(self._kept[purpose].bits),
                    valid_from=self._made,
                )
        return None


def _draw(randomness: Randomness, taken: Callable[[int], bool]) -> int:
    while True:
        index = int.from_bytes(randomness(4), "big") % _BITS  # 2**32 is a multiple: no bias
        if not taken(index):
            return index
