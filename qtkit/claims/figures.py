"""The paper's figures from stored results: what `qtkit figure` shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qtkit.claims.drawing.accuracies import draw_accuracies
from qtkit.claims.drawing.agents import draw_agents, environment_named
from qtkit.claims.drawing.others import DRAWN
from qtkit.claims.drawing.own import TASK as OWN
from qtkit.claims.drawing.own import draw_own, own_task_named
from qtkit.claims.drawing.parts import EXPERIMENT, NUMBERED, tables_of
from qtkit.claims.drawing.predictions import draw_predictions
from qtkit.claims.drawing.rewards import draw_rewards
from qtkit.claims.stored import Folder
from qtkit.tasks.readings import Reading, readings_named

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["EXPERIMENT", "Readings", "figure"]

Readings = Reading | str | Sequence[Reading | str] | None


def figure(
    number: int | str,
    *,
    folder: Folder = None,
    seed: int = 0,
    controls: bool = False,
    reading: Readings = None,
    any_data: bool = False,
    metric: str | None = None,
) -> go.Figure:
    """A figure of the paper, or of a task of one's own, from stored results.

    Circuits that are equal whatever their angles are drawn once, and the legend says so. What a figure lacks stands in
    its title, with the commands that compute it. Rewards of agents are shown by the name of their environment, such as
    `"CartPole-v1"`, once they are exported.

    Arguments:
        number: 5 to 7, accuracies and losses; 8 to 12, predictions at four epochs; 13 and 14, rewards; or a name:
            `"depth"`, the search on images with 1 to 20 layers; `"choices"`, the series under all that is left open;
            or a task of one's own, by its name or as `"my_file.py:task"`: accuracy and loss of all that was exported.
        folder: of the results, see `qtkit.runs.results.results_folder`.
        seed: of Figures 8 to 12.
        controls: whether Figures 5 to 7, 13 and 14 show the networks themselves and the mapping alone too.
        reading: of equation 4, see `qtkit.tasks.readings`, by default as written; several are drawn side by side, and
            `"both"` is as written and heard.
        any_data: whether Figures 5 to 7 of a reading show runs on other than the official data, such as the sample.
        metric: of a task of one's own, one that is shown instead, such as `"loss"`.

    Raises:
        ValueError: for a figure that has no results to show, a reading that it does not have, or results that lack what
            it shows.
        FileNotFoundError: if no results are stored.
    """
    several = (reading,) if isinstance(reading, str | Reading) else reading or ()
    readings = readings_named(several)
    if isinstance(number, str) and not readings and (world := environment_named(number, folder)):
        return draw_agents(world, folder)
    if isinstance(number, str) and number in DRAWN:
        return DRAWN[number](folder, readings)
    number = int(number) if str(number).isdecimal() else number
    if not isinstance(number, int) and (table := own_task_named(number, folder)):
        if readings:
            asked = f"the reading {readings[0].name!r}"
            raise ValueError(f"{asked} is of the paper's tasks: a task of one's own shows all that was exported of it")
        return draw_own(table, folder, metric)
    if not isinstance(number, int) or number not in EXPERIMENT:
        there = f"there are the figures {list(EXPERIMENT)}, {', '.join(DRAWN)}"
        ours = tables_of(OWN, folder)
        there += f", and tasks of one's own: {', '.join(ours)}" if ours else "; tasks of one's own, once exported"
        raise ValueError(f"no stored results for Figure {number}; {there}")
    if metric is not None:
        raise ValueError(f"Figure {number} shows what the paper's does, got the metric {metric!r}: it is for own tasks")
    task = NUMBERED[number].experiment
    for each in readings:
        each.changes(str(task))  # refuses one that the task does not have
    if task == "images":
        return draw_accuracies(number, folder, readings, controls=controls, any_data=any_data)
    if task == "series":
        return draw_predictions(number, folder, readings, seed)
    return draw_rewards(number, folder, readings, controls=controls)
