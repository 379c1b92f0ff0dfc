"""`copy_course`: the course in a folder of one's own, where what was changed there stays."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import qtkit
from qtkit.course.content import course_files, course_folder, is_checkout
from qtkit.course.handout import is_handout
from qtkit.course.manifest import NAME, digest, read_manifest, write_manifest
from qtkit.files import explain_disk, make_folder, replace, write_bytes
from qtkit.names import counted

FOLDER = "qtkit-course"
"""The name of a copy, unless another is given."""


@dataclass
class Copied:
    """What became of the files of the course in a folder: their names, relative to it.

    Attributes:
        folder: that of the copy.
        new: files that were missing.
        updated: files that were as they had been copied, and are those of this qtkit now.
        changed: files that somebody changed: they were left as they are.
        outdated: those of them of which this qtkit has another version than the one that was changed.
        kept_beside: files that were changed and are those of this qtkit now, to where the changed ones are.
        gone: files of an earlier qtkit, which this one's course has not: they were left.
    """

    folder: Path
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    kept_beside: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        done = [f"{_count(names)} {how}" for names, how in ((self.new, "copied"), (self.updated, "updated")) if names]
        yield f"The course is in {self.folder}" + (f" ({', '.join(done)})." if done else ", as it was.")
        yield from (f"  yours, left as it is: {name}" for name in self.changed if name not in self.outdated)
        yield from (f"  yours, left as it is, though this qtkit has another one: {name}" for name in self.outdated)
        yield from (f"  new: {name}; yours is beside it: {theirs}" for name, theirs in self.kept_beside.items())
        yield from (f"  no part of the course any more: {name}" for name in self.gone)
        if self.outdated:
            yield "To have the course's own in their place, and yours beside them: --update"


def copy_course(folder: Path, *, update: bool = False, source: Path | None = None) -> Copied:
    """Bring the course to a folder, and a copy that is there already up to date.

    Files that are as they were copied become those of this qtkit; files that were changed since stay, and so does what
    was never copied. That a notebook was run is no change. A missing file comes back.

    Arguments:
        folder: made if it is missing.
        update: put the course's own version in the place of a changed file that it has another version of, and keep
            the changed one beside it, as `NAME.yours.ipynb`.
        source: of the course; by default `course_folder()`.

    Raises:
        FileExistsError: if a file is where a folder must be, or the reverse; nothing is copied then.
        OSError: if the folder cannot be written.
        ValueError: if the folder is the course's own or a handout, or its manifest is damaged; nothing is copied then.
    """
    source = course_folder() if source is None else source
    folder = folder.expanduser().absolute()
    if folder.resolve() == source.resolve():
        raise ValueError(f"{folder} is the course itself: name another folder for a copy")
    if is_handout(folder):  # beside a student's notebooks there would be the same ones with their solutions
        raise ValueError(f"{folder} is a handout: name another folder for a copy of the course")
    names = course_files(source)
    _check_places(folder, names)
    before = read_manifest(folder)
    digests = dict(before["files"]) if before else {}
    done = Copied(folder, gone=[name for name in digests if name not in names and (folder / name).exists()])
    with explain_disk(folder):
        make_folder(folder)
    for name in names:
        ours = digest(source / name)
        if _bring(name, ours, digests.get(name), done, source, update):
            digests[name] = ours
    write_manifest(folder, qtkit.__version__, {name: each for name, each in digests.items() if name in names})
    return done


def default_folder(here: Path) -> Path:
    """The folder of the copy, the handout or the checkout that `here` is in; else one in `here`."""
    for folder in (here, *here.parents):
        if (folder / NAME).exists() or is_handout(folder) or (is_checkout() and folder == course_folder()):
            return folder
    return here / FOLDER


def _bring(name: str, ours: str, copied: str | None, done: Copied, source: Path, update: bool) -> bool:
    """One file, or nothing if somebody changed it; whether the file there is from this qtkit's, or changed from it."""
    place = done.folder / name
    if not place.exists():
        done.new.append(name)
    else:
        there = digest(place)
        if there == ours:
            return True
        if there == copied:
            done.updated.append(name)
        elif copied == ours or not update:
            done.changed.append(name)
            if copied != ours:
                done.outdated.append(name)
            return copied == ours
        else:
            beside = _free_name(place)
            with explain_disk(beside):
                replace(place, beside)
            done.kept_beside[name] = beside.relative_to(done.folder).as_posix()
    write_bytes(place, (source / name).read_bytes())
    return True


def _check_places(folder: Path, names: list[str]) -> None:
    """Raise a FileExistsError if something is in the way of a file or of a folder."""
    for name in (NAME, *names):
        place = folder / name
        if place.is_dir():
            raise FileExistsError(errno.EEXIST, "a folder is where a file of the course must be", str(place))
        for parent in place.parents:
            if parent.exists() and not parent.is_dir():
                raise FileExistsError(errno.EEXIST, "a file is where a folder of the course must be", str(parent))


def _free_name(place: Path) -> Path:
    """A name beside a file that nothing has yet."""
    number = 1
    while True:
        beside = place.with_name(f"{place.stem}.yours{'' if number == 1 else f'-{number}'}{place.suffix}")
        if not beside.exists():
            return beside
        number += 1


def _count(names: list[str]) -> str:
    return counted(len(names), "file")
