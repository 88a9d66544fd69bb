"""Typed errors. Each carries a `Reason`; prose is for people and may change at any time."""

from __future__ import annotations

from amana.reasons import Reason

__all__ = ["AmanaError", "InputError", "RegistryError", "VaultError", "VerificationError"]


class AmanaError(Exception):
    """Something expected went wrong.

    `detail` explains it to a person and never holds personal data or a secret; `where` names the
    place (`file`, `sheet`, `row`, `column`, `path`) when there is one.
    """

    def __init__(self, reason: Reason, detail: str = "", **where: str | int) -> None:
        self.reason = reason
        self.detail = detail
        self.where = where
        place = ", ".join(f"{key} {value}" for key, value in where.items())
        super().__init__(": ".join(part for part in (reason.value, place, detail) if part))


class InputError(AmanaError):
    """The bytes, text or file that came in are not acceptable. The sender's fault."""


class VerificationError(AmanaError):
    """Well-formed, and not true: a signature, a binding or a status says otherwise."""


class RegistryError(AmanaError):
    """The trust registry's own material is missing, broken, old or below threshold."""


class VaultError(AmanaError):
    """A wallet's vault can't be opened, or holds nothing that fits the question."""
