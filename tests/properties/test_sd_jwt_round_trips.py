"""SD-JWT: whatever is hidden and shown, the verifier sees just that; no changed text passes."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from amana.errors import AmanaError
from amana.proofs import sd_jwt
from amana.proofs._disclosures import Path
from tests.amana_samples import NOW, mutate
from tests.sd_jwt_samples import ASKED, HOLDER, ISSUER, bound, issued, judge, read

NAMES = st.text(max_size=3).filter(lambda name: name not in {"_sd", "...", "_sd_alg"})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
CLAIMS = st.dictionaries(
    NAMES.filter(lambda name: name not in sd_jwt.CRITICAL), VALUES, min_size=1, max_size=4
)


def paths(value: Any, place: Path = ()) -> list[Path]:
    """Every place inside `value`, in the order of the document."""
    inside = (
        value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    )
    return [
        path for step, held in inside for path in [(*place, step), *paths(held, (*place, step))]
    ]


def without(value: Any, gone: set[Path], place: Path = ()) -> Any:
    """`value` as it is for somebody who can't see what stands at `gone`."""
    if type(value) is dict:
        return {
            name: without(held, gone, (*place, name))
            for name, held in value.items()
            if (*place, name) not in gone
        }
    if type(value) is list:
        return [
            without(held, gone, (*place, index))
            for index, held in enumerate(value)
            if (*place, index) not in gone
        ]
    return value


@given(data=st.data(), claims=CLAIMS, decoys=st.integers(0, 2))
def test_any_part_that_is_shown_is_what_is_seen(
    data: st.DataObject, claims: dict[str, Any], decoys: int
) -> None:
    everywhere = paths(claims)
    hidden = data.draw(st.lists(st.sampled_from(everywhere), unique=True))
    text = issued(claims, hidden=hidden, holder=None, decoys=decoys)
    assert judge(text).claims == claims
    wanted = data.draw(st.lists(st.sampled_from(everywhere), unique=True))
    shown = sd_jwt.present(read(text), disclose=wanted)
    seen = {path[:length] for path in wanted for length in range(1, len(path) + 1)}
    verified = judge(shown)
    assert verified.claims == without(claims, set(hidden) - seen)
    assert len(verified.disclosed) == len(shown.disclosures) == len(set(hidden) & seen)
    again = sd_jwt.present(read(shown.text), disclose=[])
    assert judge(again).claims == without(claims, set(hidden))


@given(claims=CLAIMS, decoys=st.integers(0, 2))
def test_what_is_written_is_read_again(claims: dict[str, Any], decoys: int) -> None:
    text = issued(claims, hidden=paths(claims), decoys=decoys)
    assert read(text).text == text
    assert read(text) == read(text)


GOOD = bound(("name",), ("address", "camp"), ("languages", 1)).text.encode()


@given(seed=st.integers(0, 2**32))
def test_no_changed_answer_passes(seed: int) -> None:
    """A holder's signature covers all that is shown, the issuer's all that is not."""
    changed = mutate(Random(seed), GOOD).decode("utf-8", "surrogateescape")
    try:
        verified = sd_jwt.verify(read(changed), key=ISSUER.public, binding=ASKED, now=NOW)
    except AmanaError:
        return
    assert changed.encode() == GOOD
    assert verified.holder == HOLDER.public


@given(data=st.data())
def test_any_disclosures_of_the_same_credential_say_nothing_new(data: st.DataObject) -> None:
    """Whatever a thief makes of what he holds, he only ever shows less."""
    found = read(issued())
    numbers = data.draw(st.lists(st.sampled_from(range(len(found.disclosures)))))
    chosen = [found.disclosures[number] for number in numbers]
    whole = judge(found).claims
    try:
        claims = judge(found._replace(disclosures=chosen)).claims
    except AmanaError:
        return
    assert len(set(numbers)) == len(numbers)
    assert claims.keys() <= whole.keys()
    for name, value in claims.items():
        if name not in {"address", "languages"}:
            assert value == whole[name]
    assert set(claims["languages"]) <= set(whole["languages"])
