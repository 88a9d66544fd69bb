"""The book of challenges: answered once, within three minutes of a monotonic clock (C43)."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator
from verifier import book
from verifier.book import ChallengeBook, Freshness


@pytest.mark.parametrize(
    ("waited", "freshness"),
    [
        (0, Freshness.FRESH),
        (179.9, Freshness.FRESH),
        (180, Freshness.FRESH),
        (180.1, Freshness.EXPIRED),
        (10**6, Freshness.EXPIRED),
        (-0.1, Freshness.EXPIRED),
    ],
)
def test_a_challenge_lives_three_minutes(waited: float, freshness: Freshness) -> None:
    sim = Simulator()
    asked = sim.ask()
    sim.clock.wait(waited)
    taken = sim.book.take(asked)
    assert (taken.freshness, taken.challenge) == (freshness, asked)


@pytest.mark.parametrize("waited", [1, 500])
def test_a_challenge_is_taken_once(waited: float) -> None:
    sim = Simulator()
    asked = sim.ask()
    sim.clock.wait(waited)
    assert sim.book.take(asked).freshness is not Freshness.USED
    assert sim.book.take(asked).freshness is Freshness.USED
    assert sim.book.take(asked).freshness is Freshness.USED


def test_another_question_is_unknown() -> None:
    sim = Simulator()
    first = sim.ask()
    sim.book = ChallengeBook(clock=sim.clock)
    second = sim.ask()
    assert sim.book.take(first).freshness is Freshness.UNKNOWN
    assert sim.book.take(second).freshness is Freshness.FRESH


def test_a_book_is_restored_as_it_was() -> None:
    sim = Simulator()
    used, open_ = sim.ask(), sim.ask()
    sim.book.take(used)
    asked, taken = sim.book.contents()
    again = ChallengeBook.restored(sim.clock, asked=asked, used=taken)
    assert again.contents() == (asked, taken)
    assert again.take(used).freshness is Freshness.USED
    assert again.take(open_).freshness is Freshness.FRESH


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgotten questions are unknown, never fresh: memory is bounded, replay stays impossible."""
    monkeypatch.setattr(book, "_KEPT", 2)
    sim = Simulator()
    first = sim.ask()
    sim.book.take(first)
    later = [sim.ask(), sim.ask()]
    assert sim.book.take(first).freshness is Freshness.UNKNOWN
    assert [sim.book.take(one).freshness for one in later] == [Freshness.FRESH] * 2
    asked, used = sim.book.contents()
    assert (len(asked), len(used)) == (2, 2)


def test_a_book_shows_no_digests() -> None:
    sim = Simulator()
    asked = sim.ask()
    assert asked.digest not in repr(sim.book)
