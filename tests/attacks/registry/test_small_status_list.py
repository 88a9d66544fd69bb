"""An issuer keeps a status list so small that whoever asks for it tells whom they ask about."""

import gzip
from pathlib import Path

import pytest

from amana.errors import InputError
from amana.jcs import canonical
from amana.multibase import encode_base64url
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.status import build_status_list
from tests.registry_lab import NOW, Lab

EXPECT = (InputError, Reason.BAD_STATUS_LIST)


def test_a_herd_of_less_than_131072_is_refused(tmp_path: Path) -> None:
    """C68: a list is fetched by everybody or it betrays whoever fetches it."""
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    document = build_status_list(
        [7],
        url=lab.relief.url,
        issuer=lab.relief.did,
        key=lab.relief.key,
        verification_method=lab.relief.method,
        valid_from=NOW,
    )
    del document["proof"]
    few = gzip.compress(bytes(131_072 // 8 - 1), mtime=0)
    document["credentialSubject"]["encodedList"] = encode_base64url(few)
    signed = eddsa_jcs.sign(document, key=lab.relief.key, verification_method=lab.relief.method)
    with pytest.raises(EXPECT[0]) as caught:
        lab.consortium.collect_status(canonical(signed), now=NOW)
    assert caught.value.reason is EXPECT[1]
