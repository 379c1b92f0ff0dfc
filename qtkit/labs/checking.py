"""Checks of exercises: they say what is wrong with an answer, and never what the answer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True)
class Result:
    """What a check found; shows itself in a notebook."""

    passed: bool
    message: str

    def __repr__(self) -> str:
        return f"{'✓' if self.passed else '✗'} {self.message}"

    def _repr_html_(self) -> str:
        colour = "#009E73" if self.passed else "#D55E00"
        return f"<p><b style='color:{colour}'>{'✓' if self.passed else '✗'}</b> {escape(self.message)}</p>"


class Wrong(Exception):  # noqa: N818  not an error of the program: it carries what is told to the learner
    """An answer that is not right; its text is shown to the learner."""


Check = Callable[[Callable[..., Any]], str]
_CHECKS: dict[str, Check] = {}


def exercise(name: str) -> Callable[[Check], Check]:
    """Register a check: it gets the learner's function, raises `Wrong`, or returns a word on what was shown."""

    def register(check_answer: Check) -> Check:
        _CHECKS[name] = check_answer
        return check_answer

    return register


def check(name: str, answer: Callable[..., Any]) -> Result:
    """Check the answer to an exercise, a function.

    Raises:
        ValueError: for an unknown exercise, or an answer that is not a function.
    """
    if name not in _CHECKS:
        raise ValueError(f"unknown exercise {name!r}; there are {sorted(_CHECKS)}")
    if not callable(answer):
        raise ValueError(f"the answer to {name!r} must be a function, got {type(answer).__name__}")
    called = getattr(answer, "__name__", "your answer")  # not all functions have a name, such as partial ones
    try:
        return Result(True, _CHECKS[name](answer))
    except NotImplementedError:
        return Result(False, f"{called} is not written yet: put your own code in place of the raise line.")
    except Wrong as wrong:
        return Result(False, str(wrong))
    except Exception as error:
        return Result(False, f"{called} raised {type(error).__name__}: {error}")
