"""How long it takes to judge one proof with no network: everything, not the signature alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from time import monotonic
from typing import Final, TypeVar

from nacl.signing import VerifyKey

from amana.dates import format_instant
from amana.jcs import canonical
from amana.proofs import eddsa_jcs
from benchmarks._figures import Figures
from benchmarks._rounds import Subject, Timed, calls, measure
from benchmarks._world import NOW, World, world
from benchmarks.peers.digitalbazaar import DigitalBazaar, Unavailable
from verifier import Policy, Tier, Verdict, verify
from verifier.book import Asked, ChallengeBook

__all__ = ["raw_verify", "run"]

_DOCUMENTS: Final = 128
_A_TURN: Final = 128  # in each round: enough to be warm again after everybody else
_PEER_CALLS: Final = 4
_REGISTERED: Final = Policy(tier=Tier.REGISTERED)
_CHECKED: Final = Policy()
_Shown = TypeVar("_Shown")


def run(*, seconds: float, rounds_min: int = 15) -> Figures:
    """Measure for about `seconds`, and for so many rounds at least."""
    everyone = world(_DOCUMENTS)
    subjects = {
        "verify.eddsa_jcs": Subject(timed=_credentials(everyone), to="verify"),
        "verify.presentation": Subject(timed=_presentations(everyone), to="verify"),
    }
    with _peer(everyone) as (peer, notes):
        if peer is not None:
            subjects["digitalbazaar_vc_jcs"] = Subject(timed=peer, to="verify")
        yardsticks, measured = measure(
            {"verify": raw_verify(everyone)}, subjects, seconds=seconds, rounds_min=rounds_min
        )
    peers = {name: measured.pop(name) for name in list(measured) if not name.startswith("verify.")}
    notes.append("not built yet: verify.eddsa_rdfc, verify.guardianship_3, verify.sd_jwt_10")
    return Figures(yardsticks=yardsticks, ratios=measured, peers=peers, notes=notes)


def raw_verify(everyone: World) -> Timed:
    """The yardstick: PyNaCl alone, over the very hashes that our signatures sign."""
    key = VerifyKey(everyone.issuer.public.raw)
    signed = []
    for credential in everyone.credentials:
        proof = eddsa_jcs.read_proof(credential["proof"])
        unsecured = {name: value for name, value in credential.items() if name != "proof"}
        signed.append((eddsa_jcs.hash_data(unsecured, proof.options), proof.signature))

    turns = _turns(signed)

    def work() -> None:
        for message, signature in next(turns):
            key.verify(message, signature)

    return calls(work, min(_A_TURN, len(signed)))


def _credentials(everyone: World) -> Timed:
    """Bytes in, verdict out: syntax, trust, signature, standing, dates, status, schema, policy."""
    presented = [canonical(credential) for credential in everyone.credentials]

    def judge(data: bytes) -> Verdict:
        return verify(data, snapshot=everyone.snapshot, policy=_REGISTERED, now=NOW)

    turns = _turns(presented)
    return _judged(lambda: next(turns), judge)


def _presentations(everyone: World) -> Timed:
    """The same, with the holder's signature over a challenge that this station asked just now."""
    presented = [(canonical(answer), asked) for answer, asked in everyone.presentations]

    turns = _turns(presented)

    def ask_again() -> list[tuple[bytes, Asked]]:
        book, turn = ChallengeBook(clock=monotonic), next(turns)
        for _, challenge in turn:
            book.ask(challenge)
        return [(data, book.take(challenge)) for data, challenge in turn]

    def judge(shown: tuple[bytes, Asked]) -> Verdict:
        data, asked = shown
        return verify(data, snapshot=everyone.snapshot, policy=_CHECKED, challenge=asked, now=NOW)

    return _judged(ask_again, judge)


def _turns(everything: list[_Shown]) -> Iterator[list[_Shown]]:
    return cycle(
        [everything[first : first + _A_TURN] for first in range(0, len(everything), _A_TURN)]
    )


def _judged(prepare: Callable[[], list[_Shown]], judge: Callable[[_Shown], Verdict]) -> Timed:
    """Time `judge` over what `prepare` gives; every verdict of every round must be ACCEPTED."""

    def timed() -> float:
        shown = prepare()
        verdicts: list[Verdict] = []

        def work() -> None:
            for one in shown:
                verdicts.append(judge(one))  # noqa: PERF401 - a loop, as for the yardstick

        nanoseconds = calls(work, len(shown))()
        assert len(verdicts) == len(shown)
        assert all(verdict.accepted for verdict in verdicts)
        return nanoseconds

    return timed


@contextmanager
def _peer(everyone: World) -> Iterator[tuple[Timed | None, list[str]]]:
    """@digitalbazaar/vc on the same credentials, warm; it checks form, dates and signature."""
    try:
        process = DigitalBazaar()
    except Unavailable as why:
        yield None, [f"digitalbazaar_vc_jcs not measured: {why}"]
        return
    with process:
        process.know(everyone.issuer_did, everyone.key_id, everyone.issuer.public)
        process.ask(
            "keep",
            credentials=[canonical(document).decode() for document in everyone.credentials],
            now=format_instant(NOW),
        )
        process.ask("time", count=1_000)  # its compiler needs that many to settle

        def timed() -> float:
            return float(process.ask("time", count=_PEER_CALLS)["nanoseconds"])

        yield timed, []
