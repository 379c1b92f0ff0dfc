"""The page for lecturers is true: its commands run, in order, from the wheel to a student's marks."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from qtkit.cli.main import main
from qtkit.course.content import FIRST
from qtkit.handouts.cells import answer_of, code
from qtkit.handouts.exercises import read_exercises
from tests.helpers import PATIENCE, ROOT, wait_until
from tests.mini_course import write_course
from tests.student_machine import Machine
from tests.teaching_page import commands, section, snippets

BEFORE, HANDOUTS, WORK, MARKS = "Before the lesson", "Handouts", "Own variants, progress, handing in", "Marks"


def test_the_commands_are_there() -> None:
    assert [len(commands(name)) for name in (BEFORE, HANDOUTS, WORK, MARKS)] == [2, 5, 1, 1]
    assert len(snippets(WORK)) == 2


def test_the_wheel_that_is_installed_is_the_one_that_is_built(wheel: Path) -> None:
    assert wheel.name in commands(BEFORE)[0]


def test_the_options_that_it_names_are_there() -> None:
    helps = {name: CliRunner().invoke(main, [name, "--help"]).output for name in ("handout", "grade")}
    for name, text in (("handout", section(HANDOUTS)), ("grade", section(MARKS))):
        for option in re.findall(r"`(--[a-z]+)", text):
            assert option in helps[name], option


def test_its_table_has_as_many_exercises_as_the_notebooks() -> None:
    rows = re.findall(r"^\| (\d\d) \| (.+?) \| (.+?) \| (.+?) \|$", section("Exercises"), re.MULTILINE)
    told = Counter((each[0], level) for each in rows for level in (1, 2, 3) for _ in each[level].split(";"))
    assert told == Counter((each.notebook[:2], each.level) for each in read_exercises(ROOT / "notebooks"))


def test_all_kinds_of_handouts_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    small = shlex.quote(str(write_course(tmp_path / "course")))
    for command in commands(HANDOUTS):
        words = shlex.split(command.replace("--notebook 03", "--notebook 01") + f" --from {small}")
        done = CliRunner().invoke(main, words[1:], catch_exceptions=False)
        assert done.exit_code == 0, done.output
    assert Path("monday/notebooks/course.json").is_file()
    assert list(Path("monday/notebooks").glob("*_what_we_saw.ipynb"))
    assert Path("grading/source/01_small/01_small.ipynb").is_file()


# --- from the wheel to the marks --------------------------------------------------------------------------------------


CHEAT = """\
def count(p, L, N):
    from qtkit.generator.counts import counts
    found = counts(p, L)
    return found.searched if N == 12 else found.trainable"""
WRONG = """\
def mixture(w, angles):
    return 7"""
"""Answers of a student, one that calls qtkit's own and one that is not right."""


class Times:
    """How long each step took, on the clock and of a processor: `pytest -s` shows the table."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, float]] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begin, worked = time.perf_counter(), self._worked()
        yield
        self.rows.append((name, time.perf_counter() - begin, self._worked() - worked))

    def __str__(self) -> str:
        rows = (f"| {name} | {took:.1f} | {worked:.1f} |" for name, took, worked in self.rows)
        return "\n".join(["", "| step | seconds | of a processor |", "|---|---|---|", *rows])

    @staticmethod
    def _worked() -> float:
        """Of the processes that were waited for."""
        times = os.times()
        return times.children_user + times.children_system


@contextmanager
def served(machine: Machine, line: str) -> Iterator[str]:
    """JupyterLab as a command line starts it: the address that it prints."""
    printed = machine.desk / "printed"
    with printed.open("w") as log:
        process = subprocess.Popen(
            machine.words(line), cwd=machine.desk, env=machine.environment, stdout=log, stderr=subprocess.STDOUT
        )
    try:

        def address() -> str | None:
            assert process.poll() is None, printed.read_text()
            found = re.search(r"http://127\.0\.0\.1:\d+/\S+token=\w+", printed.read_text())
            return found and found[0]

        def listens() -> bool:
            assert process.poll() is None, printed.read_text()
            with socket.socket() as caller:
                return caller.connect_ex(("127.0.0.1", urlsplit(str(address())).port or 0)) == 0

        wait_until(address, timeout=PATIENCE)
        wait_until(listens, timeout=PATIENCE)  # it prints the address before it listens there
        yield str(address())
    finally:
        process.terminate()
        process.wait(PATIENCE)


def get(address: str, path: str | None = None) -> str:
    """What the server answers; `path` is another one of its own, with the same token."""
    url = urlsplit(address)
    place = address if path is None else f"{url.scheme}://{url.netloc}/{path}&{url.query}"
    with urllib.request.urlopen(place, timeout=PATIENCE) as answer:
        assert answer.status == 200
        return str(answer.read().decode())


def write_answers(path: Path, answers: dict[str, str], first: str, last: str) -> None:
    """Write answers into their stubs, a cell before all others and one after them, as a student does."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        name = re.search(r'check\("(\w+)"', cell["source"]) if "exercise" in cell["metadata"].get("tags", []) else None
        if name and name[1] in answers:
            cell["source"] = f"{answers[name[1]]}\n\n\nlabs.{name[0]}, {function_of(answers[name[1]])})"
    notebook["cells"] = [code(first, "who"), *notebook["cells"], code(last, "hand-in")]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def function_of(answer: str) -> str:
    return re.findall(r"^def (\w+)", answer, re.MULTILINE)[-1]


def output_of(notebook: dict[str, Any], source: str) -> str:
    """What the cell with these words in it has put out."""
    (cell,) = (cell for cell in notebook["cells"] if cell["cell_type"] == "code" and source in "".join(cell["source"]))
    return json.dumps(cell["outputs"])


@pytest.mark.slow
def test_from_the_wheel_to_the_marks(machine: Machine) -> None:
    """In an empty folder, with an empty home, by the commands of the page and no others."""
    times, desk = Times(), machine.desk
    with times.step("`qtkit lab`: the course copied, notebook 00 served"), served(machine, commands(BEFORE)[1]) as lab:
        assert urlsplit(lab).path == f"/lab/tree/{FIRST}"
        get(lab)
        first = json.loads(get(lab, f"api/contents/{FIRST}?content=1"))
        assert first["content"]["cells"][0]["source"].startswith("# ")
        listed = json.loads(get(lab, "api/contents/notebooks?content=1"))
        names = sorted(each["name"] for each in listed["content"] if each["name"].endswith(".ipynb"))
        assert names == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))

    with times.step("`qtkit handout`: a handout for students"):
        machine.shell(commands(HANDOUTS)[0])
    with times.step("`qtkit lab monday`: a student's folder"):
        assert "a handout: nothing to copy" in machine.shell(f"{commands(WORK)[0]} --only-copy")

    course = {exercise.name: exercise for exercise in read_exercises(ROOT / "notebooks")}
    answers = {"stays": answer_of(course["stays"], course.values()), "count": CHEAT, "mixture": WRONG}
    who, hand_in = snippets(WORK)
    (notebook,) = (desk / "monday" / "notebooks").glob("03*.ipynb")
    write_answers(notebook, answers, who, hand_in)
    with times.step("notebook 03 run to its end: a panel trained, answers checked, handed in"):
        run = ["-m", "nbconvert", "--to", "notebook", "--inplace", "--execute", notebook]
        machine.python(*run, folder=notebook.parent)
    ran = json.loads(notebook.read_text(encoding="utf-8"))
    assert "wA" in output_of(ran, ".run(blocking=True)"), "the weights that the panel's training ended with"
    assert "hand_in_ada.zip" in output_of(ran, hand_in.strip())
    progress = json.loads((notebook.parent / "progress.json").read_text(encoding="utf-8"))
    assert {name: each["passed"] for name, each in progress["exercises"].items()} == {
        "count": True,  # as far as the student's own machine can tell
        "stays": True,
        "mixture": False,
        "prefer": False,
    }

    (desk / "handed-in").mkdir()
    shutil.move(notebook.parent / "hand_in_ada.zip", desk / "handed-in")
    names = [name for name, exercise in course.items() if exercise.notebook == notebook.stem]
    with times.step("`qtkit grade`: the marks of one submission, the exercises of notebook 03"):
        said = machine.shell(f"{commands(MARKS)[0]} --exercises {','.join(names)} --seconds {PATIENCE}")
    assert f"ada: {course['stays'].marks} of {sum(course[name].marks for name in names)}" in said
    with (desk / "marks.csv").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], row["error"]) == ("ada", "")
    assert {name: int(row[name]) for name in names} == dict.fromkeys(names, 0) | {"stays": course["stays"].marks}
    assert "count: count uses qtkit.generator.counts.counts, which this exercise forbids" in row["remarks"]
    assert "mixture: " in row["remarks"]
    assert "prefer: prefer is not written yet" in row["remarks"]
    print(times)
