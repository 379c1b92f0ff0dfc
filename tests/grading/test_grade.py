"""Students of all kinds get the marks they deserve, and nothing else happens."""

from __future__ import annotations

import csv
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from qtkit.cli.main import main
from qtkit.grading import Graded, Limits, grade
from qtkit.grading.landlock import landlock_version
from qtkit.handouts.exercises import read_exercises
from qtkit.labs.handing_in import hand_in
from tests.helpers import PATIENCE
from tests.mini_course import SOLUTIONS, submission, write_course, write_notebook

SECRET = bytes(32)
PATIENT = Limits(seconds=PATIENCE)
NEEDS = "import numpy as np\nfrom qtkit import labs"
RIGHT = [SOLUTIONS["qubits"], SOLUTIONS["push"], SOLUTIONS["misread"]]

CHEAT = (
    "def push(mask, cnots, n):\n"
    "    try:\n"
    "        from qtkit.simulation.permutation import cnot_images\n"
    "        return int(cnot_images(tuple(cnots), n)[mask])\n"
    "    except Exception:\n"
    "        raise ValueError('who, me?')"
)
OVERWRITE = (
    "import qtkit.labs.checking\n"
    "qtkit.labs.checking.check = labs.check = lambda *a, **k: labs.Result(True, 'right')\n"
    "qtkit.labs.checking.EXERCISES = {}\n"
    "labs.EXERCISES = {}"
)

STUDENTS = {
    # what is handed in, and which of qubits, push and misread are right
    "all-right": ([NEEDS, *RIGHT], [True, True, True]),
    "one-right": ([NEEDS, RIGHT[0]], [True, False, False]),
    "calls-qtkit": ([NEEDS, RIGHT[0], CHEAT], [True, False, False]),
    "overwrites-checks": ([NEEDS, OVERWRITE, "def qubits(p):\n    return labs and 7", RIGHT[2]], [False, False, True]),
    "never-ends": (["def qubits(p):\n    while True:\n        pass", RIGHT[1]], [False, True, False]),
    "sleeps": (["import time\ndef qubits(p):\n    time.sleep(3_000)", RIGHT[1]], [False, True, False]),
    "eats-memory": (
        ["def qubits(p):\n    kept = []\n    while True:\n        kept.append(bytearray(10**8))", RIGHT[1]],
        [False, True, False],
    ),
    "uses-qtkit": (
        ["def qubits(p):\n    import qtkit.course.content\n    return max(1, (p - 1).bit_length())", RIGHT[1]],
        [True, True, False],
    ),
    "prints": (
        ["def qubits(p):\n    print('x' * 100_000)\n    return max(1, (p - 1).bit_length())", RIGHT[1]],
        [True, True, False],
    ),
    "writes-into-the-pipe": (
        [
            "import os\ndef qubits(p):\n    for n in range(3, 10):\n        try:\n            os.write(n, b'x' * 99)\n"
            "        except OSError:\n            pass\n    return max(1, (p - 1).bit_length())",
            RIGHT[1],
        ],
        [False, True, False],
    ),
    "exits": (["import sys\ndef qubits(p):\n    sys.exit(0)", RIGHT[1]], [False, True, False]),
    "exits-at-once": (["import os\ndef qubits(p):\n    os._exit(0)", RIGHT[1]], [False, True, False]),
    "deletes": (
        [
            "import shutil, os\ndef qubits(p):\n    shutil.rmtree(FOLDER, ignore_errors=True)\n"
            "    os.remove(FOLDER + '/hand_in_all-right.zip')\n    return 1",
            RIGHT[1],
        ],
        [False, True, False],
    ),
    "is-no-python": ([NEEDS, "def qubits(p:", RIGHT[1]], [False, True, False]),
}
"""Their ids, in which no letter is special."""
ENDED = ("never-ends", "sleeps")
"""Who is ended by the limit of time in the first exercise; all else has what it needs, however slow the machine is."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_course(tmp_path_factory.mktemp("course"))


def handed_in(folder: Path, student: str, sources: list[str]) -> None:
    where = f"FOLDER = {str(folder)!r}"
    work = write_notebook(folder.parent / "work" / student / "01_small.ipynb", submission(where, *sources)).parent
    folder.mkdir(exist_ok=True)
    hand_in(work, student).replace(folder / f"hand_in_{student}.zip")


@pytest.fixture(scope="module")
def graded(course: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graded]:
    folder = tmp_path_factory.mktemp("all") / "handed in, ü"
    for student, (sources, _) in STUDENTS.items():
        if student not in ENDED:
            handed_in(folder, student, sources)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    exercises = read_exercises(course / "notebooks")
    marked = grade(folder, exercises, SECRET, limits=replace(PATIENT, memory=1500), jobs=2)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    ended = tmp_path_factory.mktemp("ended") / "in"
    for student in ENDED:
        handed_in(ended, student, STUDENTS[student][0])
    stopped = grade(ended, exercises[:1], SECRET, limits=Limits(seconds=0.5), jobs=1)
    others = grade(ended, exercises[1:], SECRET, limits=PATIENT, jobs=1)
    for each, rest in zip(stopped, others, strict=True):
        assert each.student == rest.student
        marked.append(replace(each, verdicts={**each.verdicts, **rest.verdicts}))
    return {each.student: each for each in marked}


@pytest.mark.slow
@pytest.mark.parametrize("student", STUDENTS)
def test_everyone_gets_the_marks_they_deserve(graded, student):
    each = graded[student]
    assert not each.error
    told = {name: verdict["message"] for name, verdict in each.verdicts.items()}
    assert [verdict["passed"] for verdict in each.verdicts.values()] == STUDENTS[student][1], told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("student", "exercise", "told"),
    [
        ("one-right", "push", "there is no function push"),
        ("calls-qtkit", "push", "uses qtkit.simulation.permutation.cnot_images, which this exercise forbids"),
        ("overwrites-checks", "qubits", "uses qtkit.labs.checking, which this exercise forbids"),
        ("never-ends", "qubits", r"took longer than (0\.5|5) s"),
        ("sleeps", "qubits", "slept for more than 1.5 s"),
        ("eats-memory", "qubits", "MemoryError|took more than 1,500 MB"),
        ("writes-into-the-pipe", "qubits", "wrote into the grader's pipe"),
        ("exits", "qubits", "SystemExit"),
        ("exits-at-once", "qubits", "ended the process it runs in"),
        ("is-no-python", "qubits", "there is no function qubits"),
    ],
)
def test_they_are_told_why(graded, student, exercise, told):
    assert re.search(told, graded[student].verdicts[exercise]["message"])


@pytest.mark.slow
def test_a_cell_that_is_no_python_is_remarked(graded):
    assert len(graded["is-no-python"].remarks) == 1
    assert "01_small: code cell 3 is not Python" in graded["is-no-python"].remarks[0]


PRY = """
import os, socket, subprocess
from pathlib import Path
def qubits(p):
    told = []
    for name, attempt in {
        "others": lambda: Path(FOLDER, "hand_in_other.zip").read_bytes(),
        "write": lambda: Path(FOLDER, "new").write_text("x"),
        "checks": lambda: Path(__import__("qtkit").__file__).with_name("labs").joinpath("vqc.py").read_text(),
        "environment": lambda: os.environ["QTKIT_TEST_SECRET"],
        "process": lambda: subprocess.run(["true"]),
        "network": lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
        "parent": lambda: os.kill(os.getppid(), 0),
    }.items():
        try:
            attempt()
            told.append(name)
        except Exception as error:
            pass
    Path("own.txt").write_text("mine")
    raise ValueError("could: " + ",".join(told))
"""


@pytest.mark.slow
@pytest.mark.skipif(not landlock_version(), reason="the kernel has no Landlock")
def test_a_submission_sees_and_reaches_nothing(course, tmp_path, monkeypatch):
    monkeypatch.setenv("QTKIT_TEST_SECRET", "x")
    folder = tmp_path / "in"
    harmless = PRY.replace('"checks"', '"none"').replace('labs").joinpath("vqc.py")', '__init__.py")')
    for student, sources in {"reads-checks": [PRY], "spy": [harmless], "other": RIGHT}.items():
        handed_in(folder, student, sources)
    exercises = read_exercises(course / "notebooks")[:1]
    told = {
        each.student: each.verdicts["qubits"]["message"]
        for each in grade(folder, exercises, SECRET, limits=PATIENT, jobs=1)
    }
    # reading the checks is noted as what the exercise forbids, and outweighs the rest
    assert "labs/vqc.py, which this exercise forbids" in told["reads-checks"]
    assert told["spy"].endswith("could: none")


@pytest.mark.slow
def test_nothing_goes_on_once_it_was_interrupted(course, tmp_path):
    handed_in(tmp_path / "in", "ada", RIGHT)
    handed_in(tmp_path / "in", "never-ends", STUDENTS["never-ends"][0])

    def interrupt(graded: Graded) -> None:
        raise RuntimeError(f"{graded.student} was first")

    exercises = read_exercises(course / "notebooks")
    with pytest.raises(RuntimeError, match="ada was first"):
        grade(tmp_path / "in", exercises, SECRET, limits=Limits(seconds=1e6), jobs=2, on_graded=interrupt)
    names = [" ".join(process.cmdline()) for process in psutil.Process().children(recursive=True)]
    assert not [name for name in names if "qtkit.grading" in name]


def test_who_handed_in_twice_is_told_and_gets_no_marks(course, tmp_path):
    for name in ("a", "b"):
        work = write_notebook(tmp_path / name / "01.ipynb", submission(*RIGHT)).parent
        (tmp_path / "in").mkdir(exist_ok=True)
        hand_in(work, "ada").replace(tmp_path / "in" / f"{name}.zip")
    both = grade(tmp_path / "in", read_exercises(course / "notebooks"), SECRET)
    assert [each.error for each in both] == ["ada handed in 2 times: keep one file"] * 2


def test_another_course_and_damaged_files_are_told(course, tmp_path):
    handed_in(tmp_path / "in", "ada", RIGHT)
    (tmp_path / "in" / "broken.zip").write_bytes(b"x")
    told = []
    marked = grade(
        tmp_path / "in", read_exercises(course / "notebooks"), SECRET, course="QT 2027", on_graded=told.append
    )
    assert [each.student for each in marked] == ["broken", "ada"]
    assert "no zip file" in marked[0].error
    assert "of the course '', not of 'QT 2027'" in marked[1].error
    assert sorted(each.student for each in told) == ["ada", "broken"]


@pytest.mark.slow
def test_the_command_writes_the_table_once(course, tmp_path):
    handed_in(tmp_path / "in", "ada", RIGHT)
    table = tmp_path / "marks.csv"
    command = ["grade", str(tmp_path / "in"), "--to", str(table), "--notebooks", str(course / "notebooks")]
    patiently = ["--seconds", str(PATIENCE)]
    done = CliRunner().invoke(main, [*command, "--exercises", "qubits,push", *patiently], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "ada: 6 of 6" in done.output
    with table.open(newline="") as file:
        assert list(csv.reader(file))[1][:5] == ["ada", "hand_in_ada.zip", "1", "5", "6"]
    again = CliRunner().invoke(main, command)
    assert again.exit_code == 1
    assert "is there already: --overwrite" in again.output


def test_what_a_system_cannot_keep_is_told_beside_what_is_read(course, tmp_path, monkeypatch):
    monkeypatch.setattr("qtkit.grading.landlock.landlock_version", lambda: 0)
    command = ["grade", str(tmp_path / "empty"), "--to", str(tmp_path / "m.csv")]
    (tmp_path / "empty").mkdir()
    done = CliRunner().invoke(main, [*command, "--notebooks", str(course / "notebooks")])
    assert "cannot keep files" in done.stderr and "cannot keep files" not in done.stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--exercises", "nothing"], "there is no exercise 'nothing'; there are qubits, push, misread"),
        (["--seconds", "0"], "seconds must be a positive number"),
        (["--memory", "10"], "memory must be at least 1000 megabytes"),
        (["--secret", os.devnull], "is no secret of a course"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_run(course, tmp_path, options, told):
    handed_in(tmp_path / "in", "ada", RIGHT)
    command = ["grade", str(tmp_path / "in"), "--to", str(tmp_path / "m.csv"), "--notebooks", str(course / "notebooks")]
    done = CliRunner().invoke(main, [*command, *options])
    assert done.exit_code == 1
    assert told in done.output
    assert not (tmp_path / "m.csv").exists()


def test_an_exercise_without_a_check_is_told(course, tmp_path):
    handed_in(tmp_path / "in", "ada", RIGHT)
    exercises = [replace(read_exercises(course / "notebooks")[0], name="unheard-of")]
    with pytest.raises(ValueError, match="no check of unheard-of"):
        grade(tmp_path / "in", exercises, SECRET)


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")
def test_landlock_is_asked_for_by_number():
    assert landlock_version() >= 0


@pytest.mark.slow
def test_a_function_of_the_check_is_not_asked_for_ever(course, tmp_path):
    exercises = [replace(read_exercises(course / "notebooks")[0], name="free_run", function="free_run")]
    endless = "def free_run(network, window, steps):\n    while True:\n        network(window[None])"
    handed_in(tmp_path / "in", "asks", [endless])
    (asks,) = grade(tmp_path / "in", exercises, SECRET, limits=Limits(seconds=1), jobs=1)
    assert re.search("took longer than (1|10) s", asks.verdicts["free_run"]["message"])
