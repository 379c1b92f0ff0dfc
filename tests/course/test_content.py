"""The course is found in a checkout and in an installed package, whole and without what does not belong to it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from qtkit.course import content, course_files, course_folder
from tests.helpers import ROOT


def test_in_a_checkout_it_is_the_repository() -> None:
    assert course_folder() == ROOT
    assert content.is_checkout()
    assert content.FIRST in course_files()


def test_in_an_installed_package_it_is_the_folder_beside(course, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = course("one")
    monkeypatch.setattr(content, "_PACKED", packed)
    assert course_folder() == packed
    assert not content.is_checkout()
    assert course_files() == ["docs/runs.md", content.FIRST, "results/a/b.json"]


def test_a_package_without_a_course_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "_PACKED", tmp_path / "content")
    monkeypatch.setattr(content, "__file__", str(tmp_path / "qtkit" / "course" / "content.py"))
    with pytest.raises(FileNotFoundError, match="came without its course.*install qtkit again"):
        course_folder()


def test_it_is_all_that_is_tracked_in_its_folders() -> None:
    listing = subprocess.run(
        ["git", "ls-files", "-z", *content.PARTS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    tracked = {name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()}
    assert tracked - {"notebooks/ruff.toml"} <= set(course_files())  # for those who write notebooks


def test_what_jupyter_exports_and_the_system_leave_is_not_part_of_it(course) -> None:
    folder = course(
        "one",
        **{
            "notebooks/.ipynb_checkpoints/00-checkpoint.ipynb": "{}",
            "notebooks/figure-8.html": "",
            "results/a/.lock": "",
            "results/a/.b.json.abcdefgh/b.json": "",
            "results/a/b.0123456789abcdef.new.parquet": "",
            "docs/.DS_Store": "",
        },
    )
    assert course_files(folder) == ["docs/runs.md", content.FIRST, "results/a/b.json"]


def test_links_within_the_course_lead_to_files_of_it() -> None:
    files = set(course_files())
    broken = []
    for name in sorted(files):
        if name.startswith(("notebooks/", "docs/")) and name.endswith((".md", ".ipynb")):
            text = (ROOT / name).read_text(encoding="utf-8")
            for target in re.findall(
                r"\]\((?!https?:|mailto:|#|attachment:)([^)\s\"\\]+\.(?:ipynb|md|png|svg|gif))", text
            ):
                path = (ROOT / name).parent.joinpath(target).resolve()
                if path.relative_to(ROOT).as_posix() not in files:
                    broken.append(f"{name}: {target}")
    assert broken == []
