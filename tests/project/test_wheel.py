"""The wheel alone, as a student has it: an empty home folder, paths with spaces and letters beyond ASCII."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import nbformat
import pytest

from qtkit.claims.tables import judge
from qtkit.course.content import PARTS, SETTINGS, course_files
from tests.helpers import ROOT
from tests.student_machine import Machine, build

CONTENT = "qtkit/course/content/"


def content_of(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as files:
        return sorted(name.removeprefix(CONTENT) for name in files.namelist() if name.startswith(CONTENT))


@pytest.fixture(scope="module")
def copy(machine: Machine) -> Path:
    """The course as the student has it."""
    machine.qtkit("lab", "mein Kurs", "--only-copy")
    return machine.desk / "mein Kurs"


def test_the_wheel_has_the_whole_course_and_nothing_twice(wheel: Path) -> None:
    assert content_of(wheel) == sorted([*course_files(ROOT), SETTINGS])
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
    assert len(set(names)) == len(names)
    assert [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".nbi", ".nbc"))] == []
    assert wheel.stat().st_size < 30_000_000


@pytest.mark.slow
def test_a_wheel_from_the_source_distribution_is_the_same(wheel: Path, tmp_path: Path) -> None:
    packed = build("sdist", ROOT, tmp_path / "packed")
    with tarfile.open(packed) as files:
        by = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # from Python 3.11.4 on
        files.extractall(tmp_path / "unpacked", **by)
    (source,) = (tmp_path / "unpacked").iterdir()
    again = build("wheel", source, tmp_path / "again")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())


@pytest.mark.parametrize(("version", "added"), [("editable", 0), ("standard", len(course_files(ROOT)) + 1)])
def test_an_editable_install_finds_the_course_where_it_is(version: str, added: int) -> None:
    data: dict[str, dict[str, str]] = {"force_include": {}}
    hook = runpy.run_path(str(ROOT / "hatch_build.py"))["CourseHook"]
    hook(str(ROOT), {}, None, None, "", "wheel").initialize(version, data)
    assert len(data["force_include"]) == added


@pytest.mark.slow
class TestOnAStudentsMachine:
    def test_it_is_the_wheel_that_is_used(self, machine: Machine) -> None:
        code = "import qtkit; from qtkit.course import course_folder; print(qtkit.__file__); print(course_folder())"
        package = machine.packages / "qtkit"
        assert machine.python("-c", code).splitlines() == [
            str(package / "__init__.py"),
            str(package / "course" / "content"),
        ]

    def test_the_course_is_copied_whole(self, machine: Machine, copy: Path) -> None:
        packed = machine.packages / CONTENT
        assert course_files(copy) == course_files(packed)
        for name in course_files(copy):
            assert (copy / name).read_bytes() == (packed / name).read_bytes(), name
        assert machine.qtkit("lab", copy, "--only-copy") == f"The course is in {copy}, as it was.\n"
        assert sorted(path.name for path in copy.iterdir()) == sorted([*PARTS, ".qtkit-course.json"])

    def test_a_changed_notebook_stays(self, machine: Machine, copy: Path) -> None:
        path = copy / "notebooks" / "00_start_here.ipynb"
        before = path.read_bytes()
        notebook = nbformat.reads(before.decode(), as_version=4)
        notebook.cells[0].source += "\n\nMeine Notiz."
        nbformat.write(notebook, path)
        said = machine.qtkit("lab", copy, "--only-copy", "--update")
        assert "yours, left as it is: notebooks/00_start_here.ipynb" in said
        assert "Meine Notiz." in path.read_text(encoding="utf-8")
        path.write_bytes(before)

    def test_figures_and_tables_are_those_of_the_stored_results(self, machine: Machine, tmp_path: Path) -> None:
        assert "MB)" in machine.qtkit("figure", 8, "--to", tmp_path / "Bild 8.html")
        assert "Bessel" in (tmp_path / "Bild 8.html").read_text(encoding="utf-8")
        assert machine.qtkit("table", 2) == f"{judge('2', folder=ROOT / 'results')}\n"

    def test_in_the_copy_results_are_those_beside_the_notebooks(self, machine: Machine, copy: Path) -> None:
        code = "from qtkit.runs.results import results_folder; print(results_folder())"
        assert machine.python("-c", code, folder=copy / "notebooks") == f"{copy / 'results'}\n"

    def test_processes_that_are_spawned_find_the_package(self, machine: Machine) -> None:
        """As all processes are on Windows and macOS."""
        small = ["source=sample", "epochs=1", "depth=1", "train_limit=60", "test_limit=20"]
        changes = [word for change in small for word in ("--set", change)]
        machine.qtkit("sweep", "controls", *changes, "--workers", 2, "--store", machine.desk / "Läufe")
        assert re.search(r"(\d+) runs: \1 finished", machine.qtkit("status", "--store", machine.desk / "Läufe"))

    def test_nothing_is_left_in_the_home_folder_by_looking(self, machine: Machine, copy: Path) -> None:
        assert [path for path in machine.home.rglob("*") if "qtkit" in path.name.lower()] == []

    def test_errors_tell_what_to_do(self, machine: Machine) -> None:
        (machine.desk / "Datei").write_text("")
        command = [sys.executable, "-m", "qtkit", "lab", "Datei", "--only-copy"]
        done = subprocess.run(
            command, cwd=machine.desk, env=machine.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        place = machine.desk / "Datei"
        assert done.stderr == f"Error: a file is where a folder of the course must be: {place}\n"

    def test_a_notebook_runs_in_the_copy(self, machine: Machine, copy: Path, tmp_path: Path) -> None:
        """Notebook 03 runs as a handout, in test_teaching.py."""
        command = ["-m", "nbconvert", "--to", "notebook", "--execute", "--output-dir", tmp_path]
        machine.python(*command, copy / "notebooks" / "00_start_here.ipynb", folder=copy)
        ran = nbformat.read(tmp_path / "00_start_here.ipynb", as_version=4)
        assert all(cell.execution_count for cell in ran.cells if cell.cell_type == "code" and cell.source.strip())
