"""A disclosure is written another way, with the same value: white space, padding, spare bits.

The digest is over the text, and one value has one text (RFC 9901, 4.2.3; RFC 7515, 2).
"""

from __future__ import annotations

import json

import pytest

from amana.multibase import from_base64url
from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import (
    disclosure,
    hashed,
    issued,
    judge,
    judged,
    made,
    raw_disclosure,
    read,
)

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


def _variants() -> dict[str, str]:
    text = disclosure("salt", "a", 1)
    parts = json.loads(from_base64url(text))
    spare = chr(ord(text[-1]) + 1)
    return {
        "white space": raw_disclosure(json.dumps(parts)),
        "escaped": raw_disclosure('["salt","\\u0061",1]'),
        "padded": text + "=" * (-len(text) % 4),
        "spare bits": text[:-1] + spare,
        "new line": text + "\n",
        "space before": " " + text,
        "other alphabet": text.replace("I", "+", 1),
    }


@pytest.mark.parametrize("variant", _variants())
def test_disclosure_rewritten(variant: str) -> None:
    genuine = disclosure("salt", "a", 1)
    assert len(genuine) % 4
    payload = {"_sd": [hashed(genuine)]}
    assert judge(made(payload, genuine)).claims == {"a": 1}
    assert judged(lambda: judge(made(payload, _variants()[variant]))) == EXPECT


@pytest.mark.parametrize("variant", ["padded", "spare bits", "new line"])
def test_an_issuer_who_wrote_it_so_is_refused_too(variant: str) -> None:
    text = _variants()[variant]
    assert judged(lambda: judge(made({"_sd": [hashed(text)]}, text))) == EXPECT


def test_a_genuine_one_is_as_it_was() -> None:
    assert read(issued()).text == issued()
