"""The paper's figures, Table II and final rewards from stored results: what `qtkit figure` and `qtkit table` show."""

from __future__ import annotations

import os
from typing import Any

import pandas as pd

from qtkit.names import BASELINES, CONTROLS, OURS
from qtkit.paper import FIGURES
from qtkit.runs import results

PAIRS = {5: "mnist-1-5", 6: "fashion-1-5", 7: "fashion-5-7"}
"""Figure number to the experiment of images."""

ROLLOUTS = {8: "bessel", 9: "damped_shm", 10: "delayed_qc", 11: "narma5", 12: "narma10"}
"""Figure number to the series."""

REWARDS = {13: "minigrid-empty-5x5-v0", 14: "minigrid-empty-6x6-v0"}
"""Figure number to the experiment of reinforcement learning."""

HOW_IMAGES = (
    "to compute them: qtkit sweep images --seeds 3 --set epochs=20 --set scale=paper --set source=download; "
    "qtkit export images --to results/images"
)
HOW = "to compute them: qtkit sweep gridworld --seeds 3; qtkit export gridworld --to results/gridworld"
HOW_MENDED = HOW.replace("gridworld --seeds", "gridworld-mended --seeds")

Folder = str | os.PathLike[str] | None


def figure(
    number: int,
    *,
    folder: Folder = None,
    seed: int = 0,
    controls: bool = False,
    mended: bool = False,
) -> Any:
    """A figure of the paper, a plotly `Figure`, from stored results.

    Arguments:
        number: 5 to 7, accuracies and losses; 8 to 12, predictions at four epochs; 13 and 14, rewards.
        folder: of the results, see `qtkit.runs.results.results_folder`.
        seed: of Figures 8 to 12.
        controls: whether Figures 5 to 7, 13 and 14 show the networks themselves and the mapping alone too.
        mended: Figures 13 and 14 from runs with `qtkit.tasks.gridworld.settings.MENDED` instead of the paper's setting.

    Raises:
        ValueError: for a figure that has no results to show, or whose results lack what it shows.
        FileNotFoundError: if no results are stored.
    """
    if number in PAIRS:
        return _curves(number, folder, controls=controls)
    if number in ROLLOUTS:
        return _rollout(ROLLOUTS[number], folder, seed)
    if number in REWARDS:
        return _rewards(number, folder, controls=controls, mended=mended)
    there = sorted([*PAIRS, *ROLLOUTS, *REWARDS])
    raise ValueError(f"no stored results for Figure {number}; there are the figures {there}")


def table(which: int | str = 2, *, folder: Folder = None) -> tuple[pd.DataFrame, list[Any]]:
    """A table over the stored seeds, and a verdict on each claim the paper draws from it.

    Arguments:
        which: 2 for Table II and its rulers, see the modules `table2` and `rulers`; `"accuracies"` for the numbers
            behind Figures 5 to 7, see `images`; `"rewards"` for those behind Figures 13 and 14, see
            `gridworld`.

    Raises:
        ValueError: for another table, or if the results lack runs of Table II.
        FileNotFoundError: if no results are stored.
    """
    if which == "rewards":
        return _reward_table(folder)
    if which == "accuracies":
        return _accuracy_table(folder)
    if which != 2:
        there = "2 (Table II), 'accuracies' (of Figures 5 to 7) and 'rewards' (of Figures 13 and 14)"
        raise ValueError(f"there are the tables {there}, got {which!r}")
    from qtkit.claims import rulers, table2

    frame = results.load("series", folder=folder)
    errors = table2.final_errors(frame)
    return rulers.beside(table2.summary(errors)), table2.claims(errors, frame)


def _accuracy_table(folder: Folder) -> tuple[pd.DataFrame, list[Any]]:
    from qtkit.claims import images as accuracies

    frame = _stored_accuracies(None, folder)
    return accuracies.summary(frame), accuracies.claims(frame)


def _reward_table(folder: Folder) -> tuple[pd.DataFrame, list[Any]]:
    from qtkit.claims import gridworld as rewards

    frame, runs = _stored_rewards(None, folder)
    return rewards.summary(runs), rewards.claims(runs, frame)


def _rewards(number: int, folder: Folder, *, controls: bool, mended: bool) -> Any:
    from qtkit.claims import gridworld as rewards
    from qtkit.plots.rewards import reward_curves

    experiment = REWARDS[number]
    frame, runs = _stored_rewards(experiment, folder)
    title, how = f"Figure {number}. {_caption(number)}", HOW
    if mended:
        frame, words = _with_mended(frame)
        title, how = f"{title}<br><sub>Not in the paper's setting: {words}</sub>", HOW_MENDED
    elif lacks := rewards.lacking(runs).get(experiment):
        title += f"<br><sub>Incomplete: {lacks}; {how}</sub>"
    shown, equal = _of_models(frame, number, controls=controls, how=how)
    return reward_curves(shown, title=title + equal)


def _with_mended(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The runs in the mended setting under their models' names, the networks themselves, and the setting in words."""
    from qtkit.names import MODELS, unusual
    from qtkit.tasks.gridworld.settings import MENDED, GridworldSettings

    words = unusual(GridworldSettings(**MENDED))
    theirs = frame["label"].str.endswith(f" · {words}")
    named = frame.assign(label=frame["label"].str.removesuffix(f" · {words}"))
    return named[theirs | (frame["label"] == MODELS["classical"])], words


def _stored_rewards(experiment: str | None, folder: Folder) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The curves and the summaries."""
    try:
        return results.load("gridworld", experiment, folder), results.summaries("gridworld", experiment, folder)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{error}; {HOW}") from None


def _of_models(frame: pd.DataFrame, number: int, *, controls: bool, how: str) -> tuple[pd.DataFrame, str]:
    """The runs of the thirteen models, and of the controls if asked; and a line of the title on equal baselines.

    Raises:
        ValueError: if there is no run of the thirteen; `how` to get them is told.
    """
    from qtkit.claims import verdicts
    from qtkit.names import ranges

    models = [OURS, *BASELINES]
    if frame[frame["label"].isin(models)].empty:
        experiment = (PAIRS | REWARDS)[number]
        raise ValueError(f"the results of {experiment!r} have no run of Figure {number}; {how}")
    filled, words = verdicts.with_equals(frame), []
    for known, part in filled.dropna(subset="same_as").groupby("same_as", sort=False):
        numbers = [label.removeprefix("Config ") for label in dict.fromkeys(part["label"])]
        equal = "equals" if len(numbers) == 1 else "equal"
        words.append(f"config {ranges(numbers)} {equal} {known.removeprefix('Config ')}")
    shown = filled[filled["label"].isin([*models, *(CONTROLS if controls else [])])]
    return shown, f"<br><sub>Not computed again: {'; '.join(words)}, whatever the angles</sub>" if words else ""


def _caption(number: int) -> str:
    return next(each.caption for each in FIGURES if each.number == number)


def _curves(number: int, folder: Folder, *, controls: bool) -> Any:
    from qtkit.claims import images as accuracies
    from qtkit.plots.accuracy import accuracy_curves

    experiment = PAIRS[number]
    frame = _stored_accuracies(experiment, folder)
    title = f"Figure {number}. {_caption(number)}"
    if lacks := accuracies.lacking(frame).get(experiment):
        title += f"<br><sub>Incomplete: {lacks}; {HOW_IMAGES}</sub>"
    shown, equal = _of_models(frame, number, controls=controls, how=HOW_IMAGES)
    return accuracy_curves(shown, title=title + equal)


def _stored_accuracies(experiment: str | None, folder: Folder) -> pd.DataFrame:
    try:
        return results.load("images", experiment, folder)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{error}; {HOW_IMAGES}") from None


def _rollout(experiment: str, folder: Folder, seed: int) -> Any:
    from qtkit.plots.series import predictions_by_epoch, rollout_figure
    from qtkit.tasks.series.data import load_series
    from qtkit.tasks.series.settings import SeriesSettings

    frame = results.load("series", experiment, folder)
    frame = frame[(frame["label"] == "DiffQAS") & (frame["seed"] == seed)]
    if frame.empty:
        raise ValueError(
            f"the results of {experiment!r} have no run of DiffQAS in the paper's setting with seed {seed}"
        )
    key = frame.groupby("run")["prediction"].count().idxmax()  # runs may differ in how many predictions they record
    told = results.provenance("series", experiment, folder)["runs"][key]
    series = load_series(SeriesSettings.from_dict(told["settings"]))
    return rollout_figure(series, predictions_by_epoch(frame[frame["run"] == key]))
