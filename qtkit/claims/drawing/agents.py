"""The rewards of agents in an environment of one's choice, from what was exported of their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.claims.drawing.parts import small_lines, tables_of
from qtkit.claims.selecting import select_all
from qtkit.claims.stored import Folder
from qtkit.tasks.agents.rewards import WINDOWS
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.registry import TASKS

if TYPE_CHECKING:
    import plotly.graph_objects as go

TASK = "agents"


def environment_named(name: str, folder: Folder) -> str | None:
    """The table of the environment called `name`, such as `"CartPole-v1"`; None if there is no such table."""
    table = TASKS[TASK].experiment_of(AgentSettings(environment=name)) if name else ""
    return table if table in tables_of(TASK, folder) else None


def draw_agents(table: str, folder: Folder) -> go.Figure:
    """The mean return of the last 100 episodes, of every model."""
    from qtkit.plots.rewards import reward_curves

    frame = select_all(TASK, table, folder)
    seeds = int(frame["seed"].nunique())
    told = small_lines([f"mean over {seeds} seeds" if seeds > 1 else "one seed"])
    return reward_curves(frame, title=table + told, window=WINDOWS[0])
