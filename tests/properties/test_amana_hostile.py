"""Whatever bytes come in: a value, or the typed error that is documented. The quick counts."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.errors import InputError
from amana.qr import images
from tests.all_parsers import all_parsers
from tests.amana_parsers import parsers
from tests.parser_trials import picture_trial, trial

NAMES = sorted(all_parsers())
# These go through several parsers, each of which has its own 20,000; the deep runs have more.
COMPOUND = {"proof_over_statements", "proofs", "qr_inside", "status_list_sizes", "did_log_entry"}
# Whole documents, each of which takes as long as twenty small things; their million is in deep.
WHOLE = {
    "challenge", "credential", "credential_complete", "did_document", "did_log", "presentation",
    "presentation_enveloped", "proof", "proofs_read", "schema", "status_list", "terms",
}  # fmt: skip
BY_ITSELF = parsers().keys() - COMPOUND


@pytest.mark.parametrize("name", NAMES)
def test_spoiled_inputs(name: str) -> None:
    """20,000 seeded mutations of good inputs; fewer of whole documents, and of compounds."""
    parser = all_parsers()[name]
    count = 20_000 if name in BY_ITSELF else 1_000 if parser.most == 1_000_000 else 200
    if name in WHOLE:
        count = 5_000
    figures = trial(name, parser, seed=1, count=count)
    assert figures["refused"] > 0
    # Of the 200 that shells are fed, all may be bad: their good ones were parsed before.
    assert figures["refused"] < count or count == 200


def test_spoiled_pictures() -> None:
    """200 seeded mutations of a code in every format."""
    figures = picture_trial(1, 200)
    assert 0 < figures["refused"] < 200


@pytest.mark.parametrize("name", NAMES)
@given(data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(max_examples=100)
def test_arbitrary_bytes(name: str, data: bytes) -> None:
    parser = all_parsers()[name]
    with contextlib.suppress(*parser.errors):
        parser.parse(data)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM"])
)
def test_arbitrary_bytes_as_a_picture(data: bytes, magic: bytes) -> None:
    with pytest.raises(InputError):
        images.read(magic + data)
