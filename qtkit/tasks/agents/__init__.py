"""Agents in any environment of Gymnasium's, by A3C: settings, training, and `Agent`, networks of one's own.

`agent` defines them, `places` finds them again, `identity` is what their runs are known by; `training` is that of
`gridworld` elsewhere, and `rewards` what is shipped of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.tasks.agents.agent import Agent
    from qtkit.tasks.agents.settings import AgentSettings
    from qtkit.tasks.agents.training import AgentTraining
    from qtkit.tasks.gridworld.environment import open_environment
    from qtkit.tasks.gridworld.evaluation import evaluate, random_policy
    from qtkit.tasks.gridworld.replay import play

__all__ = ["Agent", "AgentSettings", "AgentTraining", "evaluate", "open_environment", "play", "random_policy"]

__getattr__, __dir__ = attach(
    __name__,
    {
        "Agent": "qtkit.tasks.agents.agent",
        "AgentSettings": "qtkit.tasks.agents.settings",
        "AgentTraining": "qtkit.tasks.agents.training",
        "evaluate": "qtkit.tasks.gridworld.evaluation",
        "open_environment": "qtkit.tasks.gridworld.environment",
        "play": "qtkit.tasks.gridworld.replay",
        "random_policy": "qtkit.tasks.gridworld.evaluation",
    },
)
