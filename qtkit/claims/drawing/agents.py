"""The rewards of agents in an environment of one's choice, from what was exported of their runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtkit.claims.drawing.parts import small_lines
from qtkit.claims.selecting import select_all
from qtkit.claims.stored import Folder
from qtkit.runs import results
from qtkit.tasks.agents.rewards import WINDOWS
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.registry import TASKS

if TYPE_CHECKING:
    import plotly.graph_objects as go

TASK = "agents"


def environments(folder: Folder) -> list[str]:
    """The environments that have exported results of agents, by the names of their tables."""
    return sorted(path.stem for path in (Path(folder or results.results_folder()) / TASK).glob("*.json"))


def environment_named(name: str, folder: Folder) -> str | None:
    """The table of the environment called `name`, such as `"CartPole-v1"`; None if there is no such table."""
    table = TASKS[TASK].experiment_of(AgentSettings(environment=name)) if name else ""
    return table if table in environments(folder) else None


def draw_agents(table: str, folder: Folder) -> go.Figure:
    """The mean return of the last 100 episodes, of every model."""
    from qtkit.plots.rewards import reward_curves

    frame = select_all(TASK, table, folder)
    seeds = int(frame["seed"].nunique())
    told = small_lines([f"mean over {seeds} seeds" if seeds > 1 else "one seed"])
    return reward_curves(frame, title=table + told, window=WINDOWS[0])
