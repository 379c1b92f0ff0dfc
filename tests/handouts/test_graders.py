"""What nbgrader and Otter are given is what they take; where they are installed they grade it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from qtkit.handouts.cells import answer_of
from qtkit.handouts.exercises import exercises_of, lessons, read_notebook
from qtkit.handouts.graders import for_nbgrader, for_otter
from qtkit.handouts.writing import write_handouts
from tests.helpers import PATIENCE, ROOT
from tests.mini_course import SOLUTIONS, exercise_cells, lesson, notebook, write_course

needs_nbgrader = pytest.mark.skipif(importlib.util.find_spec("nbgrader") is None, reason="nbgrader is not installed")
needs_otter = pytest.mark.skipif(importlib.util.find_spec("otter") is None, reason="otter-grader is not installed")


def cells_of(made, start):
    return [cell for cell in made["cells"] if cell["id"].startswith(start)]


def test_an_answer_is_the_solution_under_the_students_name():
    exercises = exercises_of(lesson(), "01")
    for exercise in exercises:
        assert answer_of(exercise, exercises) == SOLUTIONS[exercise.name]


def test_an_answer_that_builds_on_another_builds_on_the_students():
    cells = exercise_cells("qubits", "1 · Warm-up: qubits")
    more = exercise_cells("misread", "2 · In earnest: misread")
    more[2]["source"] = (
        'def misread_solution(é):\n    "é"; return qubits_solution(é)\n\n\nlabs.check("misread", misread_solution)'
    )
    exercises = exercises_of(notebook(*cells, *more), "01")
    assert answer_of(exercises[1], exercises) == 'def misread(é):\n    "é"; return qubits(é)'


def test_nbgrader_gets_a_marked_solution_and_a_locked_check():
    made = for_nbgrader(lesson(), "01_small")
    nbformat.validate(nbformat.from_dict(made))
    answer, check = cells_of(made, "push-stub")
    assert answer["source"].startswith("def push(mask, cnots, n):\n    ### BEGIN SOLUTION\n    for control")
    assert answer["source"].endswith("return mask\n    ### END SOLUTION")
    assert check["source"] == 'labs.check("push", push, strict=True)'
    assert answer["metadata"]["nbgrader"] == {
        "grade": False,
        "grade_id": "push",
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    assert check["metadata"]["nbgrader"]["points"] == 5
    assert check["metadata"]["nbgrader"]["locked"]


def test_otter_gets_questions():
    made = for_otter(lesson(), "01_small")
    nbformat.validate(nbformat.from_dict(made))
    assert made["cells"][0]["source"].startswith("# ASSIGNMENT CONFIG\n")
    assert [cell["source"] for cell in cells_of(made, "push-stub") if cell["cell_type"] == "raw"] == [
        "# BEGIN QUESTION\nname: push\npoints: 5",
        "# BEGIN SOLUTION",
        "# END SOLUTION",
        "# BEGIN TESTS",
        "# END TESTS",
        "# END QUESTION",
    ]


@pytest.mark.parametrize("make", [for_nbgrader, for_otter])
def test_an_exercise_without_a_solution_is_told(make):
    cells = [cell for cell in lesson()["cells"] if cell["id"] != "push-solution"]
    with pytest.raises(ValueError, match="exercise 'push' of 01 has no solution"):
        make(notebook(*cells), "01")


@pytest.mark.parametrize("path", lessons(ROOT / "notebooks"), ids=lambda path: path.stem)
def test_the_courses_answers_are_python_and_define_their_functions(path):
    read = read_notebook(path)
    exercises = exercises_of(read, path.stem)
    for exercise in exercises:
        assert f"def {exercise.function}(" in answer_of(exercise, exercises)
        compile(answer_of(exercise, exercises), exercise.name, "exec")
    for make in (for_nbgrader, for_otter):
        nbformat.validate(nbformat.from_dict(make(read, path.stem)))


@pytest.fixture
def course(tmp_path):
    return write_course(tmp_path / "course")


def run(folder: Path, *command: str) -> str:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # it looks for its helpers
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
@needs_nbgrader
def test_nbgraders_own_validator_takes_its_metadata(course, tmp_path):
    from nbgrader.nbgraderformat import MetadataValidator

    (path,) = write_handouts("nbgrader", course, tmp_path / "out")
    MetadataValidator().validate_nb(nbformat.read(path, as_version=4))


@pytest.mark.slow
@needs_nbgrader
def test_nbgrader_makes_the_release_and_grades_it(course, tmp_path):
    folder = tmp_path / "out"
    (source,) = write_handouts("nbgrader", course, folder, name="QT")
    program = [sys.executable, "-m", "nbgrader"]
    run(folder, *program, "generate_assignment", "01_small")
    release = folder / "release" / "01_small" / "01_small.ipynb"
    assert "raise NotImplementedError" in release.read_text()
    assert "bit_length" not in release.read_text()
    for student, handed_in in (("right", source), ("idle", release)):
        (folder / "submitted" / student / "01_small").mkdir(parents=True)
        shutil.copyfile(handed_in, folder / "submitted" / student / "01_small" / "01_small.ipynb")
    patience = [f"--ExecutePreprocessor.{name}={PATIENCE:.0f}" for name in ("timeout", "startup_timeout")]
    run(folder, *program, "autograde", "01_small", *patience)
    told = run(folder, sys.executable, "-c", IN_THE_GRADEBOOK)
    found = re.findall(r"^(\w+): (\S+) of (\S+)$", told, re.MULTILINE)
    assert {student: (float(got), float(of)) for student, got, of in found} == {"right": (9, 9), "idle": (0, 9)}


IN_THE_GRADEBOOK = """
from nbgrader.api import Gradebook

with Gradebook("sqlite:///gradebook.db") as book:
    for each in book.assignment_submissions("01_small"):
        print(f"{each.student.id}: {each.score} of {each.max_score}")
"""


@pytest.mark.slow
@needs_otter
def test_otter_makes_the_handout_and_grades_it(course, tmp_path):
    (source,) = write_handouts("otter", course, tmp_path / "out")
    folder = source.parent
    program = [sys.executable, "-m", "otter"]
    run(folder, *program, "assign", "--no-run-tests", source.name, "made")  # the right answers are graded below
    student = folder / "made" / "student" / source.name
    assert "bit_length" not in student.read_text()
    (archive,) = (folder / "made" / "autograder").glob("*.zip")
    scores = {}
    for name, handed_in in (("right", folder / "made" / "autograder" / source.name), ("idle", student)):
        (folder / name).mkdir()
        run(folder, *program, "run", "-a", str(archive), "-o", str(folder / name), str(handed_in))
        results = json.loads((folder / name / "results.json").read_text())
        scores[name] = sum(test.get("score") or 0 for test in results["tests"])
    assert scores == {"right": 9, "idle": 0}
