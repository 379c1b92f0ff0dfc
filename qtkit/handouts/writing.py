"""Writes the handouts of a course into a folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from qtkit import labs
from qtkit.files import write_json, write_text
from qtkit.handouts.cells import Notebook
from qtkit.handouts.exercises import lessons, read_notebook
from qtkit.handouts.graders import for_nbgrader, for_otter
from qtkit.handouts.lecturer import for_lecturer
from qtkit.handouts.student import for_student, what_we_saw
from qtkit.labs.course import course_of, write_course

KINDS = ("student", "lecturer", "nbgrader", "otter")

_NBGRADER = '''"""nbgrader's settings for this course: its folder is this one."""

c = get_config()
c.CourseDirectory.course_id = "{course}"
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError"}}
c.ExecutePreprocessor.timeout = 600
'''


def write_handouts(
    kind: str, course: Path, folder: Path, *, name: str = "", secret: bytes | None = None, notebook: str | None = None
) -> Iterator[Path]:
    """Write a handout of every notebook.

    Arguments:
        kind: one of `KINDS`.
        course: the folder with the course's `notebooks/` and `docs/`.
        folder: to write to. Notebooks lie in it beside `docs`, their pictures; for nbgrader in `source/NAME/`, each
            with its own.
        name: of the course.
        secret: the lecturer's, from which the key in the students' `course.json` follows; None: no such file.
        notebook: only those whose name begins so.

    Yields:
        Each notebook that was written.

    Raises:
        ValueError: for an unknown kind, or a notebook that does not keep to the conventions.
        FileExistsError: if a notebook is there already.
        FileNotFoundError: if there are no notebooks.
    """
    makers: dict[str, Callable[[Notebook, str], Notebook]] = {
        "student": for_student,
        "lecturer": lambda read, stem: for_lecturer(read, stem, labs.EXERCISES),
        "nbgrader": for_nbgrader,
        "otter": for_otter,
    }
    if kind not in makers:
        raise ValueError(f"a handout is for one of {', '.join(KINDS)}, got {kind!r}")
    made = {}
    for path in _chosen(course, notebook):
        place = folder / "source" / path.stem if kind == "nbgrader" else folder / "notebooks"
        made[_free(place / path.name)] = makers[kind](read_notebook(path), path.stem)
    for target, content in made.items():
        if kind == "nbgrader":  # it hands out one folder a notebook
            _bring_pictures(content, course / "docs", target.parent / "docs")
        write_json(target, content)
        if kind != "lecturer" and secret is not None:
            write_course(target.parent, course_of(name, secret))
        yield target
    if kind == "nbgrader":
        write_text(folder / "nbgrader_config.py", _NBGRADER.format(course=name.replace('"', "") or "qtkit"))
    else:
        _copy_pictures(course / "docs", folder / "docs")


def write_release(course: Path, folder: Path, *, notebook: str | None = None) -> Iterator[Path]:
    """Write what was left out of the students' notebooks, *What we saw*, as notebooks to be read beside them.

    They are files of their own: a student's work is not touched. That is why the handout leaves them out and seals
    nothing: a date or a word in a student's file would hold only until someone looks into it.

    Yields:
        Each notebook that was written, `NN_what_we_saw.ipynb`.

    Raises:
        FileExistsError: if a notebook is there already.
        FileNotFoundError: if there are no notebooks.
    """
    for path in _chosen(course, notebook):
        released = what_we_saw(read_notebook(path), path.stem)
        if released is not None:
            target = _free(folder / "notebooks" / f"{path.stem.partition('_')[0]}_what_we_saw.ipynb")
            write_json(target, released)
            yield target
    _copy_pictures(course / "docs", folder / "docs")


def _chosen(course: Path, start: str | None) -> list[Path]:
    found = lessons(course / "notebooks")
    chosen = [path for path in found if start is None or path.name.startswith(start)]
    if not chosen:
        raise FileNotFoundError(
            f"no notebook begins with {start!r}; there are {', '.join(path.stem for path in found)}"
        )
    return chosen


def _free(path: Path) -> Path:
    if path.exists():
        raise FileExistsError(f"{path} is there already, and may be someone's work: name another folder")
    return path


def _bring_pictures(notebook: Notebook, docs: Path, folder: Path) -> None:
    """Copy the pictures of a notebook's texts into its own folder, and let the texts point there."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            for name in re.findall(r"\]\(\.\./docs/([\w.-]+\.(?:gif|png|svg))", cell["source"]):
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(docs / name, folder / name)
                cell["source"] = cell["source"].replace(f"](../docs/{name}", f"](docs/{name}")


def _copy_pictures(docs: Path, folder: Path) -> None:
    for path in sorted(docs.glob("*")):
        if path.suffix in (".gif", ".png", ".svg") and not (folder / path.name).exists():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / path.name)
