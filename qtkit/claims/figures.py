"""The paper's figures from stored results: what `qtkit figure` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qtkit.claims.seeds import fill_equals
from qtkit.claims.stored import HOW_IMAGES, HOW_MENDED, HOW_REWARDS, Folder, load_accuracies, load_rewards
from qtkit.names import CONTROLS, MODELS, OURS, PAPER_MODELS, ranges, unusual
from qtkit.paper import DATASETS, ENVIRONMENTS, FIGURES, PAIRS
from qtkit.runs import results

if TYPE_CHECKING:
    import plotly.graph_objects as go

_STORED = {title: name for name, title in (DATASETS | ENVIRONMENTS).items()}
_STORED |= {pair.title: name for name, pair in PAIRS.items()}

EXPERIMENT = {each.number: _STORED[each.dataset] for each in FIGURES if each.dataset}
"""The figures that show results by number, to the experiment of stored runs, such as `"mnist-1-5"`."""

_FIGURES = {each.number: each for each in FIGURES}


def figure(
    number: int,
    *,
    folder: Folder = None,
    seed: int = 0,
    controls: bool = False,
    mended: bool = False,
) -> go.Figure:
    """A figure of the paper from stored results.

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
    if number not in EXPERIMENT:
        raise ValueError(f"no stored results for Figure {number}; there are the figures {list(EXPERIMENT)}")
    experiment, task = EXPERIMENT[number], _FIGURES[number].experiment
    if task == "images":
        return _draw_accuracies(number, experiment, folder, controls=controls)
    if task == "series":
        return _draw_rollout(experiment, folder, seed)
    return _draw_rewards(number, experiment, folder, controls=controls, mended=mended)


def _draw_accuracies(number: int, experiment: str, folder: Folder, *, controls: bool) -> go.Figure:
    from qtkit.claims.images import find_missing
    from qtkit.plots.accuracy import accuracy_curves

    frame = load_accuracies(folder, experiment)
    title = _title(number)
    if missing := find_missing(frame).get(experiment):
        title += f"<br><sub>Incomplete: {missing}; {HOW_IMAGES}</sub>"
    shown, equal = _choose_models(frame, number, controls=controls, how=HOW_IMAGES)
    return accuracy_curves(shown, title=title + equal)


def _draw_rewards(number: int, experiment: str, folder: Folder, *, controls: bool, mended: bool) -> go.Figure:
    from qtkit.claims.gridworld import find_missing
    from qtkit.plots.rewards import reward_curves

    frame, runs = load_rewards(folder, experiment)
    title, how = _title(number), HOW_REWARDS
    if mended:
        frame, words = _choose_mended(frame)
        title, how = f"{title}<br><sub>Not in the paper's setting: {words}</sub>", HOW_MENDED
    elif missing := find_missing(runs).get(experiment):
        title += f"<br><sub>Incomplete: {missing}; {how}</sub>"
    shown, equal = _choose_models(frame, number, controls=controls, how=how)
    return reward_curves(shown, title=title + equal)


def _draw_rollout(experiment: str, folder: Folder, seed: int) -> go.Figure:
    from qtkit.plots.series import predictions_by_epoch, rollout_figure
    from qtkit.tasks.series.data import load_series
    from qtkit.tasks.series.settings import SeriesSettings

    frame = results.load("series", experiment, folder)
    frame = frame[(frame["label"] == OURS) & (frame["seed"] == seed)]
    if frame.empty:
        raise ValueError(f"the results of {experiment!r} have no run of {OURS} in the paper's setting with seed {seed}")
    key = frame.groupby("run")["prediction"].count().idxmax()  # runs may differ in how many predictions they record
    provenance = results.provenance("series", experiment, folder)["runs"][key]
    series = load_series(SeriesSettings.from_dict(provenance["settings"]))
    return rollout_figure(series, predictions_by_epoch(frame[frame["run"] == key]))


def _choose_mended(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The runs in the mended setting under their models' names, the networks themselves, and the setting in words."""
    from qtkit.tasks.gridworld.settings import MENDED, GridworldSettings

    words = unusual(GridworldSettings(**MENDED))
    theirs = frame["label"].str.endswith(f" · {words}")
    named = frame.assign(label=frame["label"].str.removesuffix(f" · {words}"))
    return named[theirs | (frame["label"] == MODELS["classical"])], words


def _choose_models(frame: pd.DataFrame, number: int, *, controls: bool, how: str) -> tuple[pd.DataFrame, str]:
    """The runs of the thirteen models, and of the controls if asked; and a line of the title on equal baselines.

    Raises:
        ValueError: if there is no run of the thirteen; `how` to get them is told.
    """
    if frame[frame["label"].isin(PAPER_MODELS)].empty:
        raise ValueError(f"the results of {EXPERIMENT[number]!r} have no run of Figure {number}; {how}")
    filled, words = fill_equals(frame), []
    for known, part in filled.dropna(subset="same_as").groupby("same_as", sort=False):
        numbers = [label.removeprefix("Config ") for label in dict.fromkeys(part["label"])]
        equal = "equals" if len(numbers) == 1 else "equal"
        words.append(f"config {ranges(numbers)} {equal} {known.removeprefix('Config ')}")
    shown = filled[filled["label"].isin([*PAPER_MODELS, *(CONTROLS if controls else [])])]
    return shown, f"<br><sub>Not computed again: {'; '.join(words)}, whatever the angles</sub>" if words else ""


def _title(number: int) -> str:
    return f"Figure {number}. {_FIGURES[number].caption}"
