"""An identifier that a person, or another program, would read as the host of somebody else.

One identifier names one place in one way; everything else is no did:web.
"""

import pytest

from amana.did.web import document_url
from amana.errors import InputError
from amana.reasons import Outcome, Reason

EXPECT = (Outcome.REJECTED, Reason.BAD_DID)


@pytest.mark.parametrize(
    "rest",
    [
        "relief.example@evil.example", "relief.example%40evil.example", "relief.ex\u0430mple",
        "relief%2Eexample", "relief.example%2F.evil.example", "\u202erelief.example",
        "relief.example%3A443%40evil.example", "relief.example%3A0443", "relief.example%3A99999",
        "relief.example%3a443", "relief.example.", "RELIEF.example", "127.0.0.1", "0x7f.1",
        "relief.example%00.evil.example", "2130706433", "%5B%3A%3A1%5D", "relief.example:..:evil",
        "relief.example:%2e%2e:%2e%2e", "relief.example:%2E%2E", "relief.example:a%2F..%2Fb",
        "relief.example?x", "relief.example#x", "relief.example/x", "relief.example:a%3Fb",
        "relief.example:a%0D%0AHost%3A%20evil.example",
    ],
)  # fmt: skip
def test_host_confusion(rest: str) -> None:
    with pytest.raises(InputError) as caught:
        document_url(f"did:web:{rest}")
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
