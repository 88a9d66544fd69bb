"""What was shown, as far as it was judged before anybody's policy comes in."""

from __future__ import annotations

from typing import NamedTuple

from amana.credential import Credential
from amana.reasons import Reason
from verifier._credential import Judged

__all__ = ["Heard"]


class Heard(NamedTuple):
    """The credentials that were shown, what was found of each, and of whoever showed them.

    `holder` holds what was found of the holder's signature, PRESENCE_NOT_PROVEN alone if all is
    well; None where there is none, as on paper. A credential that nobody could read is not among
    `credentials`, but what was found of it is among `judged`.
    """

    credentials: tuple[Credential, ...]
    judged: tuple[Judged, ...]
    holder: list[Reason] | None
