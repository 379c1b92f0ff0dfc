"""The curves of a task of one's own, from what was exported of its runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from qtkit.claims.drawing.parts import small_lines, tables_of
from qtkit.claims.selecting import select_all
from qtkit.claims.stored import Folder
from qtkit.runs import results
from qtkit.tasks.own.places import read_place
from qtkit.tasks.own.settings import OwnSettings
from qtkit.tasks.registry import TASKS

if TYPE_CHECKING:
    import plotly.graph_objects as go

TASK = "own"


def own_task_named(name: str, folder: Folder) -> str | None:
    """The table of the task called `name`, or written at `FILE:NAME`; None if there is no such table.

    Raises:
        FileNotFoundError: for `FILE:NAME` without a table; how to make it is told.
    """
    called = read_place(name).task if ":" in name else name
    table = TASKS[TASK].experiment_of(OwnSettings(task=called))
    if table in tables_of(TASK, folder):
        return table
    if ":" in name:
        place = Path(folder or results.results_folder()) / TASK
        raise FileNotFoundError(
            f"no results of {called!r} in {place}; to compute them: qtkit sweep {name} --seeds 3; "
            f"qtkit export own --to {place}"
        )
    return None


def draw_own(table: str, folder: Folder, metric: str | None) -> go.Figure:
    """Accuracy and loss of every model, or one measure: `metric`, or the loss where there is no accuracy.

    Raises:
        ValueError: for a metric that the runs have not, with those that they have.
    """
    from qtkit.plots.accuracy import accuracy_curves
    from qtkit.plots.measures import LOSS, measure_curves

    frame = select_all(TASK, table, folder)
    known = [name.removeprefix("test_") for name in frame if name.startswith("test_")]
    if metric is not None and metric not in known:
        raise ValueError(f"the runs of {table} have no metric {metric!r}; they have {', '.join(known)}")
    frame, common = _without_common(frame)
    seeds = int(frame["seed"].nunique())
    told = f"{seeds} seeds, medians and bands from the lowest to the highest" if seeds > 1 else "one seed"
    lines = small_lines(["; ".join(filter(None, [common, told]))])
    if metric is None and "accuracy" in known:
        return accuracy_curves(frame, title=table + lines, bands=True)
    return measure_curves(frame, metric or LOSS, title=table + lines, bands=True)


def _without_common(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The runs by labels without the settings that all labels tell, and these settings."""
    settings = {label: [word for word in label.split() if "=" in word] for label in frame["label"].unique()}
    first = next(iter(settings.values()))
    common = [word for word in first if all(word in words for words in settings.values())]
    names = {label: " ".join(word for word in label.split() if word not in common) for label in settings}
    names = {label: name.removesuffix(" ·").replace(" · · ", " · ") for label, name in names.items()}
    return frame.assign(label=frame["label"].map(names)), " ".join(common)
