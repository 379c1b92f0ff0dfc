"""What the text of a file tells of what is written there, and where it does not tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from qtkit.tasks.agents.places import is_agent
from qtkit.tasks.own.places import Place
from qtkit.tasks.own.sources import maker_of

IMPORTS = "from qtkit.tasks import Agent, Task as Work\n"


@pytest.fixture
def maker(tmp_path: Path):
    """What the text of a file tells of `mine`."""

    def of(text: str) -> str | None:
        (tmp_path / "mine.py").write_text(text, encoding="utf-8")
        return maker_of(Place("mine", str(tmp_path / "mine.py")))

    return of


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("mine = Agent(a, b)", "Agent"),
        ("mine: Agent = Agent()", "Agent"),
        ("mine = Work(*parts)", "Task"),
        ("def f():\n    return 1\nother = Agent()\nmine = Work(other)", "Task"),
    ],
)
def test_what_is_made_by_a_class_of_qtkit_is_told(maker, line: str, kind: str) -> None:
    assert maker(IMPORTS + line) == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mine = Agent()",
        "from elsewhere import Agent\nmine = Agent()",
        "from .qtkit import Agent\nmine = Agent()",
        IMPORTS + "other = Agent()",
        IMPORTS + "mine = Agent",
        IMPORTS + "mine = make()",
        IMPORTS + "mine = tasks.Agent()",
        IMPORTS + "mine = Agent()\nmine = Work()",
        IMPORTS + "mine = Agent()\nfrom elsewhere import mine",
        IMPORTS + "mine = Agent()\nfrom elsewhere import *",
        IMPORTS + "class Agent: pass\nmine = Agent()",
        IMPORTS + "if True:\n    mine = Agent()",
        IMPORTS + "mine = Agent(\n",
        IMPORTS + "mine = Agent()\n\0",
    ],
)
def test_what_only_running_can_tell_is_left_open(maker, text: str) -> None:
    assert maker(text) is None


def test_without_such_a_file_nothing_is_told(tmp_path: Path) -> None:
    for file in (str(tmp_path / "nowhere.py"), str(tmp_path), "qtkit.tasks.own", None):
        assert maker_of(Place("mine", file)) is None


def test_an_agent_is_known_by_the_text_or_else_by_the_object(tmp_path: Path) -> None:
    told, run = tmp_path / "told.py", tmp_path / "run.py"
    told.write_text("raise RuntimeError('was run')\n" + IMPORTS + "mine, one = 1, 2\nsmall = Agent()\nlarge = Work()\n")
    assert is_agent(f"{told}:small") and not is_agent(f"{told}:large")
    run.write_text(
        "from torch import nn\nfrom qtkit.tasks import Agent\n"
        "made = [Agent(lambda n, k: nn.Linear(n, k), lambda n: nn.Linear(n, 1))]\nmine, *_ = made\n"
    )
    assert is_agent(f"{run}:mine") and not is_agent(f"{run}:made")
