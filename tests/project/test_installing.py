"""What docs/installing.md and the README's start tell to type is there to be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from qtkit.cli.main import main
from tests.helpers import ROOT

INSTALLING = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
START = README.partition("## Start")[2].partition("\n## ")[0]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def spans(text: str) -> Iterator[str]:
    """The lines of code blocks, and the code within sentences."""
    for block in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from (re.sub(r"(^| )#.*", "", line) for line in block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def commands(text: str, program: str) -> list[list[str]]:
    """The arguments that `program` is called with."""
    lines = (shlex.split(line, posix=False) for line in spans(text) if "'" not in line and line.count('"') % 2 == 0)
    found = ([word.replace("\\", "/").rpartition("/")[2] for word in line[:1]] + line[1:] for line in lines)
    return [line[1:] for line in found if line[:1] == [program] and len(line) > 1]


@pytest.mark.parametrize("text", [INSTALLING, START], ids=["installing", "README"])
def test_commands_of_qtkit_have_these_options(text: str) -> None:
    found = commands(text, "qtkit")
    assert len(found) > 1
    context = click.Context(main)
    for name, *words in found:
        command = main.get_command(context, name)
        assert command is not None, name
        known = {"--help", *(option for each in command.params for option in (*each.opts, *each.secondary_opts))}
        own = words[: words.index("--")] if "--" in words else words
        assert {word.partition("=")[0] for word in own if word.startswith("--")} <= known, (name, words)


@pytest.mark.parametrize("text", [INSTALLING, START], ids=["installing", "README"])
def test_targets_of_make_are_there(text: str) -> None:
    targets = {target for target, *_ in commands(text, "make")}
    assert "lab" in targets
    for target in targets:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE) or target == "help", target


def test_every_way_is_told() -> None:
    told = re.findall(r"^## (.+)$", INSTALLING, re.MULTILINE)
    assert {"Linux", "macOS", "Windows", "conda", "Google Colab", "JupyterHub", "Binder"} <= set(told)


def test_files_that_are_named_are_there() -> None:
    for name in ("constraints.txt", "environment.yml", "tools/publish.py", "binder/", "pyproject.toml"):
        assert name in INSTALLING
        assert (ROOT / name).exists()


def test_messages_that_are_explained_are_those_that_are_given() -> None:
    explained = INSTALLING.partition("## When something is missing")[2]
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "qtkit" / "course").glob("*.py"))
    for words in ("JupyterLab is not installed beside this qtkit", "a file is where a folder of the course must be"):
        assert words in explained
        assert words in sources
