"""A proof in one file that a decision stands in the log, and what is wrong with others."""

import re
from base64 import b64encode

import pytest

from amana.errors import AmanaError, InputError, RegistryError, VerificationError
from amana.limits import Limits
from amana.reasons import Outcome, Reason
from tests.log_lab import KEY, ORIGIN, LogLab, key_of, leaf, leaves
from trust_registry.inclusion import check_inclusion, prove


@pytest.fixture(scope="module")
def lab() -> LogLab:
    found = LogLab()
    found.add(*leaves(0, 300))
    return found


def proof_of(lab: LogLab, number: int) -> bytes:
    (found,) = prove(leaf(number).decision, note=lab.note, key=KEY, read=lab.read)
    return found


@pytest.mark.parametrize("number", [0, 5, 255, 256, 299])
def test_a_proof_stands_alone(lab: LogLab, number: int) -> None:
    """C51: a decision can be shown to stand in the log, without the log."""
    proof = proof_of(lab, number)
    found = check_inclusion(proof, key=KEY, decision=leaf(number).decision)
    assert (found.leaf, found.index, found.checkpoint) == (leaf(number), number, lab.heads[-1])


def test_the_form_is_that_of_the_specification(lab: LogLab) -> None:
    """C2SP tlog-proof: a first line, extra, index, the path, an empty line, the checkpoint."""
    proof = proof_of(lab, 7).decode()
    head, note = proof.split("\n\n", 1)
    lines = head.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == f"extra {b64encode(leaf(7).data()).decode()}"
    assert lines[2] == "index 7"
    assert len(lines[3:]) == 9  # 2**8 < 300 <= 2**9
    assert note.encode() == lab.note


def test_a_log_of_one_leaf_has_an_empty_path() -> None:
    lab = LogLab()
    lab.add(leaf(0))
    proof = proof_of(lab, 0)
    assert b"index 0\n\n" in proof
    assert check_inclusion(proof, key=KEY).leaf == leaf(0)


def test_a_decision_told_twice_has_two_proofs() -> None:
    lab = LogLab()
    lab.add(leaf(0), leaf(1), leaf(0, kind="appeal-heard"))
    proofs = prove(leaf(0).decision, note=lab.note, key=KEY, read=lab.read)
    assert [check_inclusion(one, key=KEY).index for one in proofs] == [0, 2]


def test_what_the_log_does_not_tell_of(lab: LogLab) -> None:
    with pytest.raises(RegistryError) as caught:
        prove("0" * 64, note=lab.note, key=KEY, read=lab.read)
    assert caught.value.reason is Reason.NOT_IN_LOG
    assert Reason.NOT_IN_LOG.outcome is Outcome.UNDECIDED
    with pytest.raises(VerificationError) as other:
        check_inclusion(proof_of(lab, 1), key=KEY, decision=leaf(2).decision)
    assert other.value.reason is Reason.NOT_IN_LOG


def test_a_proof_of_another_leaf_index_or_log_leads_nowhere(lab: LogLab) -> None:
    proof = proof_of(lab, 7)
    other = b64encode(leaf(8).data())
    for changed in (
        re.sub(rb"extra .*", b"extra " + other, proof),
        proof.replace(b"index 7\n", b"index 6\n"),
        proof.replace(b"index 7\n", b"index 300\n"),
        proof.replace(b"index 7\n", b"index 9007199254740991\n"),
    ):
        assert changed != proof
        with pytest.raises(VerificationError) as caught:
            check_inclusion(changed, key=KEY)
        assert caught.value.reason is Reason.LOG_CORRUPT
    with pytest.raises(VerificationError) as unsigned:
        check_inclusion(proof, key=key_of("another")[1])
    assert unsigned.value.reason is Reason.PROOF_MISSING


def test_no_byte_of_a_proof_may_change(lab: LogLab) -> None:
    proof = proof_of(lab, 7)
    for place in range(len(proof)):
        with pytest.raises(AmanaError):
            check_inclusion(proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :], key=KEY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"\A", b"\n"),
        (rb"\A", b"\xff"),
        (rb"@v1", b"@v2"),
        (rb"extra ", b"other "),
        (rb"\nextra .*", b""),
        (rb"\nindex 7", b""),
        (rb"index 7", b"index 07"),
        (rb"index 7", b"index -7"),
        (rb"index 7\n", b"index 7\nAAAA\n"),
        (rb"index 7\n", b"index 7\nA\n"),
        (rb"index 7\n", b"index 7\n" + (b"A" * 43 + b"=\n") * 60),
        (rb"\n\n[^\0]*", b"\n"),
        (rb"\A[^\0]*\Z", b""),
    ],
)
def test_malformed_proofs_are_refused(lab: LogLab, old: bytes, new: bytes) -> None:
    changed = re.sub(old, lambda _match: new, proof_of(lab, 7), count=1)
    with pytest.raises(InputError) as caught:
        check_inclusion(changed, key=KEY)
    assert caught.value.reason is Reason.BAD_LOG


def test_a_proof_is_bounded(lab: LogLab) -> None:
    proof = proof_of(lab, 7)
    assert check_inclusion(proof, key=KEY, limits=Limits(log_note_bytes=len(proof))).index == 7
    with pytest.raises(InputError) as caught:
        check_inclusion(proof, key=KEY, limits=Limits(log_note_bytes=len(proof) - 1))
    assert caught.value.reason is Reason.TOO_LARGE


def test_the_leaf_is_read_as_strictly_as_any() -> None:
    """A log that took in what is no decision proves nothing by it."""
    from tests.log_lab import SECRET, mth
    from trust_registry.log import Checkpoint
    from trust_registry.notes import sign_note

    text = Checkpoint(origin=ORIGIN, size=1, root=mth([b"{}"])).text
    note = sign_note(text, key=KEY, sign=SECRET.sign)
    proof = b"c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\n" + note
    with pytest.raises(InputError) as caught:
        check_inclusion(proof, key=KEY)
    assert caught.value.reason is Reason.BAD_LOG
