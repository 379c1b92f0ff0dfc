"""What docs/teaching.md tells to type, so that tests type the same."""

from __future__ import annotations

import re

from tests.helpers import ROOT

PAGE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    """The text under a heading."""
    return PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def commands(name: str) -> list[str]:
    """The command lines of a section, without comments."""
    lines = (line for block in _blocks("sh", name) for line in block.splitlines())
    return [line for each in lines if (line := re.sub(r"(^|\s+)#.*", "", each))]


def snippets(name: str) -> list[str]:
    """The Python of a section."""
    return _blocks("python", name)


def _blocks(language: str, name: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", section(name), re.DOTALL)
