"""What a student has done: checks passed and predictions made, in one JSON file of the folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from filelock import FileLock

from qtkit.schema import Whole, check_shape
from qtkit.seals import read_sealed, write_sealed

FILE = "progress.json"
_KIND = "progress"


class Tried(TypedDict):
    """One exercise: whether it was ever right, what the last check said, how many there were, and when the last."""

    passed: bool
    message: str
    checks: Whole
    when: str


class Predicted(TypedDict):
    """One prediction: the text, and when it was written down first."""

    text: str
    when: str


class Progress(TypedDict):
    """What the file holds."""

    student: str
    exercises: dict[str, Tried]
    predictions: dict[str, Predicted]


def read_progress(folder: Path, student: str) -> Progress:
    """The progress of a student, empty if there is none yet.

    Raises:
        ValueError: if the file is damaged, or another student's.
    """
    try:
        value = read_sealed(folder / FILE, _KIND)
    except FileNotFoundError:
        return Progress(student=student, exercises={}, predictions={})
    check_shape(value, Progress, folder / FILE)
    if value["student"] != student:
        raise ValueError(
            f"{folder / FILE} is the progress of {value['student']!r}, {student!r} needs a folder of its own"
        )
    return Progress(student=student, exercises=value["exercises"], predictions=value["predictions"])


def note_check(folder: Path, student: str, name: str, passed: bool, message: str) -> None:
    """Note what a check said; an exercise that was right once stays so."""
    with _changing(folder, student) as progress:
        before = progress["exercises"].get(name)
        progress["exercises"][name] = Tried(
            passed=passed or (before is not None and before["passed"]),
            message=message,
            checks=1 + (before["checks"] if before else 0),
            when=_now(),
        )


def note_prediction(folder: Path, student: str, name: str, text: str) -> bool:
    """Note a prediction; the first one stays, whatever is written after the answer was seen.

    Returns:
        Whether this was the first.
    """
    with _changing(folder, student) as progress:
        if name in progress["predictions"]:
            return False
        progress["predictions"][name] = Predicted(text=text, when=_now())
        return True


@contextmanager
def _changing(folder: Path, student: str) -> Iterator[Progress]:
    """The progress, to be changed; two notebooks of one folder may do so at once."""
    with FileLock(folder / f".{FILE}.lock"):
        progress = read_progress(folder, student)
        yield progress
        write_sealed(folder / FILE, progress, _KIND)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
