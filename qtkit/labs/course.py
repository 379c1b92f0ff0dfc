"""`course.json`, which a handout brings: what the course is called, and the key of its variants."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, TypedDict

from qtkit.labs.variants import derive
from qtkit.schema import Digest, check_shape
from qtkit.seals import read_sealed, write_sealed

FILE = "course.json"
_KIND = "course"


class Course(TypedDict):
    """What the file holds; the key makes variants, and is not the lecturer's secret."""

    name: Annotated[str, re.compile(r".{1,80}")]
    key: Digest


WITHOUT = Course(name="", key="0" * 64)
"""Where there is no `course.json`: variants differ from student to student, and not from course to course."""


def course_of(name: str, secret: bytes) -> Course:
    """The course of a lecturer's secret."""
    return Course(name=name, key=derive(secret, "course", name).hex())


def write_course(folder: Path, course: Course) -> None:
    """Write `course.json` into a folder, whole or not at all."""
    write_sealed(folder / FILE, course, _KIND)


def read_course(folder: Path) -> Course:
    """The course that a folder belongs to, `WITHOUT` if it has no `course.json`.

    Raises:
        ValueError: if the file is damaged.
    """
    try:
        value = read_sealed(folder / FILE, _KIND)
    except FileNotFoundError:
        return WITHOUT
    check_shape(value, Course, folder / FILE)
    return Course(name=value["name"], key=value["key"])
