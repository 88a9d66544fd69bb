"""How long it takes to judge one proof with no network: everything, not the signature alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import count, cycle
from time import monotonic
from typing import Final, TypeVar

from nacl.signing import VerifyKey

from amana.dates import format_instant
from amana.jcs import canonical
from amana.keys import PublicKey
from amana.proofs import eddsa_jcs
from amana.strict_json import JsonObject
from benchmarks._figures import Figures
from benchmarks._rounds import Subject, Timed, calls, measure
from benchmarks._world import NOW, TEN_CLAIMS, World, linked, stream, tokens, world
from benchmarks.peers.digitalbazaar import DigitalBazaar, Unavailable
from benchmarks.peers.sd_jwt_peer import NodeSdJwt, reference_timed, subject
from benchmarks.peers.sd_jwt_peer import tokens as sd_jwts
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
    key, people = everyone.issuer.public, linked(everyone)
    salts = count()
    plain = sd_jwts(
        _DOCUMENTS,
        key=everyone.issuer,
        key_id=everyone.key_id,
        holder=key,
        claims=TEN_CLAIMS,
        randomness=lambda size: stream(f"salt {next(salts)}", size),
    )
    subjects = {
        "verify.eddsa_jcs": _to_verify(_credentials(everyone, everyone.credentials)),
        "verify.eddsa_rdfc": _to_verify(_credentials(everyone, people)),
        "verify.presentation": _to_verify(_presentations(everyone)),
        "verify.sd_jwt_10": _to_verify(_signatures_and_disclosures(key, plain)),
        "verify.sd_jwt_10_verdict": _to_verify(_tokens(everyone, tokens(everyone))),
        "sd_jwt_python": _to_verify(reference_timed(plain, key=key, calls=_PEER_CALLS)),
    }
    with ExitStack() as stack:
        notes = _add_node(stack, subjects, everyone, people, plain)
        yardsticks, measured = measure(
            {"verify": raw_verify(everyone)}, subjects, seconds=seconds, rounds_min=rounds_min
        )
    peers = {name: measured.pop(name) for name in list(measured) if not name.startswith("verify.")}
    notes.append("not built yet: verify.guardianship_3")
    return Figures(yardsticks=yardsticks, ratios=measured, peers=peers, notes=notes)


def _to_verify(timed: Timed) -> Subject:
    return Subject(timed=timed, to="verify")


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


def _credentials(everyone: World, credentials: Sequence[JsonObject]) -> Timed:
    """Bytes in, verdict out: syntax, trust, signature, standing, dates, status, schema, policy."""
    return _verdicts(everyone, [canonical(credential) for credential in credentials])


def _tokens(everyone: World, texts: Sequence[str]) -> Timed:
    """The same of SD-JWTs."""
    return _verdicts(everyone, [text.encode("ascii") for text in texts])


def _verdicts(everyone: World, presented: list[bytes]) -> Timed:

    def judge(data: bytes) -> Verdict:
        return verify(data, snapshot=everyone.snapshot, policy=_REGISTERED, now=NOW)

    turns = _turns(presented)
    return _judged(lambda: next(turns), judge)


def _signatures_and_disclosures(key: PublicKey, texts: list[str]) -> Timed:
    """From an SD-JWT's text to what it says, as the peers do it: no verdict around it."""
    judge = subject(key, now=NOW)
    turns = _turns(texts)

    def timed() -> float:
        shown = next(turns)
        said = 0

        def work() -> None:
            nonlocal said
            for text in shown:
                said += "householdSize" in judge(text)

        nanoseconds = calls(work, len(shown))()
        assert said == len(shown)
        return nanoseconds

    return timed


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


def _add_node(
    stack: ExitStack,
    subjects: dict[str, Subject],
    everyone: World,
    people: list[JsonObject],
    texts: list[str],
) -> list[str]:
    """Peers that run in node, each in a process of its own; what is said where there is none."""
    try:
        for name, credentials in (
            ("digitalbazaar_vc_jcs", everyone.credentials),
            ("digitalbazaar_vc_rdfc", people),
        ):
            # It checks form, dates and signature.
            peer = stack.enter_context(DigitalBazaar())
            peer.know(everyone.issuer_did, everyone.key_id, everyone.issuer.public)
            peer.keep(credentials, now=format_instant(NOW))
            subjects[name] = _to_verify(partial(peer.nanoseconds, _PEER_CALLS))
        node = stack.enter_context(NodeSdJwt())
        node.know(everyone.issuer.public, everyone.issuer.public)
        subjects["sd_jwt_node"] = _to_verify(node.timed(texts, now=NOW, calls=_PEER_CALLS))
    except Unavailable as why:
        return [f"peers in node not measured: {why}"]
    return []
