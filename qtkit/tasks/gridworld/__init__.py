"""Agents in MiniGrid (section VI.C): settings, environment, A3C training, evaluation, and what episodes look like.

`training` learns by `a3c/` in an `environment/`; `evaluation` plays many episodes, `exact` sums over all of them,
`replay` and `frames` show one, and `rewards` is what is shipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.tasks.gridworld.environment import Environment, load_environment
    from qtkit.tasks.gridworld.evaluation import evaluate, random_policy, shortest_path
    from qtkit.tasks.gridworld.exact import best_constant_policy, expectation
    from qtkit.tasks.gridworld.frames import render_episode
    from qtkit.tasks.gridworld.hidden import count_awake, hidden_units
    from qtkit.tasks.gridworld.replay import play
    from qtkit.tasks.gridworld.settings import GridworldSettings
    from qtkit.tasks.gridworld.training import GridworldTraining, train

__all__ = [
    "Environment",
    "GridworldSettings",
    "GridworldTraining",
    "best_constant_policy",
    "count_awake",
    "evaluate",
    "expectation",
    "hidden_units",
    "load_environment",
    "play",
    "random_policy",
    "render_episode",
    "shortest_path",
    "train",
]

__getattr__, __dir__ = attach(
    __name__,
    {
        "Environment": "qtkit.tasks.gridworld.environment",
        "load_environment": "qtkit.tasks.gridworld.environment",
        "evaluate": "qtkit.tasks.gridworld.evaluation",
        "random_policy": "qtkit.tasks.gridworld.evaluation",
        "shortest_path": "qtkit.tasks.gridworld.evaluation",
        "best_constant_policy": "qtkit.tasks.gridworld.exact",
        "expectation": "qtkit.tasks.gridworld.exact",
        "render_episode": "qtkit.tasks.gridworld.frames",
        "count_awake": "qtkit.tasks.gridworld.hidden",
        "hidden_units": "qtkit.tasks.gridworld.hidden",
        "play": "qtkit.tasks.gridworld.replay",
        "GridworldSettings": "qtkit.tasks.gridworld.settings",
        "GridworldTraining": "qtkit.tasks.gridworld.training",
        "train": "qtkit.tasks.gridworld.training",
    },
)
