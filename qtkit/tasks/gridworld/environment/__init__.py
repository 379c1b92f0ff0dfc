"""Environments: one interface over a fast table of all states and the real thing.

`loading` chooses: `table` steps through the `transitions`, `real` through the environment itself, made by `minigrid`
or, for any of Gymnasium's, by `anything`. `interface` is what they share, `senses` how networks meet them.
"""

from __future__ import annotations

from qtkit.tasks.gridworld.environment.anything import AnyEnvironment, open_environment
from qtkit.tasks.gridworld.environment.interface import Batch, Environment, Episode
from qtkit.tasks.gridworld.environment.loading import load_environment
from qtkit.tasks.gridworld.environment.real import RealBatch, RealEnvironment, RealEpisode
from qtkit.tasks.gridworld.environment.table import TableBatch, TableEnvironment, TableEpisode

__all__ = [
    "AnyEnvironment",
    "Batch",
    "Environment",
    "Episode",
    "RealBatch",
    "RealEnvironment",
    "RealEpisode",
    "TableBatch",
    "TableEnvironment",
    "TableEpisode",
    "load_environment",
    "open_environment",
]
