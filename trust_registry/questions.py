"""The questions that a vetting asks, as data: their order, their forms and their words.

The texts lie in `schemas/vetting/questions.json`, by language, so that a translation changes no
code. An answer names the version of the questions that it answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

import schemas

__all__ = ["VERSION", "Form", "Question", "Section", "asked", "sections", "text_in", "words"]

VERSION: Final = 1
MOST_LIGHT: Final = 12  # C113: what a small local organisation can be asked at most


class Form(StrEnum):
    """Who answers: an applicant, a small local organisation, or the consortium itself."""

    FULL = "full"
    LIGHT = "light"
    GOVERNANCE = "governance"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One row: what is asked, and in plain words what an answer holds; texts by language.

    `compares_with` is the row of the full form that an answer to this one is shown beside.
    """

    id: str
    name: Mapping[str, str]
    ask: Mapping[str, str]
    plain: Mapping[str, str]
    compares_with: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Questions that belong together, under one title."""

    id: str
    title: Mapping[str, str]
    questions: tuple[Question, ...]


@cache
def sections(form: Form) -> tuple[Section, ...]:
    """The sections that `form` asks, in their order."""
    data = json.loads(schemas.read("vetting/questions.json"))
    by_id = {section["id"]: section for section in data["sections"]}
    return tuple(
        Section(
            id=name,
            title=MappingProxyType(by_id[name]["title"]),
            questions=tuple(
                Question(
                    id=row["id"],
                    name=MappingProxyType(row["name"]),
                    ask=MappingProxyType(row["ask"]),
                    plain=MappingProxyType(row["plain"]),
                    compares_with=row.get("comparesWith", row["id"]),
                )
                for row in by_id[name]["questions"]
            ),
        )
        for name in data["forms"][form.value]
    )


@cache
def asked(form: Form) -> Mapping[str, Question]:
    """Every question of `form` by its id, in the order of the form."""
    return MappingProxyType(
        {question.id: question for section in sections(form) for question in section.questions}
    )


@cache
def words(language: str) -> Mapping[str, str]:
    """The words of a printed form in `language`, or in English where there are none."""
    data = json.loads(schemas.read("vetting/questions.json"))
    return MappingProxyType(
        {name: text_in(texts, language) for name, texts in data["words"].items()}
    )


def text_in(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in English, else in the first language there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))
