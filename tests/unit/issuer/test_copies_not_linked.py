"""What could tell which copies are one person's, or let others read them on their way out."""

from __future__ import annotations

from pathlib import Path

from tests.issuing_lab import HOUSEHOLD, draft, new_register, offer, read_lines, run_issue, say_yes
from tests.issuing_lab import wallet_keys as new_keys


def test_indices_do_not_rise_in_the_order_in_which_copies_are_shown(tmp_path: Path) -> None:
    """Else the indices of one person's answers always rise, and those of two people rarely do."""
    risen = 0
    with new_register(tmp_path / "register.sqlite") as register:
        row_ids = offer(register, *(draft(number) for number in range(40)))
        keys_of = {row_id: new_keys(HOUSEHOLD.copies) for row_id in row_ids}
        for row_id, keys in keys_of.items():
            say_yes(register, row_id, keys=keys)
        run_issue(register, tmp_path / "out.jsonl")
    place = {
        line["credentialSubject"]["id"]: int(line["credentialStatus"]["statusListIndex"])
        for line in read_lines(tmp_path / "out.jsonl")
    }
    for keys in keys_of.values():
        indices = [place[key] for key in keys]
        risen += indices == sorted(indices)
    assert len(place) == 40 * HOUSEHOLD.copies
    assert risen < 20


def test_nobody_can_lay_a_place_for_what_is_issued(tmp_path: Path) -> None:
    """In a shared folder: a file that its owner may read, or a link to one."""
    with new_register(tmp_path / "register.sqlite") as register:
        for number, name in enumerate(("file", "link")):
            (row_id,) = offer(register, draft(number))
            say_yes(register, row_id, keys=new_keys(HOUSEHOLD.copies))
            out = tmp_path / f"{name}.jsonl"
            laid, part = tmp_path / f"laid-{name}", tmp_path / f"{name}.jsonl.part"
            laid.write_bytes(b"")
            laid.chmod(0o666)
            if name == "link":
                part.symlink_to(laid)
            else:
                part.hardlink_to(laid)
            run_issue(register, out)
            assert laid.read_bytes() == b""
            assert out.stat().st_mode & 0o777 == 0o600
            assert len(read_lines(out)) == HOUSEHOLD.copies
