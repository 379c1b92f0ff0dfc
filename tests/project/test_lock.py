"""`constraints.txt` is whole, within the ranges of pyproject.toml, and holds for other machines; and how it is made."""

from __future__ import annotations

import re
import runpy
import tomllib
from importlib.metadata import PackageNotFoundError
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.helpers import ROOT

LOCK: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "lock.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LINES = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
PINNED = dict(line.split("==") for line in LINES)


def test_it_is_a_line_a_package_in_order_with_plain_versions() -> None:
    assert sorted(PINNED) == list(PINNED)
    assert len(PINNED) == len(LINES)
    for name, version in PINNED.items():
        assert canonicalize_name(name) == name
        assert Version(version).local is None, "the name of a build, which other machines cannot get"


def test_it_has_all_that_the_course_asks_for_within_the_ranges() -> None:
    extras = PROJECT["optional-dependencies"]
    nbval = [entry for entry in extras["test"] if entry.startswith("nbval")]
    for entry in (*PROJECT["dependencies"], *extras["lab"], *nbval):
        package = Requirement(entry)
        pinned = PINNED[canonicalize_name(package.name)]
        assert package.specifier.contains(pinned, prereleases=True), f"{entry}: make lock writes it anew"


def test_it_names_no_cuda_and_not_qtkit_itself() -> None:
    assert [name for name in PINNED if LOCK["is_cuda"](name) or name == "qtkit"] == []


def test_environments_can_be_solved_with_it() -> None:
    """Conda's names are pip's here, but for two."""
    names = {"pytorch-cpu": "torch", "matplotlib-base": "matplotlib"}
    for entry in re.findall(r"^ +- ([a-z0-9_-]+>=\S+)$", (ROOT / "environment.yml").read_text(), re.MULTILINE):
        package = Requirement(entry)
        assert package.specifier.contains(PINNED[canonicalize_name(names.get(package.name, package.name))]), entry


REQUIRES = {
    "kit": ["torch>=2", 'lab>=4; extra == "lab"', 'other; extra == "test"', 'win; sys_platform == "no such system"'],
    "torch": ["nvidia-cublas==1", "triton", "Numpy_Core[fast]>=2"],
    "numpy-core": ['quick; extra == "fast"', "torch"],
    "lab": None,
    "quick": [],
}


def test_what_is_needed_is_followed_through_extras_markers_and_circles() -> None:
    assert LOCK["needed"](["kit"], REQUIRES.get) == {"kit", "torch", "numpy-core", "quick"}
    assert LOCK["needed"](["kit[lab]"], REQUIRES.get) == {"kit", "torch", "numpy-core", "quick", "lab"}
    assert LOCK["needed"]([]) == set()


def test_versions_are_written_without_the_build() -> None:
    versions = {"torch": "2.14.1+cpu", "a": "1.0.post1", "qtkit": "0.1"}
    assert list(LOCK["lines"](versions, versions.__getitem__)) == ["a==1.0.post1", "torch==2.14.1"]


def test_a_package_that_is_not_installed_is_an_error() -> None:
    with pytest.raises(PackageNotFoundError):
        LOCK["needed"](["a-package-that-is-not-there"])
