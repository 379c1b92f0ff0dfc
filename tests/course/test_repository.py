"""Where qtkit is published is told by one setting, read in a checkout and in an installed package."""

from __future__ import annotations

import importlib.metadata
import tomllib
from email.message import Message
from pathlib import Path

import pytest

from qtkit.course import content
from qtkit.course import repository as module
from qtkit.course.repository import Repository, repository
from tests.helpers import ROOT


@pytest.mark.parametrize(
    ("address", "url", "host", "name"),
    [
        ("https://github.com/owner/name", "https://github.com/owner/name", "github.com", "name"),
        (" https://github.com/owner/name.git/ ", "https://github.com/owner/name", "github.com", "name"),
        ("https://gitlab.com/group/below/name.git", "https://gitlab.com/group/below/name", "gitlab.com", "name"),
        ("https://git.example.org:8443/o/n", "https://git.example.org:8443/o/n", "git.example.org:8443", "n"),
    ],
)
def test_an_address_is_taken_apart(address: str, url: str, host: str, name: str) -> None:
    found = Repository.parse(address)
    assert (found.url, found.host, found.name) == (url, host, name)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "owner/name",
        "git@github.com:owner/name.git",
        "http://github.com/owner/name",
        "https://github.com/owner",
        "https://user:secret@github.com/owner/name",
        "https://github.com/owner/name?tab=readme",
        "https://github.com/owner/na me",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is like https://github.com/owner/name, got"):
        Repository.parse(address)


def test_a_checkout_tells_its_pyproject() -> None:
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"].get("urls", {}).get("Repository")
    found = repository()
    assert (found and found.url) == (named and Repository.parse(named).url)


@pytest.mark.parametrize("urls", ['[project.urls]\nRepository = "https://github.com/o/n.git"', "", "[project.urls]"])
def test_a_setting_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, urls: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "qtkit"\n{urls}')
    monkeypatch.setattr(module, "course_folder", lambda: tmp_path)
    found = repository()
    assert (found and found.url) == ("https://github.com/o/n" if "Repository" in urls else None)


@pytest.mark.parametrize("label", ["Repository", "Homepage", None])
def test_an_installed_package_tells_what_it_was_built_with(
    course, monkeypatch: pytest.MonkeyPatch, label: str | None
) -> None:
    monkeypatch.setattr(content, "_PACKED", course("one"))
    about = Message()
    if label:
        about["Project-URL"] = f"{label}, https://github.com/o/n"
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: about)
    found = repository()
    assert (found and found.url) == ("https://github.com/o/n" if label == "Repository" else None)
