"""A handout is known by its notebooks; no course is copied over it, with the solutions of the same exercises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qtkit.course.copying import copy_course, default_folder
from qtkit.course.handout import is_handout, marked
from qtkit.course.jupyter import find_notebook
from tests.course.conftest import notebook


@pytest.fixture
def handout(tmp_path: Path) -> Path:
    folder = tmp_path / "monday"
    (folder / "notebooks").mkdir(parents=True)
    made = json.loads(notebook("1"))
    made["metadata"] = marked({}, "student")
    (folder / "notebooks" / "03_search.ipynb").write_text(json.dumps(made))
    return folder


def test_a_handout_is_known_also_beside_notebooks_of_ones_own(handout: Path) -> None:
    (handout / "notebooks" / "00_mine.ipynb").write_text(notebook("2"))
    (handout / "notebooks" / "01_broken.ipynb").write_text("{")
    assert is_handout(handout)
    assert default_folder(handout / "notebooks") == handout


NONE = ["", "[]", "{}", '{"metadata": []}', '{"metadata": {"qtkit": {"handout": 1}}}', "[" * 99_999]


@pytest.mark.parametrize("text", NONE, ids=range(len(NONE)))
def test_what_is_none(tmp_path: Path, text: str) -> None:
    assert not is_handout(tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00.ipynb").write_text(text)
    assert not is_handout(tmp_path)


def test_no_course_is_copied_to_it(course, handout: Path) -> None:
    before = sorted(handout.rglob("*"))
    with pytest.raises(ValueError, match="is a handout: name another folder"):
        copy_course(handout, source=course("one"))
    assert sorted(handout.rglob("*")) == before


def test_its_first_notebook_is_opened(handout: Path) -> None:
    assert find_notebook(handout) == "notebooks/03_search.ipynb"
    with pytest.raises(FileNotFoundError, match="begins with '00'; there are"):
        find_notebook(handout, "00")
