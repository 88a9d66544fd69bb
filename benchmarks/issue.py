"""How long it takes to issue one copy: build, sign and write, without a register and with one."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from nacl.signing import SigningKey

from amana.jcs import canonical
from amana.keys import PublicKey, Randomness, SecretKey
from amana.proofs import eddsa_jcs
from amana.schema import check_schema
from amana.strict_json import loads
from benchmarks._figures import Figures
from benchmarks._rounds import Subject, Timed, calls, measure
from benchmarks._world import FOUR_CLAIMS, stream
from issuer.issue import Order, issue, issue_to_file
from issuer.minimise import OfferDraft
from issuer.offer import Acceptance, Consent, accept_many, record_offers
from issuer.purposes import default_purposes, load_purposes
from issuer.register import Register, RegisterKey

__all__ = ["raw_sign", "run"]

_DID: Final = "did:web:relief.example"
_KEY_ID: Final = f"{_DID}#key-1"
_BASE: Final = "https://relief.example"
_TODAY: Final = date(2026, 11, 22)
_VALID_UNTIL: Final = date(2027, 5, 1)
_RAW_SIGNS: Final = 1_000
_COPIES: Final = 2_000
_ROWS: Final = 400
_REGISTER_KEY: Final = RegisterKey(stream("register key", 32))


def run(*, seconds: float, rounds_min: int = 15) -> Figures:
    """Measure for about `seconds`, and for so many rounds at least."""
    signer = SecretKey(stream("issuer", 32))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yardsticks, measured = measure(
            {"sign": raw_sign(signer)},
            {
                "issue.eddsa_jcs_file": Subject(timed=_to_file(signer, folder), to="sign"),
                "issue.registered": Subject(timed=_registered(signer, folder), to="sign"),
            },
            seconds=seconds,
            rounds_min=rounds_min,
        )
    return Figures(yardsticks=yardsticks, ratios=measured)


def raw_sign(signer: SecretKey) -> Timed:
    """The yardstick: PyNaCl alone, over as many different messages of 64 bytes."""
    key = SigningKey(signer.seed)
    messages = [stream(f"message {number}", 64) for number in range(_RAW_SIGNS)]

    def work() -> None:
        for message in messages:
            key.sign(message)

    return calls(work, _RAW_SIGNS, waits=True)


def _holders(count: int) -> list[str]:
    return [PublicKey(_public(number)).did for number in range(count)]


def _public(number: int) -> bytes:
    # Not on the curve, perhaps: an issuer can't know that either, and need not for this.
    return stream(f"holder {number}", 31) + b"\x11"


def _subject(number: int) -> dict[str, object]:
    claims = {**FOUR_CLAIMS, "householdSize": 1 + number % 20, "children": number % 9}
    return {
        "purpose": "food",
        "entitlement": "household",
        **claims,
        "selfStated": list(claims),
    }


def _to_file(signer: SecretKey, folder: Path) -> Timed:
    """Orders in memory, one file of JSON lines out, flushed to the disk: all of it counts."""
    orders = [
        Order(
            subject=_subject(number),
            holder=holder,
            status_list_url=f"{_BASE}/status/1",
            index=number * 61,
            valid_until=_VALID_UNTIL,
        )
        for number, holder in enumerate(_holders(_COPIES))
    ]
    out = folder / "copies.jsonl"

    def work() -> None:
        written = issue_to_file(
            orders,
            signer=signer,
            issuer_did=_DID,
            verification_method=_KEY_ID,
            valid_from=_TODAY,
            out=out,
        )
        assert written == _COPIES

    def timed() -> float:
        nanoseconds = calls(work, _COPIES, waits=True)()
        _check(out, _COPIES, signer)
        return nanoseconds

    return timed


def _registered(signer: SecretKey, folder: Path) -> Timed:
    """A sealed register of accepted rows: draw indices, commit, sign, write, forget the keys."""
    purposes = load_purposes(default_purposes())
    purpose = purposes["food-assistance"]
    copies = _ROWS * purpose.copies
    template, register_file = folder / "template.sqlite", folder / "register.sqlite"
    out = folder / "registered.jsonl"
    randomness = _random_bytes("register")
    _fill(template, purpose.id, copies // _ROWS, randomness)

    def timed() -> float:
        shutil.copyfile(template, register_file)
        with Register.open(register_file, key=_REGISTER_KEY) as register:

            def work() -> None:
                done = issue(
                    register,
                    signer=signer,
                    issuer_did=_DID,
                    verification_method=_KEY_ID,
                    status_base_url=_BASE,
                    purposes=purposes,
                    today=_TODAY,
                    randomness=randomness,
                    out=out,
                )
                assert done.copies == copies

            nanoseconds = calls(work, copies, waits=True)()
        _check(out, copies, signer)
        for left in folder.glob("register.sqlite*"):
            left.unlink()
        return nanoseconds

    return timed


def _fill(path: Path, purpose_id: str, copies: int, randomness: Randomness) -> None:
    """A register of `_ROWS` accepted households, each with a key for every copy."""
    purposes = load_purposes(default_purposes())
    holders = _holders(_ROWS * copies)
    drafts = [
        OfferDraft(
            purpose_id=purpose_id,
            level=purposes[purpose_id].level,
            row=number,
            person=None,
            claims={"householdSize": 1 + number % 20, "children": number % 9},
            self_stated=("householdSize", "children"),
            checked=(),
            entitlement="basket-medium",
        )
        for number in range(_ROWS)
    ]
    with Register.create(path, key=_REGISTER_KEY, randomness=randomness, demo=True) as register:
        recorded = record_offers(
            register,
            drafts,
            source=stream("source", 32),
            purposes=purposes,
            today=_TODAY,
            randomness=randomness,
        )
        accept_many(
            register,
            [
                Acceptance(
                    row_id=row_id,
                    notice_version="v1",
                    consent=Consent.TICK,
                    holder_keys=holders[copies * number :][:copies],
                )
                for number, row_id in enumerate(recorded.row_ids)
            ],
            today=_TODAY,
            randomness=randomness,
        )


def _random_bytes(label: str) -> Randomness:
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return stream(f"{label} {count}", size)

    return draw


def _check(out: Path, copies: int, signer: SecretKey) -> None:
    """What was timed is what is wanted: so many lines, and a sample of them good. Then removed."""
    lines = out.read_bytes().splitlines()
    assert len(lines) == copies
    for line in lines[:: copies // 4]:
        document = loads(line)
        assert canonical(document) == line
        check_schema("PurposeCredential", document)
        eddsa_jcs.verify(document, eddsa_jcs.read_proof(document["proof"]), key=signer.public)
    out.unlink()
