"""Numbers of one's own, a record of what was done, predictions, and a file to hand in."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest

from qtkit import labs
from qtkit.grading.definitions import needed_statements, read_definitions
from qtkit.handouts.exercises import read_exercises, read_notebook, solution_function
from qtkit.labs import handing_in, variants
from qtkit.labs.course import course_of, write_course
from qtkit.labs.progress import FILE, read_progress
from qtkit.labs.students import checked_id
from tests.helpers import ROOT
from tests.mini_course import SOLUTIONS, submission, write_notebook


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """Nobody works here before a test, nor after it."""
    monkeypatch.setattr("qtkit.labs.students._current", None)
    monkeypatch.setattr(variants, "_key", None)


def right(p):
    return max(1, (p - 1).bit_length())


class TestVariants:
    def test_the_same_student_has_the_same_numbers_and_another_has_others(self, tmp_path):
        ada, again, bob = (
            labs.student(name, folder) for name, folder in (("ada", tmp_path), ("ada", "."), ("bob", "."))
        )
        assert ada.seed("x") == again.seed("x") != bob.seed("x")
        assert ada.seed("x") != ada.seed("y")
        assert 0 <= ada.seed("x") < 2**32
        np.random.default_rng(ada.seed("x"))

    def test_another_course_has_other_numbers(self, tmp_path):
        for name, secret in (("a", bytes(32)), ("b", bytes(31) + b"\1")):
            (tmp_path / name).mkdir()
            write_course(tmp_path / name, course_of("QT", secret))
        seeds = {labs.student("ada", folder).seed("x") for folder in (tmp_path / "a", tmp_path / "b", tmp_path)}
        assert len(seeds) == 3

    def test_a_choice_is_one_of_the_options(self, tmp_path):
        options = ["bessel", "shm", "narma"]
        chosen = {labs.student(f"student{k}", tmp_path).choice("series", options) for k in range(40)}
        assert chosen == set(options)
        with pytest.raises(ValueError, match="nothing to choose from for 'x'"):
            labs.student("ada", tmp_path).choice("x", [])

    def test_derived_numbers_do_not_run_together(self):
        assert variants.derive(b"k", "ab", "c") != variants.derive(b"k", "a", "bc")

    def test_cases_are_the_checks_own_without_a_student_and_the_students_with_one(self, tmp_path):
        assert variants.case_seed(7) == 7
        labs.student("ada", tmp_path)
        own = variants.case_seed(7)
        assert own != 7
        with variants.with_key(b"other"):
            assert variants.case_seed(7) not in (7, own)
        assert variants.case_seed(7) == own


class TestIds:
    @pytest.mark.parametrize("name", ["ada", "s123456", "ada.lovelace@example.org", "A-1_x"])
    def test_what_is_one(self, name):
        assert checked_id(name) == name

    @pytest.mark.parametrize("name", ["", "a b", "../x", "=1", "ä", "x" * 65, "a\n", None, 7])
    def test_what_is_none(self, name):
        with pytest.raises(ValueError, match="a student's id has 1 to 64 letters"):
            checked_id(name)


class TestProgress:
    def test_checks_are_noted_and_shown(self, tmp_path):
        ada = labs.student("ada", tmp_path)
        labs.check("qubits", lambda p: 1)
        labs.check("qubits", right)
        labs.check("qubits", lambda p: 1)
        noted = ada.progress()["exercises"]["qubits"]
        assert noted["passed"] and noted["checks"] == 3
        assert repr(ada).startswith(f"ada: 1 of {len(labs.EXERCISES)} exercises right, 0 predictions")
        assert "✓ qubits (3)" in repr(ada)
        assert "<td>qubits</td><td>✓</td><td>3</td>" in ada._repr_html_()

    def test_a_strict_check_is_noted_too(self, tmp_path):
        ada = labs.student("ada", tmp_path)
        with pytest.raises(labs.NotPassed):
            labs.check("qubits", lambda p: 1, strict=True)
        assert ada.progress()["exercises"]["qubits"]["passed"] is False

    def test_a_folded_solution_is_nobodys_progress(self, tmp_path):
        def qubits_solution(p):
            return right(p)

        ada = labs.student("ada", tmp_path)
        assert labs.check("qubits", qubits_solution).passed
        assert not ada.progress()["exercises"]

    def test_without_a_student_nothing_is_written(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert labs.check("qubits", right).passed
        assert not list(tmp_path.iterdir())

    def test_it_lasts(self, tmp_path):
        labs.student("ada", tmp_path)
        labs.check("qubits", right)
        assert "✓ qubits (1)" in repr(labs.student("ada", tmp_path))

    def test_anothers_folder_is_refused(self, tmp_path):
        labs.student("ada", tmp_path)
        labs.check("qubits", right)
        with pytest.raises(ValueError, match="the progress of 'ada', 'bob' needs a folder of its own"):
            labs.student("bob", tmp_path)

    def test_a_damaged_file_is_told(self, tmp_path):
        labs.student("ada", tmp_path)
        labs.check("qubits", right)
        text = (tmp_path / FILE).read_text()
        (tmp_path / FILE).write_text(text.replace('"checks": 1', '"checks": 2'))
        with pytest.raises(ValueError, match="damaged or was edited"):
            labs.student("ada", tmp_path)
        (tmp_path / FILE).write_text("{")
        with pytest.raises(ValueError, match="not valid JSON"):
            read_progress(tmp_path, "ada")

    def test_a_folder_that_is_not_there_is_told(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="there is no folder"):
            labs.student("ada", tmp_path / "none")


class TestPredictions:
    def test_the_first_one_stays(self, tmp_path):
        ada = labs.student("ada", tmp_path)
        assert labs.predict("01/c06", "\n...\n") == "Write your prediction between the quotes, and run this cell again."
        assert labs.predict("01/c06", " four qubits ") == "Noted. Now go on."
        assert "the first one stays" in labs.predict("01/c06", "sixteen")
        assert ada.progress()["predictions"]["01/c06"]["text"] == "four qubits"
        assert "1 predictions" in repr(ada)

    def test_without_a_student_it_is_told_that_nothing_is_kept(self):
        assert "labs.student('your id')" in labs.predict("01/c06", "four")
        assert "between the quotes" in labs.predict("01/c06", "...")


class TestHandingIn:
    def test_notebooks_and_progress_are_in_one_file(self, tmp_path):
        write_notebook(tmp_path / "01.ipynb", submission(SOLUTIONS["qubits"]))
        (tmp_path / "notes.txt").write_text("private")
        write_course(tmp_path, course_of("QT", bytes(32)))
        labs.student("ada", tmp_path)
        labs.check("qubits", right)
        path = labs.hand_in()
        assert path == tmp_path / "hand_in_ada.zip"
        with zipfile.ZipFile(path) as archive:
            assert sorted(archive.namelist()) == ["01.ipynb", "course.json", "manifest.json", "progress.json"]
            manifest = json.loads(archive.read("manifest.json"))
        assert (manifest["student"], manifest["course"]) == ("ada", "QT")

    def test_the_same_work_is_the_same_file(self, tmp_path):
        write_notebook(tmp_path / "01.ipynb", submission("x = 1"))
        first = labs.hand_in(tmp_path, "ada").read_bytes()
        assert labs.hand_in(tmp_path, "ada").read_bytes() == first

    def test_what_cannot_be_handed_in_is_told(self, tmp_path, monkeypatch):
        with pytest.raises(ValueError, match="say who you are first"):
            labs.hand_in(tmp_path)
        with pytest.raises(ValueError, match="no notebooks in"):
            labs.hand_in(tmp_path, "ada")
        write_notebook(tmp_path / "01.ipynb", submission("x = 1"))
        with pytest.raises(ValueError, match="a student's id"):
            labs.hand_in(tmp_path, "../ada")
        monkeypatch.setattr(handing_in, "LARGEST_FILE", 10)
        with pytest.raises(ValueError, match=r"01.ipynb has .* MB, .* clear its outputs"):
            labs.hand_in(tmp_path, "ada")
        assert [path.name for path in tmp_path.iterdir()] == ["01.ipynb"]


SEEDED = ("expectations", "shift", "iqp", "policy_gradient", "agreement")
"""Exercises whose cases are drawn."""


def solution_of(name: str):
    """The solution of an exercise, as its notebook has it."""
    exercise = next(each for each in read_exercises(ROOT / "notebooks") if each.name == name)
    notebook = read_notebook(ROOT / "notebooks" / f"{exercise.notebook}.ipynb")
    sources = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    function = solution_function(exercise)
    assert function is not None
    namespace: dict = {}
    for statement in needed_statements(read_definitions(sources), function):
        exec(statement, namespace)
    return namespace[function]


@pytest.mark.parametrize("name", SEEDED)
def test_a_right_answer_is_right_on_everyones_cases(name):
    answer = solution_of(name)
    for number in range(12):
        with variants.with_key(bytes([number])):
            result = labs.check(name, answer)
        assert result.passed, result.message


@pytest.mark.parametrize("name", SEEDED)
def test_everyone_has_other_cases(name):
    answer, seen = solution_of(name), []

    def watched(*args):
        seen.append([array.copy() for array in args if isinstance(array, np.ndarray)])
        return answer(*args)

    for key in (b"ada", b"bob"):
        with variants.with_key(key):
            labs.check(name, watched)
    ada, bob = seen[: len(seen) // 2], seen[len(seen) // 2 :]
    assert any(
        not np.array_equal(a, b) for one, other in zip(ada, bob, strict=True) for a, b in zip(one, other, strict=True)
    )
