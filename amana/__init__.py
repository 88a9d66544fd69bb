"""What every role of Amana must agree on: formats, proofs, reasons; no network, clock or disk."""

from amana.errors import AmanaError, InputError, VerificationError
from amana.reasons import Outcome, Reason

__all__ = ["AmanaError", "InputError", "Outcome", "Reason", "VerificationError"]
