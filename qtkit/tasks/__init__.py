"""The paper's three kinds of tasks, and `Task` and `Agent` for one's own: data and one training generator each.

A folder a task: `images/`, `series/`, `gridworld/`, and `own/` and `agents/`, each known by its name in `registry`.
`settings` and `training` are what all share, `readings` those of equation 4, `checkpoints` what a run goes on from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.tasks.agents.agent import Agent
    from qtkit.tasks.own.task import Task

__all__ = ["Agent", "Task"]

__getattr__, __dir__ = attach(__name__, {"Agent": "qtkit.tasks.agents.agent", "Task": "qtkit.tasks.own.task"})
