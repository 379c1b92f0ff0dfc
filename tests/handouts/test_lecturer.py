"""The lecturer's copy has everything, and says what it is worth."""

from __future__ import annotations

import inspect

import nbformat
import pytest

from qtkit import labs
from qtkit.handouts.lecturer import for_lecturer
from qtkit.handouts.mistakes import common_mistakes
from qtkit.labs.checking import Wrong
from tests.mini_course import lesson


def test_marks_minutes_and_mistakes_stand_before_each_exercise_and_solutions_are_open():
    made = for_lecturer(lesson(), "01_small", labs.EXERCISES)
    nbformat.validate(nbformat.from_dict(made))
    sources = {cell["id"]: cell for cell in made["cells"]}
    names = list(sources)
    assert names[names.index("push-stub") - 1] == "push-stub-lecturer"
    assert sources["push-stub-lecturer"]["source"].startswith("**For the lecturer.** `push`: 5 marks, 12 minutes.")
    assert "control and target changed places" in sources["push-stub-lecturer"]["source"].lower()
    assert "| together | | 9 | 37 |" in sources["for-the-lecturer"]["source"]
    assert "jupyter" not in sources["qubits-solution"]["metadata"]
    assert "FOUR" in sources["saw"]["source"]


def check_of_something(answer):
    case = "n = 3"
    got = answer()
    if got == 1:
        raise Wrong(f"{case}: you return {got}, which is too few. Count the mapping.")
    for case, what, other in (
        ("w[0] = 2, w[1] = -2", "the signs are turned round, look again.", 2),
        ("w[0] = 3, w[1] = -3", "the order is turned round, wire 0 is first.", 3),
    ):
        if got == other:
            raise Wrong(f"Nearly, at {case}: {what}")
    raise Wrong("no.")


def test_mistakes_are_told_in_the_checks_words():
    assert common_mistakes(check_of_something) == [
        "You return …, which is too few. Count the mapping.",
        "The signs are turned round, look again.",
        "The order is turned round, wire 0 is first.",
    ]


OF_THE_COURSE = [
    name for name, check in labs.EXERCISES.items() if inspect.unwrap(check).__module__.startswith("qtkit.")
]


@pytest.mark.parametrize("name", OF_THE_COURSE)
def test_each_exercise_of_the_course_has_some(name):
    assert common_mistakes(labs.EXERCISES[name])
