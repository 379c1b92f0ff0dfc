"""Where the course is: in a folder of the package once it is installed, in the repository's own folders in a checkout.

The build reads this file alone (`hatch_build.py`), so it imports nothing of the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

FIRST = "notebooks/00_start_here.ipynb"
"""The notebook to begin with."""

PARTS = {
    "notebooks": (".ipynb",),
    "docs": (".gif", ".json", ".md", ".png", ".svg", ".webp"),
    "results": (".json", ".md", ".parquet", ".svg"),
}
"""The folders of the course, and how the names of their files end."""

SETTINGS = "jupyter/labconfig/page_config.json"
"""JupyterLab's settings for the course; not for a student's folder."""

UNFINISHED = ".new.parquet"
"""How a table of results ends that an export has not finished."""

_PACKED = Path(__file__).parent / "content"


def course_folder() -> Path:
    """The folder of `notebooks/`, `docs/`, `results/` and `jupyter/` as this qtkit brings them: only to be read.

    `qtkit/course/content` in an installed package, the repository in a checkout.

    Raises:
        FileNotFoundError: if this copy of qtkit came without the course.
    """
    for folder in (_PACKED, Path(__file__).parents[2]):
        if (folder / FIRST).is_file():
            return folder
    raise FileNotFoundError(f"this qtkit came without its course: expected it in {_PACKED}; install qtkit again")


def is_checkout() -> bool:
    """Whether the course is that of a checkout of the repository."""
    return course_folder() != _PACKED


def course_files(folder: Path | None = None) -> list[str]:
    """The files of the course, as paths relative to `folder` with slashes, sorted; hidden files are not among them.

    Arguments:
        folder: that of the course; by default `course_folder()`.
    """
    return sorted(_files(course_folder() if folder is None else folder))


def _files(folder: Path) -> Iterator[str]:
    for part, endings in PARTS.items():
        for path in (folder / part).rglob("*"):
            name = path.relative_to(folder)
            hidden = any(each.startswith(".") for each in name.parts)
            if path.suffix in endings and path.is_file() and not hidden and not path.name.endswith(UNFINISHED):
                yield name.as_posix()
