"""`student`: numbers of one's own, a record of what was done, and predictions; all in one folder, nothing is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any, TypeVar

from qtkit.labs import checking
from qtkit.labs.checking import SECONDS, NotPassed, Result
from qtkit.labs.course import read_course
from qtkit.labs.progress import Progress, note_check, note_prediction, read_progress
from qtkit.labs.variants import derive, seed_of, use_key

T = TypeVar("T")

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_WRITE = "Write your prediction between the quotes, and run this cell again."
_current: Student | None = None


def checked_id(name: str) -> str:
    """A student's id.

    Raises:
        ValueError: unless it has 1 to 64 letters (a to z), digits, `.`, `_`, `@` and `-`, a letter or digit first.
    """
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise ValueError(
            f"a student's id has 1 to 64 letters (a to z), digits, '.', '_', '@' and '-', the first a letter or digit; "
            f"got {name!r}"
        )
    return name


class Student:
    """One student in one folder; shows its progress as a table.

    Arguments:
        name: the id, as the lecturer knows it.
        folder: of the notebooks; the progress is kept in it, and `course.json` is looked for.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = checked_id(name), folder
        self.course = read_course(folder)
        self._key = derive(bytes.fromhex(self.course["key"]), "student", name)
        self.progress()  # a folder of someone else's is refused now

    def seed(self, name: str) -> int:
        """A seed of this student's own for what `name` says, from 0 to 2³² - 1."""
        return seed_of(self._key, "seed", name)

    def choice(self, name: str, options: Sequence[T]) -> T:
        """One of the options, this student's own for what `name` says.

        Raises:
            ValueError: if there are none.
        """
        if not len(options):
            raise ValueError(f"there is nothing to choose from for {name!r}")
        return options[int.from_bytes(derive(self._key, "choice", name), "big") % len(options)]

    def predict(self, name: str, text: str) -> str:
        """Keep a prediction, the first with words in it; what to say to that."""
        if not _has_words(text):
            return _WRITE
        if note_prediction(self.folder, self.name, name, text.strip()):
            return "Noted. Now go on."
        return "You have a prediction here already; the first one stays."

    def progress(self) -> Progress:
        """What was done in this folder.

        Raises:
            ValueError: if the file is damaged, or another student's.
        """
        return read_progress(self.folder, self.name)

    def _use(self) -> None:
        use_key(derive(self._key, "checks"))

    def _rows(self) -> list[tuple[str, str, str]]:
        tried = self.progress()["exercises"]
        return [
            (name, "✓" if tried[name]["passed"] else "✗", str(tried[name]["checks"]))
            if name in tried
            else (name, "", "")
            for name in checking.EXERCISES
        ]

    def _summary(self) -> str:
        progress = self.progress()
        right = sum(each["passed"] for each in progress["exercises"].values())
        course = f" · {self.course['name']}" if self.course["name"] else ""
        return (
            f"{self.name}{course}: {right} of {len(checking.EXERCISES)} exercises right, "
            f"{len(progress['predictions'])} predictions"
        )

    def __repr__(self) -> str:
        rows = [f"  {mark or '·'} {name}" + (f" ({checks})" if checks else "") for name, mark, checks in self._rows()]
        return "\n".join([self._summary(), *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>{mark}</td><td>{checks}</td></tr>" for name, mark, checks in self._rows()
        )
        head = "<tr><th>exercise</th><th>right</th><th>checks</th></tr>"
        return f"<p>{escape(self._summary())}</p><table>{head}{rows}</table>"


def student(name: str, folder: str | Path = ".") -> Student:
    """Say who works here: checks draw this student's own cases from now on, and are noted in `progress.json`.

    Raises:
        ValueError: for an id that is none, a damaged file, or a folder with another student's progress.
        FileNotFoundError: if there is no such folder.
    """
    global _current
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    _current = Student(name, folder)
    _current._use()
    return _current


def current_student() -> Student | None:
    """Whoever `student` named last."""
    return _current


def check(name: str, answer: Callable[..., Any], *, strict: bool = False, seconds: float | None = SECONDS) -> Result:
    """`qtkit.labs.checking.check`, which is noted if `student` has said whose answer it is."""
    try:
        result = checking.check(name, answer, strict=strict, seconds=seconds)
    except NotPassed as error:
        _note(name, error.result)
        raise
    _note(name, result)
    return result


def predict(name: str, text: str) -> str:
    """Keep a prediction, as `Student.predict`; without a student it is told that it is not kept."""
    if _current is not None:
        return _current.predict(name, text)
    if not _has_words(text):
        return _WRITE
    return "Well said. To keep it, say who you are: labs.student('your id')."


def _has_words(text: str) -> bool:
    return re.search(r"\w", text) is not None


def _note(name: str, result: Result) -> None:
    if _current is not None and not result.of_solution:
        note_check(_current.folder, _current.name, name, result.passed, result.message)
