"""The page for lecturers is true: its commands run, in order, and a student's file comes back with marks."""

from __future__ import annotations

import csv
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from qtkit.cli.main import main
from tests.helpers import ROOT
from tests.mini_course import SOLUTIONS

PAGE = (ROOT / "docs" / "teaching.md").read_text()
SECTIONS = ("Handouts", "Own variants, progress, handing in", "Marks")


def section(name: str) -> str:
    return PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def commands(name: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", section(name), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("qtkit ")]


def run(command: str) -> str:
    done = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def write_answer(path: Path, name: str) -> None:
    """Write the answer to an exercise into its stub, as a student does."""
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if f'"{name}"' in cell["source"] and "exercise" in cell["metadata"].get("tags", []):
            cell["source"] = SOLUTIONS[name]
    path.write_text(json.dumps(notebook))


def test_the_sections_are_there():
    assert len(commands("Handouts")) == 5
    assert len(commands("Marks")) == 1
    assert all(section(name) for name in SECTIONS)


def test_the_options_that_it_names_are_there():
    helps = {name: CliRunner().invoke(main, [name, "--help"]).output for name in ("handout", "grade")}
    for name, text in (("handout", section("Handouts")), ("grade", section("Marks"))):
        for option in re.findall(r"`(--[a-z]+)", text):
            assert option in helps[name], option


@pytest.mark.slow
def test_from_the_handout_to_the_marks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in commands("Handouts"):
        run(command)
    assert Path("monday/notebooks/course.json").is_file()
    assert list(Path("monday/notebooks").glob("*_what_we_saw.ipynb"))
    assert Path("grading/source/03_architecture_search/03_architecture_search.ipynb").is_file()

    (notebook,) = Path("monday/notebooks").glob("01_from*.ipynb")
    write_answer(notebook, "qubits")
    (code,) = re.findall(r"```python\n(.*?)```", section(SECTIONS[1]), re.DOTALL)
    code += '\nprint(me, me.seed("figure"), me.choice("series", ["bessel", "shm"]), labs.hand_in().name)'
    student = [sys.executable, "-c", code]
    done = subprocess.run(student, cwd="monday/notebooks", capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ada · Quantum-Train 2027: 0 of")
    assert done.stdout.strip().endswith("hand_in_ada.zip")

    Path("handed-in").mkdir()
    Path("monday/notebooks/hand_in_ada.zip").rename("handed-in/hand_in_ada.zip")
    (command,) = commands("Marks")
    assert "ada: 1 of" in run(f"{command} --exercises qubits,push")
    with Path("marks.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["student"], row["qubits"], row["push"], row["error"]) == ("ada", "1", "0", "")
    assert row["remarks"].startswith("push: push is not written yet")
