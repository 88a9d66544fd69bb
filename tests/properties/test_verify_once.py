"""However questions, answers, waiting and restarts follow each other, an answer counts once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.simulator import Document, Simulator
from verifier.book import LIFE_SECONDS, ChallengeBook

SIM = Simulator()
CREDENTIAL = SIM.credential()
QUESTIONS = [SIM.ask() for _ in range(4)]
ANSWERS: list[Document] = [SIM.present(CREDENTIAL, to=question) for question in QUESTIONS]
NUMBER = st.integers(0, len(QUESTIONS) - 1)
STEP = st.one_of(
    st.tuples(st.just("ask"), NUMBER),
    st.tuples(st.just("show"), NUMBER, NUMBER),
    st.tuples(st.just("show"), NUMBER).map(lambda step: (*step, step[1])),
    st.tuples(st.just("wait"), st.sampled_from([1, 100, 179, 181, -50])),
    st.tuples(st.just("restart")),
    st.tuples(st.just("reopen")),
)


@given(st.lists(STEP, max_size=30))
def test_an_answer_counts_once(steps: list[tuple]) -> None:
    """At most once, only to its own question, only in time (C42, C43)."""
    sim = Simulator()
    snapshot = SIM.snapshot()
    sim.snapshot = lambda: snapshot  # type: ignore[method-assign]
    accepted: set[int] = set()
    asked_at: dict[int, float] = {}
    restarted = False
    for step in steps:
        if step[0] == "ask" and not restarted:
            sim.book.ask(QUESTIONS[step[1]])
            asked_at[step[1]] = sim.clock.seconds
        elif step[0] == "show":
            answer, question = step[1], step[2]
            verdict = sim.judge(ANSWERS[answer], QUESTIONS[question])
            if verdict.accepted:
                assert answer == question
                assert answer not in accepted
                assert not restarted
                assert 0 <= sim.clock.seconds - asked_at[question] <= LIFE_SECONDS
                accepted.add(answer)
        elif step[0] == "wait":
            sim.clock.wait(step[1])
        elif step[0] == "reopen":
            asked, used = sim.book.contents()
            sim.book = ChallengeBook.restored(sim.clock, asked=asked, used=used)
        elif step[0] == "restart":
            # A question has a random part: a new run of the station asks none of the old ones.
            sim.book = ChallengeBook(clock=sim.clock)
            restarted = True
