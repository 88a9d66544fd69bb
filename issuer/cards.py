"""Paper cards as QR pictures: what a person without a phone carries.

The print layout (size, cut marks, PIN) is a later part; a picture printed at 40 mm is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from amana.credential import check_credential
from amana.errors import InputError
from amana.purpose import KIND
from amana.qr import text
from amana.qr.images import Drawn, draw
from amana.reasons import Reason
from amana.strict_json import loads

__all__ = ["draw_cards"]


def draw_cards(issued: bytes) -> Iterator[tuple[str, Drawn]]:
    """The reference and the picture of each paper credential among `issued` JSON lines.

    Credentials for wallets are passed over: on paper they would show claims to whoever looks.

    Raises: InputError with `row` (the file's fault): a syntax reason, or UNKNOWN_KIND for a line
    that is no purpose credential. Not checked: signatures.
    """
    for number, line in enumerate(issued.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            credential = check_credential(loads(line))
            if credential.kind != KIND or not credential.conforms:
                raise InputError(Reason.UNKNOWN_KIND, "not a purpose credential")
            reference = credential.subjects[0].get("reference")
            if reference is not None:
                yield reference, draw(text.encode(text.Kind.CREDENTIAL, credential.document))
        except InputError as error:
            raise InputError(error.reason, error.detail, row=number) from None
