"""The header says where a set of keys lies, among them the thief's.

`jku` is never followed; the guard of all tests sees that nothing reaches out (RFC 8725, 3.10; C87).
"""

from amana.reasons import Outcome, Reason
from tests.amana_samples import key
from tests.jose_samples import credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_jku_followed() -> None:
    thief = key("thief")
    for url in ("https://thief.example/keys", "file:///etc/passwd", "http://127.0.0.1:1/keys"):
        assert judged(token(credential(), jku=url, sign=thief.sign)) == EXPECT
