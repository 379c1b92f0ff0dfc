"""Verdicts are checked before they are believed; the table is safe to open."""

from __future__ import annotations

import csv
import io

import pytest

from qtkit.grading.marks import Graded, checked_verdict, to_csv
from qtkit.handouts.exercises import Exercise


def exercise(name: str, marks: int) -> Exercise:
    return Exercise(name, name, "01", name, 1, marks, 5, "", "")


EXERCISES = [exercise("a", 1), exercise("b", 3)]


def verdict(name: str, passed: bool, message: str = "") -> dict:
    return {"exercise": name, "passed": passed, "message": message}


def rows(*graded: Graded) -> list[list[str]]:
    return list(csv.reader(io.StringIO(to_csv(graded, EXERCISES))))


def test_a_row_a_submission_with_the_marks_of_each_exercise_and_their_sum():
    ada = Graded("ada", "ada.zip", {"a": verdict("a", True), "b": verdict("b", False, "wrong.")})
    bob = Graded("bob", "bob.zip", error="it is damaged")
    eve = Graded("eve", "eve.zip", {"a": verdict("a", True), "b": verdict("b", True)}, ("cell 3 is no Python",))
    assert rows(eve, bob, ada) == [
        ["student", "file", "a", "b", "marks of 4", "remarks", "error"],
        ["ada", "ada.zip", "1", "0", "1", "b: wrong.", ""],
        ["bob", "bob.zip", "", "", "", "", "it is damaged"],
        ["eve", "eve.zip", "1", "3", "4", "cell 3 is no Python", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_no_text_is_a_formula(text):
    (_, row) = rows(Graded(text, text, error=text))
    assert row[0] == row[1] == row[-1] == f"'{text}"


def test_texts_stay_on_one_line():
    (_, row) = rows(Graded("ada", "f", {"a": verdict("a", False, "two\nlines\r\nhere")}))
    assert "a: two lines here" in row[5]


def test_a_verdict_must_be_one_and_on_the_exercise():
    assert checked_verdict(verdict("a", True), EXERCISES[0])["passed"] is True
    with pytest.raises(ValueError, match="on 'b'"):
        checked_verdict(verdict("b", True), EXERCISES[0])
    with pytest.raises(ValueError, match="passed should be true or false"):
        checked_verdict(verdict("a", 1), EXERCISES[0])
    with pytest.raises(ValueError, match="should be a dictionary"):
        checked_verdict([], EXERCISES[0])
