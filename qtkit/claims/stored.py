"""Stored results of a task, those of one reading of equation 4 if asked, or how to compute them."""

from __future__ import annotations

import os

import pandas as pd

from qtkit.claims.selecting import select
from qtkit.runs import results
from qtkit.tasks.readings import WRITTEN, Reading

HOW_IMAGES = (
    "to compute them: qtkit sweep images --seeds 3 --set epochs=20 --set scale=paper --set source=download; "
    "qtkit export images --to results/images"
)
HOW_REWARDS = "to compute them: qtkit sweep gridworld --seeds 3; qtkit export gridworld --to results/gridworld"
HOW_SERIES = "to compute them: qtkit sweep table2 --seeds 6; qtkit export series --to results/series"

_HOW = {"images": HOW_IMAGES, "series": HOW_SERIES, "gridworld": HOW_REWARDS}
_PLANS = {"images": "images", "series": "table2", "gridworld": "gridworld"}

Folder = str | os.PathLike[str] | None


def how_to_compute(task: str, reading: Reading | None = None) -> str:
    """The commands that compute what a task's figures and tables need, six seeds of a reading as verdicts want."""
    if reading is None:
        return _HOW[task]
    official = " --set scale=paper --set source=download" if task == "images" else ""
    place = f"results/{task}" if reading is WRITTEN else f"results/choices/{task}"
    return (
        f"to compute them: qtkit sweep {_PLANS[task]} --reading {reading.name} --seeds 6 --distinct{official}; "
        f"qtkit export {task} --reading {reading.name} --to {place}"
    )


def load_accuracies(
    folder: Folder, experiment: str | None = None, reading: Reading | None = None, *, any_data: bool = False
) -> pd.DataFrame:
    """A row a run and epoch, of one experiment or all.

    Arguments:
        reading: whose runs alone; without it all that is stored beside the paper's setting, by labels that tell it.
        any_data: whether runs of the reading on other than the official data have the models' names too.

    Raises:
        FileNotFoundError: if there are none; how to compute them is told.
        ValueError: if none is of the reading; how to compute them is told.
    """
    return _load("images", folder, experiment, reading, any_data=any_data)


def load_errors(folder: Folder, experiment: str | None = None, reading: Reading | None = None) -> pd.DataFrame:
    """A row a run and epoch, of one series or all; arguments and errors as of `load_accuracies`."""
    return _load("series", folder, experiment, reading)


def load_rewards(
    folder: Folder, experiment: str | None = None, reading: Reading | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The curves, a row a run and 100 episodes, and the summaries, a row a run; of one experiment or all.

    Arguments and errors as of `load_accuracies`.
    """
    curves = _load("gridworld", folder, experiment, reading)
    if reading is None:
        return curves, results.summaries("gridworld", experiment, folder)
    return curves, select("gridworld", reading.includes, experiment, folder, summed=True, named_as=reading.undo).frame


def _load(
    task: str, folder: Folder, experiment: str | None, reading: Reading | None, *, any_data: bool = False
) -> pd.DataFrame:
    how = how_to_compute(task, reading)
    if reading is not None:
        reading.changes(task)  # refuses a task that has no such reading
    try:
        if reading is None:
            return results.load(task, experiment, folder)
        found = select(task, reading.includes, experiment, folder, named_as=reading.undo, any_data=any_data).frame
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{error}; {how}") from None
    if found.empty:
        of = f"the results of {experiment!r} have" if experiment else f"the results of {task} have"
        raise ValueError(f"{of} no run of the reading {reading.name!r}; {how}")
    return found
