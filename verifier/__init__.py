"""Judging what people show: one pure function, and the shell of a service point around it."""

from verifier.policy import Policy, Tier
from verifier.verdict import Verdict
from verifier.verify import verify

__all__ = ["Policy", "Tier", "Verdict", "verify"]
