"""`hand_in`: a student's notebooks and progress as one zip file with checksums; nothing is sent."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Annotated, TypedDict

from qtkit.files import sha256_of, whole_file
from qtkit.labs import course, progress
from qtkit.labs.students import checked_id, current_student
from qtkit.schema import Digest
from qtkit.seals import seal_file

MANIFEST = "manifest.json"
KIND = "hand-in"
LARGEST_FILE = 20 * 2**20
LARGEST = 100 * 2**20
MOST_FILES = 100
_DAY = (1980, 1, 1, 0, 0, 0)  # the zip of the same files is the same


class Manifest(TypedDict):
    """What a zip says of itself.

    Attributes:
        student: the id.
        course: its name, empty without one.
        files: the name of each other file, with the SHA-256 of its content.
    """

    student: str
    course: str
    files: dict[str, Digest]
    kind: Annotated[str, KIND.__eq__]


def hand_in(folder: str | Path | None = None, student: str | None = None) -> Path:
    """Write all notebooks of a folder, and the progress, into `hand_in_STUDENT.zip` beside them. Save them first.

    The checksums show damage on the way and files exchanged by hand; they are no signature.

    Arguments:
        folder: of the notebooks; by default that of `labs.student`.
        student: the id; by default that of `labs.student`.

    Returns:
        The zip file.

    Raises:
        ValueError: without a student, without notebooks, or if they are too large.
    """
    who = current_student()
    if student is None and who is None:
        raise ValueError("say who you are first: labs.student('your id')")
    name = checked_id(student or (who.name if who else ""))
    place = Path(folder) if folder is not None else who.folder if who else Path()
    files = {path.name: path.read_bytes() for path in _files(place)}
    for each, content in files.items():
        if len(content) > LARGEST_FILE:
            raise ValueError(
                f"{each} has {len(content) / 2**20:.0f} MB, {LARGEST_FILE // 2**20} are the most: clear its outputs"
            )
    if sum(map(len, files.values())) > LARGEST or len(files) > MOST_FILES:
        raise ValueError(f"{MOST_FILES} files and {LARGEST // 2**20} MB are the most that can be handed in")
    manifest = Manifest(
        student=name,
        course=course.read_course(place)["name"],
        files={each: sha256_of(content) for each, content in sorted(files.items())},
        kind=KIND,
    )
    target = place / f"hand_in_{name}.zip"
    with whole_file(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        told = json.dumps(seal_file(manifest), indent=2, ensure_ascii=False)
        for each, content in ((MANIFEST, told.encode()), *sorted(files.items())):
            archive.writestr(zipfile.ZipInfo(each, _DAY), content, zipfile.ZIP_DEFLATED)
    return target


def _files(folder: Path) -> list[Path]:
    notebooks = sorted(path for path in folder.glob("*.ipynb") if path.is_file())
    if not notebooks:
        raise ValueError(f"there are no notebooks in {folder.resolve()}")
    return [*notebooks, *(path for path in (folder / progress.FILE, folder / course.FILE) if path.is_file())]
