"""Handouts are written beside nothing that is there, and students' work is never written over."""

from __future__ import annotations

import json
import stat
import sys

import pytest
from click.testing import CliRunner

from qtkit.cli.main import main
from qtkit.handouts.secret import make_secret, read_secret
from qtkit.handouts.writing import write_handouts, write_release
from qtkit.labs.course import read_course
from tests.mini_course import write_course


@pytest.fixture
def course(tmp_path):
    return write_course(tmp_path / "course")


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_students_folder_has_notebooks_pictures_and_the_courses_key(course, tmp_path):
    folder = tmp_path / "out, ü"
    written = list(write_handouts("student", course, folder, name="QT 2027", secret=bytes(32)))
    assert [path.name for path in written] == ["01_small.ipynb"]
    assert names(folder) == ["docs/picture.png", "notebooks/01_small.ipynb", "notebooks/course.json"]
    assert read_course(folder / "notebooks")["name"] == "QT 2027"
    assert bytes(32).hex() not in (folder / "notebooks" / "course.json").read_text(), "the secret stays"


def test_without_a_secret_there_is_no_key(course, tmp_path):
    list(write_handouts("student", course, tmp_path / "out"))
    assert names(tmp_path / "out") == ["docs/picture.png", "notebooks/01_small.ipynb"]


def test_what_is_there_is_not_written_over(course, tmp_path):
    list(write_handouts("student", course, tmp_path / "out"))
    (tmp_path / "out" / "notebooks" / "01_small.ipynb").write_text("my work")
    with pytest.raises(FileExistsError, match="01_small.ipynb is there already, and may be someone's work"):
        list(write_handouts("student", course, tmp_path / "out"))
    assert (tmp_path / "out" / "notebooks" / "01_small.ipynb").read_text() == "my work"


def test_a_release_lies_beside_the_students_work(course, tmp_path):
    list(write_handouts("student", course, tmp_path / "out"))
    (tmp_path / "out" / "notebooks" / "01_small.ipynb").write_text("my work")
    (released,) = write_release(course, tmp_path / "out")
    assert released.name == "01_what_we_saw.ipynb"
    assert "FOUR" in released.read_text()
    assert (tmp_path / "out" / "notebooks" / "01_small.ipynb").read_text() == "my work"


def test_nbgrader_gets_a_folder_an_assignment_with_its_pictures(course, tmp_path):
    list(write_handouts("nbgrader", course, tmp_path / "out", name='a "course"'))
    assert names(tmp_path / "out") == [
        "nbgrader_config.py",
        "source/01_small/01_small.ipynb",
        "source/01_small/docs/picture.png",
    ]
    made = json.loads((tmp_path / "out" / "source" / "01_small" / "01_small.ipynb").read_text())
    assert "](docs/picture.png)" in made["cells"][0]["source"]
    compile((tmp_path / "out" / "nbgrader_config.py").read_text(), "config", "exec")


def test_unknown_kinds_and_notebooks_are_told(course, tmp_path):
    with pytest.raises(ValueError, match="one of student, lecturer, nbgrader, otter, got 'dean'"):
        list(write_handouts("dean", course, tmp_path / "out"))
    with pytest.raises(FileNotFoundError, match="begins with '07'; there are 01_small"):
        list(write_handouts("student", course, tmp_path / "out", notebook="07"))


def test_a_secret_is_drawn_once_and_is_its_owners(tmp_path):
    path = tmp_path / "deep" / "course.secret"
    secret = make_secret(path)
    assert len(secret) == 32
    assert make_secret(path) == read_secret(path) == secret
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("something")
    with pytest.raises(ValueError, match="is no secret of a course: 64 hexadecimal digits are expected"):
        make_secret(path)


class TestTheCommand:
    def run(self, *arguments):
        return CliRunner().invoke(main, ["handout", *map(str, arguments)])

    def test_it_writes_and_releases(self, course, tmp_path):
        done = self.run(tmp_path / "out", "--from", course, "--course", "QT", "--secret", tmp_path / "s")
        assert done.exit_code == 0, done.output
        assert done.output.strip().endswith("01_small.ipynb")
        done = self.run(tmp_path / "out", "--from", course, "--release")
        assert done.output.strip().endswith("01_what_we_saw.ipynb")

    def test_what_does_not_fit_together_is_told(self, course, tmp_path):
        assert "--release is for students, got --for otter" in self.run(tmp_path, "--release", "--for", "otter").output
        for option in ("--secret", "--course"):
            done = self.run(tmp_path, "--release", option, tmp_path / "s")
            assert done.exit_code == 2 and "neither --course nor --secret" in done.output
            assert not (tmp_path / "s").exists()
        assert "--course needs --secret" in self.run(tmp_path, "--from", course, "--course", "QT").output
        assert "no notebooks in" in self.run(tmp_path / "out", "--from", tmp_path).output
