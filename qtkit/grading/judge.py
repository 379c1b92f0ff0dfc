"""Marks one submission after the other, in a process that runs qtkit's checks and none of a submission's code."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypedDict, cast

from qtkit import labs
from qtkit.grading.definitions import Definitions, needed_statements, read_definitions
from qtkit.grading.forbidden import FORBIDDEN
from qtkit.grading.frames import read_frame, write_frame
from qtkit.grading.marks import Verdict
from qtkit.grading.peer import Stopped
from qtkit.grading.plain import from_json, to_json
from qtkit.grading.process import Limits, SubmissionProcess
from qtkit.labs.variants import with_key
from qtkit.schema import Digest, check_shape


class Job(TypedDict):
    """A submission to be marked.

    Attributes:
        notebooks: the code cells of each.
        exercises: `name`, `function` and `notebook` of each.
        key: of the cases that are drawn, 64 hexadecimal digits.
        seconds: of a processor an exercise may take.
        memory: megabytes.
        hidden: paths that its process must not read.
    """

    notebooks: dict[str, list[str]]
    exercises: list[dict[str, str]]
    key: Digest
    seconds: float
    memory: int
    hidden: list[str]


def judge(job: Job) -> Iterator[Verdict]:
    """Mark a submission, one exercise after the other."""
    notebooks = {name: read_definitions(sources) for name, sources in job["notebooks"].items()}
    limits, hidden = Limits(job["seconds"], job["memory"]), [Path(path) for path in job["hidden"]]
    with with_key(bytes.fromhex(job["key"])), SubmissionProcess(limits, hidden) as process:
        for each in job["exercises"]:
            passed, message = _mark(process, _own_first(notebooks, each["notebook"]), each["name"], each["function"])
            yield Verdict(exercise=each["name"], passed=passed, message=message[:1_000])


def _own_first(notebooks: Mapping[str, Definitions], name: str) -> list[Definitions]:
    """The notebook of an exercise, then the others: a student may have renamed it."""
    return [notebooks[each] for each in sorted(notebooks, key=lambda each: each != name)]


def _mark(process: SubmissionProcess, notebooks: list[Definitions], name: str, function: str) -> tuple[bool, str]:
    stopped: list[str] = []

    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return process.call(*args, **kwargs)
        except Stopped as stop:
            stopped.append(str(stop))
            raise

    answer.__name__ = function
    forbidden = FORBIDDEN.get(name, ())
    passed, message = False, ""
    try:
        found = (needed_statements(definitions, function) for definitions in notebooks)
        statements = next(filter(None, found), [])
        if not statements:
            return False, f"there is no function {function} in what was handed in."
        process.define(function, statements, forbidden)
        result = labs.check(name, answer, seconds=None)
        passed, message = result.passed, result.message
    except Stopped as stop:
        stopped.append(str(stop))
    except Exception as error:
        message = f"{function} cannot be defined: {type(error).__name__}: {error}"
    if process.forbidden:
        return (
            False,
            f"{function} uses {', '.join(process.forbidden)}, which this exercise forbids: it is yours to write.",
        )
    if stopped:
        return False, f"{function} {stopped[0]}."
    return passed, message


def main() -> None:
    """Mark what comes over standard input until it ends."""
    reading, writing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nowhere, number)
    while (data := read_frame(reading)) is not None:
        for verdict in judge(_checked(from_json(data))):
            write_frame(writing, to_json(dict(verdict)))


def _checked(value: dict[str, Any]) -> Job:
    check_shape(value, Job, "the job")
    return cast(Job, value)


if __name__ == "__main__":
    main()
