"""Where qtkit is published, if it is: the address that pyproject.toml names under `[project.urls]`, `Repository`."""

from __future__ import annotations

import importlib.metadata
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from qtkit.course.content import course_folder, is_checkout

BRANCH = "main"
"""The branch that links lead to, unless another is named."""


@dataclass(frozen=True)
class Repository:
    """A public git repository.

    Attributes:
        url: its address for a browser and for `git clone`, without `.git`.
        host: such as `github.com`.
        path: such as `owner/name`.
    """

    url: str
    host: str
    path: str

    @classmethod
    def parse(cls, address: str) -> Self:
        """The repository of this address.

        Raises:
            ValueError: if it is none that a browser could open.
        """
        parts = urlsplit(address.strip())
        path = parts.path.strip("/").removesuffix(".git")
        plain = parts.hostname and not (parts.username or parts.query or parts.fragment)
        if parts.scheme != "https" or not plain or "/" not in path or any(each.isspace() for each in parts.path):
            raise ValueError(f"a repository's address is like https://github.com/owner/name, got {address!r}")
        return cls(f"https://{parts.netloc}/{path}", parts.netloc, path)

    @property
    def name(self) -> str:
        """The name of the folder that a clone of it makes."""
        return self.path.rpartition("/")[2]


def repository() -> Repository | None:
    """The repository that this qtkit is published in; None if it is published nowhere.

    A checkout tells its `pyproject.toml`, an installed package what it was built with.

    Raises:
        ValueError: if what is named is no address of a repository.
    """
    named = _of_checkout(course_folder()) if is_checkout() else _of_package()
    return Repository.parse(named) if named else None


def _of_checkout(folder: Path) -> str | None:
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = project.get("urls", {}).get("Repository")
    return None if named is None else str(named)


def _of_package() -> str | None:
    for each in importlib.metadata.metadata("qtkit").get_all("Project-URL") or ():
        label, _, address = str(each).partition(",")
        if label.strip() == "Repository":
            return address.strip()
    return None
