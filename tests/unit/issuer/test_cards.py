"""Paper cards as pictures (C9)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from amana.errors import InputError
from amana.qr import images, text
from amana.reasons import Reason
from issuer.cards import draw_cards
from tests.simulator import Simulator

SIM = Simulator()
PHONE = json.dumps(SIM.credential()).encode()


def _paper(document: dict[str, Any]) -> None:
    holder = document["credentialSubject"]["id"]
    document["credentialSubject"] = {
        "id": holder, "purpose": "food-assistance", "entitlement": "basket",
        "reference": "ABCDEFGH23",
    }  # fmt: skip


PAPER_DOCUMENT = SIM.credential(edit=_paper)
PAPER = json.dumps(PAPER_DOCUMENT).encode()


def test_only_paper_is_drawn_and_reads_back() -> None:
    ((reference, card),) = draw_cards(b"\n".join([PHONE, PAPER, b""]))
    assert reference == "ABCDEFGH23"
    (found,) = images.read(card.png)
    assert text.decode(found) == (text.Kind.CREDENTIAL, PAPER_DOCUMENT)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", Reason.NOT_JSON),
        (b"5", Reason.BAD_CREDENTIAL),
        (PHONE.replace(b', "PurposeCredential"', b""), Reason.UNKNOWN_KIND),
    ],
)
def test_a_bad_line_is_named(line: bytes, reason: Reason) -> None:
    with pytest.raises(InputError) as caught:
        list(draw_cards(PAPER + b"\n" + line))
    assert (caught.value.reason, caught.value.where) == (reason, {"row": 2})
