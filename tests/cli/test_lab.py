"""`qtkit lab`: what is copied, what is started, and what is said where neither can be."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from qtkit.cli.main import main
from qtkit.course import course_files, jupyter
from qtkit.course.manifest import NAME
from qtkit.handouts.writing import write_handouts
from tests.helpers import ROOT
from tests.mini_course import write_course


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, dict[str, Any]]]:
    """What would be opened: nothing is started."""
    calls: list[tuple[Path, dict[str, Any]]] = []

    def note(folder: Path, **options: Any) -> int:
        calls.append((folder, options))
        return 0

    monkeypatch.setattr(jupyter, "open_lab", note)
    return calls


def lab(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["lab", *map(str, arguments)], catch_exceptions=False)


def test_the_course_is_copied_and_opened(opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = lab("--no-browser", "--port", 9000, "--", ".", "--ip=0.0.0.0")
    assert done.exit_code == 0, done.output
    assert f"The course is in {tmp_path} ({len(course_files())} files copied)." in done.output
    options = {"notebook": "notebooks/00_start_here.ipynb", "port": 9000, "browser": False, "more": ("--ip=0.0.0.0",)}
    assert opened == [(tmp_path, options)]


def test_without_a_folder_it_is_one_here(opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "files copied" in lab("--only-copy").output
    assert opened == []
    monkeypatch.chdir(tmp_path / "qtkit-course" / "docs")
    assert f"The course is in {tmp_path / 'qtkit-course'}, as it was." in lab("--notebook", "05").output
    (_, options), *_ = opened
    assert options["notebook"] == "notebooks/05_time_series.ipynb"
    assert options["browser"]


def test_a_checkout_is_opened_as_it_is(opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "docs")
    assert lab().output.startswith(f"The course is in {ROOT}, a checkout: nothing to copy.")
    assert opened[0][0] == ROOT
    assert not (ROOT / NAME).exists()


def test_a_handout_is_opened_as_it_is(opened, tmp_path: Path) -> None:
    folder = tmp_path / "monday"
    list(write_handouts("student", write_course(tmp_path / "course"), folder))
    assert lab(folder).output.startswith(f"The course is in {folder}, a handout: nothing to copy.")
    assert lab(folder, "--only-copy", "--update").exit_code == 0
    ((where, options),) = opened
    assert (where, options["notebook"]) == (folder, "notebooks/01_small.ipynb")
    assert [path.name for path in (folder / "notebooks").iterdir()] == ["01_small.ipynb"]


def test_errors_are_one_line(opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    assert lab(tmp_path / "file").output == (
        f"Error: a file is where a folder of the course must be: {tmp_path / 'file'}\n"
    )
    missing = lab(tmp_path / "a", "--notebook", "99")
    assert missing.output.splitlines()[-1].startswith("Error: no notebook in")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    refused = lab(tmp_path / "b")
    assert refused.output.startswith("Error: JupyterLab is not installed")
    assert not (tmp_path / "b").exists()
    assert lab(tmp_path / "b", "--only-copy").exit_code == 0, "a copy needs no JupyterLab"
    assert opened == []
