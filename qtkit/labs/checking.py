"""Checks of exercises: they say what is wrong with an answer, and never what the answer is."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from html import escape
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from qtkit.labs.limits import Clock, TookTooLong, run_within

SECONDS = 30.0
"""What an answer may take of a processor: minutes would be an endless loop's, a right one takes no tenth of it."""

MOST_VALUES = 1_000_000
"""More are not waited for from an answer that yields them: memory may end before the time does."""

_PACKAGE = Path(__file__).parents[1]

OF_SOLUTION = "The folded solution, not your answer: "


@dataclass(frozen=True)
class Result:
    """What a check found; shows itself in a notebook.

    Attributes:
        passed: whether the answer is right.
        message: what was shown by it, or what is wrong.
        of_solution: whether it was a notebook's own solution that was checked.
    """

    passed: bool
    message: str
    of_solution: bool = False

    def __repr__(self) -> str:
        return f"{'✓' if self.passed else '✗'} {self._told}"

    def _repr_html_(self) -> str:
        colour = "#D55E00" if not self.passed else "#777777" if self.of_solution else "#009E73"
        return f"<p><b style='color:{colour}'>{'✓' if self.passed else '✗'}</b> {escape(self._told)}</p>"

    @property
    def _told(self) -> str:
        return (OF_SOLUTION if self.of_solution else "") + self.message


class Wrong(Exception):  # noqa: N818  not an error of the program: it carries what is told to the learner
    """An answer that is not right; its text is shown to the learner."""


class NotPassed(Exception):  # noqa: N818  as `Wrong`
    """Raised by a strict check of an answer that is not right.

    Attributes:
        result: what the check found.
    """

    def __init__(self, result: Result) -> None:
        super().__init__(result.message)
        self.result = result


Check = Callable[[Callable[..., Any]], str]


def _registry() -> tuple[Mapping[str, Check], Callable[[str], Callable[[Check], Check]]]:
    """The checks by name, to be read, and the only way to add one."""
    checks: dict[str, Check] = {}

    def exercise(name: str) -> Callable[[Check], Check]:
        """Register a check: it gets the learner's function, raises `Wrong`, or returns a word on what was shown.

        Raises:
            ValueError: if another function checks an exercise of this name.
        """

        def register(check_answer: Check) -> Check:
            there = checks.get(name, check_answer)
            if (there.__module__, there.__qualname__) != (check_answer.__module__, check_answer.__qualname__):
                raise ValueError(f"the exercise {name!r} is checked by {there.__module__} already")
            checks[name] = check_answer
            return check_answer

        return register

    return MappingProxyType(checks), exercise


EXERCISES, exercise = _registry()


def check(name: str, answer: Callable[..., Any], *, strict: bool = False, seconds: float | None = SECONDS) -> Result:
    """Check the answer to an exercise, a function.

    Arguments:
        strict: raise `NotPassed` if the answer is not right, for those who mark.
        seconds: of a processor that the answer may take, all calls together; ten times as many may pass. None: for
            ever, and in this thread, for debuggers.

    Raises:
        ValueError: for an unknown exercise, or an answer that is not a function.
        NotPassed: if the check is strict and the answer is not right.
    """
    if name not in EXERCISES:
        raise ValueError(f"unknown exercise {name!r}; there are {sorted(EXERCISES)}")
    if not callable(answer):
        raise ValueError(f"the answer to {name!r} must be a function, got {type(answer).__name__}")
    called = getattr(answer, "__name__", "your answer")  # not all functions have a name, such as partial ones
    passed, message = _verdict(EXERCISES[name], answer, called, seconds)
    result = Result(passed, message, of_solution=called.endswith("_solution"))
    if strict and not passed:
        raise NotPassed(result)
    return result


def _verdict(check_answer: Check, answer: Callable[..., Any], called: str, seconds: float | None) -> tuple[bool, str]:
    """Whether the answer is right, and what to say."""
    clock = Clock()
    watched = clock.on(_complete(answer, called))
    try:
        if seconds is None:
            return True, check_answer(watched)
        return True, run_within(seconds, clock, lambda: check_answer(watched))
    except Wrong as wrong:
        return False, str(wrong)
    except TookTooLong as late:
        running = "" if late.stopped else " It cannot be stopped and is still running: restart the kernel."
        return False, f"{called} {late}. Does a loop in it never end, or make far too many steps?{running}"
    except (Exception, SystemExit) as error:
        return False, _told_of(error, answer, called)


def _told_of(error: BaseException, answer: Callable[..., Any], called: str) -> str:
    """What to say of an error: whose it is, and in which line."""
    code = getattr(answer, "__code__", None)  # not all callables have some, such as partial ones
    if code is not None and Path(code.co_filename).is_relative_to(_PACKAGE):
        code = None  # a stand-in, such as the grader's for an answer in another process: its lines are not the answer's
    steps = list(traceback.walk_tb(error.__traceback__))
    if isinstance(error, NotImplementedError) and not str(error):  # PyTorch's own say what they lack
        raising = steps[-1][0].f_code
        if code is None or raising is code:
            return f"{called} is not written yet: put your own code in place of the raise line."
        return f"{called} calls {raising.co_name}, which is not written yet."
    raised = f"{type(error).__name__}: {error}"
    if code is None:
        return f"{called} raised {raised}"
    lines = [line for frame, line in steps if frame.f_code.co_filename == code.co_filename]
    if not lines:
        return f"what {called} returned cannot be read, it led to {raised}"
    source = linecache.getline(code.co_filename, lines[-1]).strip()
    return f"{called} raised {raised} (in line {lines[-1]}{f': {source}' if source else ''})"


def _complete(answer: Callable[..., Any], called: str) -> Callable[..., Any]:
    """The same function; what it yields is listed here, where the time is taken, and nothing at all is told."""

    @wraps(answer)
    def answered(*args: Any, **kwargs: Any) -> Any:
        got = answer(*args, **kwargs)
        if got is None:
            raise Wrong(f"{called} returned None: is `return` missing?")
        if isinstance(got, Iterator):
            got = list(islice(got, MOST_VALUES + 1))
            if len(got) > MOST_VALUES:
                raise Wrong(f"{called} yields more than {MOST_VALUES:,} values. Does a loop in it never end?")
        return got

    return answered
