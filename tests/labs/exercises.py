"""How the exercises of the notebooks are tested: on right answers of every make, and on the usual mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from qtkit import labs

Answer = Callable[..., Any]


def each_of(answers: Mapping[str, Sequence[Answer]]) -> list[Any]:
    """The name of an exercise and an answer to it, for each of five or more."""
    assert min(map(len, answers.values())) >= 5
    return [
        pytest.param(name, answer, id=f"{name}-{number}")
        for name, those in answers.items()
        for number, answer in enumerate(those)
    ]


def expect_right(exercise: str, answer: Answer) -> None:
    """An answer that passes."""
    result = labs.check(exercise, answer)
    assert result.passed, result.message


def expect_hint(exercise: str, answer: Answer, *hints: str) -> None:
    """A wrong answer that is told one of these hints."""
    result = labs.check(exercise, answer)
    assert not result.passed, "a wrong answer passed"
    assert any(hint in result.message for hint in hints), result.message
