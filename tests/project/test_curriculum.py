"""The curriculum, the labs' sheets, the notebooks and the checks tell the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from qtkit import labs
from qtkit.handouts.exercises import read_exercises
from qtkit.handouts.mistakes import common_mistakes
from tests.helpers import ROOT

DOCS = ROOT / "docs"
CURRICULUM: dict[str, Any] = json.loads((DOCS / "curriculum.json").read_text(encoding="utf-8"))
LABS: list[dict[str, Any]] = CURRICULUM["labs"]
EXERCISES = {exercise.name: exercise for exercise in read_exercises(ROOT / "notebooks")}
TEACHING = (DOCS / "teaching.md").read_text(encoding="utf-8")


def name(lab: dict[str, Any]) -> str:
    return str(lab["name"])


def sheet(lab: dict[str, Any]) -> str:
    return (DOCS / lab["sheet"]).read_text(encoding="utf-8")


def rows(text: str, heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    part = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def exercises(lab: dict[str, Any]) -> list[str]:
    return [part["exercise"] for part in lab["plan"] if "exercise" in part]


@pytest.mark.parametrize("lab", LABS, ids=name)
class TestEveryLab:
    def test_its_minutes_add_up(self, lab: dict[str, Any]) -> None:
        assert sum(part["minutes"] for part in lab["plan"]) == lab["minutes"] == 90

    def test_it_names_notebooks_and_exercises_that_exist(self, lab: dict[str, Any]) -> None:
        used = {part["notebook"] for part in lab["plan"] if "notebook" in part}
        for notebook in used | set(lab["needs"]) | set(lab["slides"]):
            assert (ROOT / "notebooks" / f"{notebook}.ipynb").is_file(), notebook
        assert set(exercises(lab)) <= set(EXERCISES) & set(labs.EXERCISES)
        assert {EXERCISES[each].notebook for each in exercises(lab)} <= used == set(lab["slides"])

    def test_an_exercise_has_the_minutes_that_its_notebook_gives_it(self, lab: dict[str, Any]) -> None:
        planned = {part["exercise"]: part["minutes"] for part in lab["plan"] if "exercise" in part}
        assert planned == {each: EXERCISES[each].minutes for each in planned}

    def test_its_sheet_has_the_same_plan(self, lab: dict[str, Any]) -> None:
        told = [
            [str(part["minutes"]), f"exercise `{part['exercise']}`" if "exercise" in part else part["what"]]
            for part in lab["plan"]
        ]
        assert rows(sheet(lab), "Minutes") == told
        assert sheet(lab).startswith(f"# Lab: {lab['title'].lower()}\n")

    def test_its_rubric_gives_each_exercise_its_marks(self, lab: dict[str, Any]) -> None:
        rubric = rows(sheet(lab), "Rubric")
        given = {m.group(1): int(marks) for marks, what in rubric if (m := re.match(r"`(\w+)` passes", what))}
        assert given == {each: EXERCISES[each].marks for each in exercises(lab)}
        assert sum(int(marks) for marks, _ in rubric) == sum(given.values()) + lab["report_marks"]
        count = ("", "one", "two", "three", "four", "five")[len(given)]
        text = " ".join(sheet(lab).split())
        assert f"Marks: {sum(given.values())} for {count} exercises, {lab['report_marks']} for the report." in text

    def test_its_mistakes_are_in_the_checks_words(self, lab: dict[str, Any]) -> None:
        mistakes = rows(sheet(lab), "Common mistakes")
        assert len(mistakes) >= 5
        for exercise, said, ask in mistakes:
            assert exercise.strip("`") in exercises(lab)
            assert said in common_mistakes(labs.EXERCISES[exercise.strip("`")])
            assert ask.endswith(("?", "hand"))

    def test_it_has_three_exam_questions_with_folded_answers(self, lab: dict[str, Any]) -> None:
        exam = sheet(lab).partition("## Three exam questions")[2]
        assert re.findall(r"^\*\*(\d)\.\*\*", exam, re.MULTILINE) == ["1", "2", "3"]
        assert exam.count("<details><summary>Answer</summary>") == exam.count("</details>") == 3

    def test_links_of_its_sheet_lead_somewhere(self, lab: dict[str, Any]) -> None:
        path = DOCS / lab["sheet"]
        for target in re.findall(r"\]\(([^)]+)\)", sheet(lab)):
            assert (path.parent / target).resolve().exists(), target

    def test_the_page_for_lecturers_names_it(self, lab: dict[str, Any]) -> None:
        row = next(row for row in rows(TEACHING, "Three labs") if lab["sheet"] in row[0])
        assert row == [
            f"[{lab['title']}]({lab['sheet']})",
            ", ".join(each[:2] for each in lab["needs"]),
            ", ".join(each[:2] for each in lab["slides"]),
            ", ".join(f"`{each}`" for each in exercises(lab)),
            str(sum(EXERCISES[each].marks for each in exercises(lab)) + lab["report_marks"]),
        ]


def test_no_exercise_is_asked_twice() -> None:
    asked = [each for lab in LABS for each in exercises(lab)]
    assert len(asked) == len(set(asked))


def test_what_students_need_is_told_to_lecturers() -> None:
    said = " ".join(TEACHING.split())
    for need in CURRICULUM["prerequisites"]:
        assert need in said, need


class TestAnswersOfExamQuestions:
    """The numbers of the answers, computed."""

    def test_variance_of_a_product(self) -> None:
        from math import cos, pi, sin

        turns = [2 * pi * k / 64 for k in range(64)]
        slopes = [
            -sin(a) / 2 * cos(b / 2) ** 2 * cos(c / 2) ** 2 for a in turns[::4] for b in turns[::4] for c in turns[::4]
        ]
        assert sum(slopes) == pytest.approx(0)
        assert sum(slope**2 for slope in slopes) / len(slopes) == pytest.approx(1 / 8 * (3 / 8) ** 2)
        assert pytest.approx(0.5 * 1.5**2) == 4**3 * (1 / 8) * (3 / 8) ** 2

    def test_counts_of_the_lstm(self) -> None:
        assert (1781 - 1).bit_length() == 11
        assert (10 * 11 + 12 + 13, 11 + 2) == (135, 13)

    def test_returns(self) -> None:
        def returns(rewards: list[float], after: float) -> list[float]:
            found: list[float] = []
            for reward in reversed(rewards):
                after = reward + 0.9 * after
                found.insert(0, after)
            return found

        assert returns([0, 0, 1], 0) == pytest.approx([0.81, 0.9, 1])
        assert returns([0, 0, 1], 0.5) == pytest.approx([1.1745, 1.305, 1.45])
