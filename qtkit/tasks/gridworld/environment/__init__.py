"""Environments: one interface over a fast table of all states and the real thing."""

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
