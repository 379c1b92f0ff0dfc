"""Marks: what a judge says of a submission, checked before it is believed, and the table for the lecturer."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypedDict, cast

from qtkit.handouts.exercises import Exercise
from qtkit.schema import check_shape


class Verdict(TypedDict):
    """On one exercise: whether it is right, and what to say to the student."""

    exercise: str
    passed: bool
    message: str


@dataclass(frozen=True)
class Graded:
    """A submission with its marks.

    Attributes:
        student: the id; the name of the file if the submission could not be read.
        file: its zip file or folder.
        verdicts: by the exercises' names; empty if it could not be read.
        remarks: for the lecturer.
        error: why it could not be read; empty if it could.
    """

    student: str
    file: str
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    error: str = ""

    def marks(self, exercise: Exercise) -> int:
        """What an exercise earned."""
        verdict = self.verdicts.get(exercise.name)
        return exercise.marks if verdict is not None and verdict["passed"] else 0


def checked_verdict(value: object, exercise: Exercise) -> Verdict:
    """What a judge said, if it is of the right shape and on this exercise.

    Raises:
        ValueError: if it is not.
    """
    where = f"the verdict on {exercise.name}"
    check_shape(value, Verdict, where)
    verdict = cast(Verdict, value)
    if verdict["exercise"] != exercise.name:
        raise ValueError(f"{where} is damaged: it is on {verdict['exercise'][:40]!r}")
    return verdict


def to_csv(graded: Sequence[Graded], exercises: Sequence[Exercise]) -> str:
    """The table: a row a submission, a column an exercise, the sum, and what was said of answers without a mark."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    total = sum(exercise.marks for exercise in exercises)
    names = [exercise.name for exercise in exercises]
    table.writerow(["student", "file", *names, f"marks of {total}", "remarks", "error"])
    for each in sorted(graded, key=lambda one: (one.student, one.file)):
        marks = [each.marks(exercise) for exercise in exercises]
        told = [f"{name}: {each.verdicts[name]['message']}" for name in names if _failed(each, name)]
        shown = ["", *[""] * len(marks)] if each.error else [sum(marks), *marks]
        row = [each.student, each.file, *shown[1:], shown[0], " | ".join([*each.remarks, *told]), each.error]
        table.writerow([_cell(value) for value in row])
    return file.getvalue()


def _failed(graded: Graded, name: str) -> bool:
    return name in graded.verdicts and not graded.verdicts[name]["passed"]


def _cell(value: object) -> object:
    """A text on one line, and no formula in a spreadsheet: submissions have a say in it."""
    if not isinstance(value, str):
        return value
    line = " ".join(value.split())
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line
