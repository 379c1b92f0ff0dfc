"""`load_environment`: the fast table where there can be one, else the real thing."""

from __future__ import annotations

from qtkit.tasks.gridworld.environment.interface import Environment
from qtkit.tasks.gridworld.environment.real import RealEnvironment
from qtkit.tasks.gridworld.environment.table import TableEnvironment
from qtkit.tasks.gridworld.environment.transitions import NotEnumerable, enumerate_environment


def load_environment(name: str) -> Environment:
    """The environment registered as `name`: as a table if there can be one, else the real one, whose `note` says why.

    Raises:
        ValueError: if it is unknown, or does not fit the task (see `make_real`).
    """
    try:
        return TableEnvironment(enumerate_environment(name))
    except NotEnumerable as reason:
        return RealEnvironment(name, why=str(reason))
