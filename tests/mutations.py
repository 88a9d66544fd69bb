"""Random changes of JSON values and of texts, each of which really changes something."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from amana.jcs import canonical

_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2**50,
    "",
    "0",
    "a",
    "https://evil.example/",
    "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
    "2099-01-01T00:00:00Z",
    [],
    {},
    [None],
    {"id": "did:web:evil.example"},
)
_NAMES = ("id", "type", "holder", "proof", "issuer", "purpose", "checked", "created", "@context")
_QR = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def mutate(random: Random, document: dict[str, Any]) -> dict[str, Any]:
    """A copy with one to three members or items changed, deleted, doubled, moved or inserted."""
    while True:
        changed = copy.deepcopy(document)
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            _once(random, changed)
        if canonical(changed) != canonical(document):
            return changed


def mutate_text(random: Random, text: str) -> str:
    """A copy with a character of a QR text changed, deleted, inserted, or two exchanged."""
    place = random.randrange(len(text))
    other = random.choice(_QR.replace(text[place], ""))
    way = random.randrange(8)
    if way == 0:
        return text[:place] + text[place + 1 :]
    if way == 1:
        return text[:place] + other + text[place:]
    if way == 2 and text[place - 1] != text[place] and place:
        return text[: place - 1] + text[place] + text[place - 1] + text[place + 1 :]
    return text[:place] + other + text[place + 1 :]


def _once(random: Random, root: dict[str, Any]) -> None:
    places = list(_containers(root))
    place = random.choice(places)
    if isinstance(place, dict):
        _in_object(random, place, places)
    else:
        _in_list(random, place)


def _in_object(random: Random, place: dict[str, Any], places: list[Any]) -> None:
    way = random.randrange(6)
    if not place or way == 0:
        place[random.choice(_NAMES) + random.choice(("", "", "x"))] = _any(random)
        return
    name = random.choice(list(place))
    if way == 1:
        del place[name]
    elif way == 2:
        place[name] = [place[name], copy.deepcopy(place[name])][: random.choice((1, 2))]
    elif way == 3:
        source = random.choice(places)
        values = list(source.values()) if isinstance(source, dict) else source
        if values:
            place[name] = copy.deepcopy(random.choice(values))
    else:
        place[name] = _other(random, place[name])


def _in_list(random: Random, place: list[Any]) -> None:
    way = random.randrange(5)
    if not place or way == 0:
        place.insert(random.randint(0, len(place)), _any(random))
    elif way == 1:
        del place[random.randrange(len(place))]
    elif way == 2:
        place.append(copy.deepcopy(random.choice(place)))
    elif way == 3:
        random.shuffle(place)
    else:
        index = random.randrange(len(place))
        place[index] = _other(random, place[index])


def _other(random: Random, value: Any) -> Any:
    if isinstance(value, str) and value and random.random() < 0.7:
        place = random.randrange(len(value))
        letter = random.choice("019AZaz.:#-+ \u0430\u200d")
        return value[:place] + letter + value[place + random.choice((0, 1)) :]
    if type(value) is int and random.random() < 0.7:
        return value + random.choice((-1, 1, 10))
    return _any(random)


def _any(random: Random) -> Any:
    return copy.deepcopy(random.choice(_VALUES))


def _containers(value: Any) -> Any:
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from _containers(member)
    elif isinstance(value, list):
        yield value
        for member in value:
            yield from _containers(member)
