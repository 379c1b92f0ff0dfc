"""Stored results of images and gridworld, or how to compute them."""

from __future__ import annotations

import os

import pandas as pd

from qtkit.runs import results

HOW_IMAGES = (
    "to compute them: qtkit sweep images --seeds 3 --set epochs=20 --set scale=paper --set source=download; "
    "qtkit export images --to results/images"
)
HOW_REWARDS = "to compute them: qtkit sweep gridworld --seeds 3; qtkit export gridworld --to results/gridworld"
HOW_MENDED = HOW_REWARDS.replace("gridworld --seeds", "gridworld-mended --seeds")

Folder = str | os.PathLike[str] | None


def load_accuracies(folder: Folder, experiment: str | None = None) -> pd.DataFrame:
    """A row a run and epoch, of one experiment or all.

    Raises:
        FileNotFoundError: if there are none; how to compute them is told.
    """
    try:
        return results.load("images", experiment, folder)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{error}; {HOW_IMAGES}") from None


def load_rewards(folder: Folder, experiment: str | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The curves, a row a run and 100 episodes, and the summaries, a row a run; of one experiment or all.

    Raises:
        FileNotFoundError: if there are none; how to compute them is told.
    """
    try:
        return results.load("gridworld", experiment, folder), results.summaries("gridworld", experiment, folder)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{error}; {HOW_REWARDS}") from None
