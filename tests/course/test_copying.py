"""A copy of the course: whole, brought up to date, and never over what somebody changed."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

import qtkit
from qtkit.course import content, copying
from qtkit.course.content import FIRST
from qtkit.course.copying import copy_course, default_folder
from qtkit.course.manifest import NAME, read_manifest
from qtkit.files import write_bytes
from tests.course.conftest import notebook

RUNS = "docs/runs.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a student would have it: with spaces and letters beyond ASCII."""
    return tmp_path / "Übung eins" / "Зоя" / "mein Kurs"


def content_of(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def test_a_first_copy_is_the_course_itself(course, folder: Path) -> None:
    done = copy_course(folder, source=course("one"))
    assert content_of(folder) == content_of(course("one"))
    assert str(done) == f"The course is in {folder} (3 files copied)."
    found = read_manifest(folder)
    assert found is not None
    assert found["qtkit"] == qtkit.__version__
    assert list(found["files"]) == done.new == [RUNS, FIRST, "results/a/b.json"]


def test_again_nothing_happens(course, folder: Path) -> None:
    copy_course(folder, source=course("one"))
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*.*") if path.name != NAME}
    assert str(copy_course(folder, source=course("one"))) == f"The course is in {folder}, as it was."
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_what_is_missing_comes_back(course, folder: Path) -> None:
    copy_course(folder, source=course("one"))
    (folder / RUNS).unlink()
    assert copy_course(folder, source=course("one")).new == [RUNS]


def test_untouched_files_become_those_of_the_next_qtkit(course, folder: Path) -> None:
    copy_course(folder, source=course("one"))
    done = copy_course(folder, source=course("two", **{"docs/more.md": "more"}))
    assert (len(done.updated), done.new, done.changed) == (3, ["docs/more.md"], [])
    assert content_of(folder) == content_of(course("two"))


def test_a_notebook_that_was_only_run_is_updated_when_there_is_another(course, folder: Path) -> None:
    copy_course(folder, source=course("one"))
    ran = notebook("import qtkit", "print('one')", outputs=True)
    (folder / FIRST).write_text(ran)
    assert copy_course(folder, source=course("one")).changed == []
    assert (folder / FIRST).read_text() == ran, "its outputs stay as long as it is the same"
    assert FIRST in copy_course(folder, source=course("two")).updated


def test_what_a_student_changed_stays_and_is_told(course, folder: Path) -> None:
    copy_course(folder, source=course("one"))
    mine = notebook("import qtkit", "print('mine')")
    (folder / FIRST).write_text(mine)
    done = copy_course(folder, source=course("one"))
    assert (done.changed, done.outdated) == ([FIRST], [])
    assert str(done).splitlines()[1:] == [f"  yours, left as it is: {FIRST}"]
    for _ in range(2):  # until something is done about it
        done = copy_course(folder, source=course("two"))
        assert (done.changed, done.outdated) == ([FIRST], [FIRST])
        assert f"yours, left as it is, though this qtkit has another one: {FIRST}" in str(done)
        assert "--update" in str(done)
        assert (folder / FIRST).read_text() == mine


def test_update_puts_the_new_one_there_and_keeps_the_students_beside(course, folder: Path) -> None:
    copy_course(folder, source=course("one"))
    mine, beside = notebook("print('mine')"), folder / "notebooks" / "00_start_here.yours.ipynb"
    (folder / FIRST).write_text(mine)
    assert copy_course(folder, source=course("one"), update=True).kept_beside == {}, "no other version: nothing to do"
    done = copy_course(folder, source=course("two"), update=True)
    assert done.kept_beside == {FIRST: "notebooks/00_start_here.yours.ipynb"}
    assert f"new: {FIRST}; yours is beside it: notebooks/00_start_here.yours.ipynb" in str(done)
    assert beside.read_text() == mine
    assert (folder / FIRST).read_text() == (course("two") / FIRST).read_text()
    (folder / FIRST).write_text(notebook("print('mine again')"))
    done = copy_course(folder, source=course("three"), update=True)
    assert done.kept_beside == {FIRST: "notebooks/00_start_here.yours-2.ipynb"}
    assert beside.read_text() == mine, "what was kept before stays"


def test_a_file_that_was_never_copied_is_its_owners(course, folder: Path) -> None:
    (folder / "docs").mkdir(parents=True)
    (folder / RUNS).write_text("own runs")
    (folder / "diary.txt").write_text("dear diary")
    done = copy_course(folder, source=course("one"))
    assert (done.outdated, len(done.new)) == ([RUNS], 2)
    assert (folder / RUNS).read_text() == "own runs"
    assert copy_course(folder, source=course("one"), update=True).kept_beside == {RUNS: "docs/runs.yours.md"}
    assert (folder / "diary.txt").read_text() == "dear diary"


def test_what_the_course_has_no_more_stays_and_is_told(course, folder: Path) -> None:
    copy_course(folder, source=course("one", **{"docs/old.md": "old"}))
    done = copy_course(folder, source=course("two"))
    assert done.gone == ["docs/old.md"]
    assert "no part of the course any more: docs/old.md" in str(done)
    assert (folder / "docs/old.md").read_text() == "old"


def test_a_copy_that_was_interrupted_goes_on(course, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []

    def fail_at_the_second(path: Path, data: bytes) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path)
        write_bytes(path, data)

    monkeypatch.setattr(copying, "write_bytes", fail_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        copy_course(folder, source=course("one"))
    monkeypatch.undo()
    assert len(copy_course(folder, source=course("one")).new) == 2
    assert content_of(folder) == content_of(course("one"))
    assert copy_course(folder, source=course("two")).changed == []


@pytest.mark.parametrize("name", ["", "docs", "notebooks", "results/a"])
def test_a_file_in_the_way(course, folder: Path, name: str) -> None:
    place = folder / name
    place.parent.mkdir(parents=True)
    place.write_text("in the way")
    with pytest.raises(FileExistsError, match="a file is where a folder of the course must be") as error:
        copy_course(folder, source=course("one"))
    assert Path(error.value.filename) == place
    assert [path for path in folder.parent.rglob("*") if path.is_file()] == [place], "nothing was copied"


@pytest.mark.parametrize("name", [RUNS, NAME])
def test_a_folder_in_the_way(course, folder: Path, name: str) -> None:
    (folder / name).mkdir(parents=True)
    with pytest.raises(FileExistsError, match="a folder is where a file of the course must be"):
        copy_course(folder, source=course("one"))
    assert content_of(folder) == {}


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_a_folder_that_cannot_be_written(course, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "no")

    source = course("one")
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OSError, match=r"cannot write .*mein Kurs: .*choose another folder"):
        copy_course(folder, source=source)


def test_the_course_is_not_copied_onto_itself(course) -> None:
    with pytest.raises(ValueError, match="is the course itself: name another folder"):
        copy_course(course("one") / "docs" / "..", source=course("one"))


def test_a_damaged_manifest_stops_before_anything_is_written(course, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / NAME).write_text("{")
    with pytest.raises(ValueError, match="is damaged"):
        copy_course(folder, source=course("one"))
    assert content_of(folder) == {}


def test_the_folder_of_a_copy_is_found_from_within(course, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_course(folder, source=course("one"))
    assert default_folder(folder) == default_folder(folder / "notebooks") == folder
    assert default_folder(folder.parent) == folder.parent / "qtkit-course"
    assert default_folder(content.course_folder() / "docs") == content.course_folder(), "a checkout is opened as it is"
    monkeypatch.setattr(content, "_PACKED", course("one"))
    assert default_folder(course("one")) == course("one") / "qtkit-course", "an installed package's is not"
